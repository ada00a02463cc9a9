import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { isJsonObject, type Json } from '../../../app/core/graph/json.ts';
import type { Port } from '../../../app/core/graph/ports.ts';
import type { WaitView } from '../../../app/core/run/run-view.ts';
import { portAt } from '../../nodes/ports-of.ts';
import { stepName } from '../../nodes/stop-names.ts';
import { openReview } from '../../rpc/queries.ts';
import { ActionButton } from '../../shell/action-button.tsx';
import { useStudio } from '../../shell/studio-context.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { editText, nodeIn, readDraft } from '../../state/stops.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import words from '../../ui/text.module.css';
import styles from './debug.module.css';

export interface StopValuesProps {
  open: OpenDocument;
  stop: WaitView;
}

/** What the step gets that the run is stopped before; each of it can be changed before the run goes on. */
export function StopValues({ open, stop }: StopValuesProps): ReactNode {
  const { client } = useStudio();
  const doc = useStore(open.document.store, (state) => state.doc);
  const { data, error } = useQuery(openReview(client, stop.wait));
  const inputs = data && isJsonObject(data.payload) ? Object.entries(data.payload) : [];
  const node = doc.nodes.get(nodeIn(doc, stop.step) ?? '');
  const ports = inputs.map(([name, value]) => ({ name, value, port: node && portAt(node, 'in', name) }));
  const edge = doc.edges.get(stop.edge ?? '');
  const drafts = useStore(open.debug.stops, (state) => state.drafts.get(stop.wait));
  return (
    <section className={styles['section']} aria-label={t('debug.stop')}>
      <div className={styles['head']}>
        <h3>{t('debug.before', { step: stepName(doc, stop.step) })}</h3>
        {drafts !== undefined && drafts.size > 1 && (
          <Button
            look="quiet"
            onClick={() => {
              for (const port of drafts.keys()) open.debug.draft(stop.wait, port, undefined);
            }}
          >
            {t('debug.resetAll')}
          </Button>
        )}
        <ActionButton action="debug.continue" />
        <ActionButton action="debug.step" />
      </div>
      {data?.reason != null && data.reason !== 'step' && <p className={words['note']}>{data.reason}</p>}
      {error && <p role="alert">{error.message}</p>}
      {data && inputs.length === 0 && <p className={words['note']}>{t('debug.getsNothing')}</p>}
      {ports.map(({ name, value, port }) => (
        <StopField
          key={name}
          open={open}
          wait={stop.wait}
          name={name}
          value={value}
          port={port ?? { type: 'any' }}
          isStopped={edge?.to.port === name}
        />
      ))}
    </section>
  );
}

interface StopFieldProps {
  open: OpenDocument;
  wait: string;
  name: string;
  value: Json;
  port: Port;
  /** The run is stopped at the wire that leads here. */
  isStopped: boolean;
}

/** Longest value that is laid into a field, in letters. */
const EDITABLE = 200_000;

function StopField({ open: { debug }, wait, name, value, port, isStopped }: StopFieldProps): ReactNode {
  const draft = useStore(debug.stops, ({ drafts }) => drafts.get(wait)?.get(name));
  const before = editText(value);
  const type = port.many ? t('debug.many', { type: port.type }) : port.type;
  const change = (text: string) =>
    debug.draft(wait, name, text === before ? undefined : readDraft(text, port.many ? undefined : value, port));
  return (
    <Field
      label={name}
      help={isStopped ? t('debug.stoppedWire') : undefined}
      error={draft?.fault && t('debug.fault', { fault: draft.fault })}
      aside={
        <span className={styles['aside']}>
          <span className={styles['type']}>{type}</span>
          {draft && (
            <Button
              look="quiet"
              aria-label={t('debug.resetPort', { port: name })}
              onClick={() => debug.draft(wait, name, undefined)}
            >
              {t('debug.reset')}
            </Button>
          )}
        </span>
      }
    >
      {(control) => (
        <textarea
          {...control}
          data-stop-port={name}
          spellCheck={false}
          readOnly={before.length > EDITABLE}
          value={draft?.text ?? before}
          onChange={({ target }) => change(target.value)}
        />
      )}
    </Field>
  );
}
