import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Json } from '../../../app/core/graph/json.ts';
import type { Port } from '../../../app/core/graph/ports.ts';
import { resolveNode } from '../../nodes/ports-of.ts';
import { placeName } from '../../nodes/stop-names.ts';
import { pinnedOutputs } from '../../rpc/queries.ts';
import { useActiveDocument, useStudio } from '../../shell/studio-context.ts';
import type { Draft, Pin } from '../../state/debugging.ts';
import { editText, readDraft } from '../../state/stops.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import type { OverlayProps } from '../overlay.ts';

/** What a pinned node gives, to be changed. `given` is the node. */
export function PinDialog({ given, onClose }: OverlayProps): ReactNode {
  const open = useActiveDocument();
  const node = typeof given === 'string' ? given : '';
  const pin = open?.debug.store.getState().pins.get(node);
  const record = open?.document.store.getState().doc.nodes.get(node);
  const { client } = useStudio();
  const { data, error } = useQuery(pinnedOutputs(client, pin?.run ?? '', pin?.step ?? ''));
  if (!open || !pin || !record) return null;
  const name = placeName(open.document.store.getState().doc, node);
  const shown = Object.entries(data ?? {}).flatMap(([port, value]) =>
    'value' in value ? [[port, value.value] as const] : [],
  );
  const isHidden = data !== undefined && shown.length < Object.keys(data).length;
  if (!pin.values && (error || isHidden || !data))
    return (
      <Dialog
        title={t('pin.title', { name })}
        text={error ? error.message : isHidden ? t('pin.hidden') : t('loading.title')}
        onClose={onClose}
        foot={<Button onClick={onClose}>{t('dialog.close')}</Button>}
      />
    );
  return (
    <PinForm
      name={name}
      values={pin.values ?? Object.fromEntries(shown)}
      ports={resolveNode(record).ports.outputs}
      pin={pin}
      onSave={(next) => {
        open.debug.setPin(node, next);
        onClose();
      }}
      onClose={onClose}
    />
  );
}

interface PinFormProps {
  name: string;
  values: { [port: string]: Json };
  ports: Readonly<Record<string, Port>>;
  pin: Pin;
  onSave: (pin: Pin) => void;
  onClose: () => void;
}

function PinForm({ name, values, ports, pin, onSave, onClose }: PinFormProps): ReactNode {
  const [drafts, setDrafts] = useState<ReadonlyMap<string, Draft>>(new Map());
  const isBroken = [...drafts.values()].some(({ fault }) => fault !== undefined);
  const { values: _own, ...asGiven } = pin;
  const save = () => {
    const changed = [...drafts].flatMap(([port, { value }]) => (value === undefined ? [] : [[port, value] as const]));
    onSave(changed.length === 0 ? pin : { ...pin, values: { ...values, ...Object.fromEntries(changed) } });
  };
  return (
    <Dialog
      title={t('pin.title', { name })}
      text={t('pin.text')}
      size="wide"
      onClose={onClose}
      foot={
        <>
          {pin.values && (
            <Button look="quiet" onClick={() => onSave(asGiven)}>
              {t('pin.reset')}
            </Button>
          )}
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
          <Button look="primary" disabled={isBroken} onClick={save}>
            {t('pin.save')}
          </Button>
        </>
      }
    >
      {Object.entries(values).map(([port, value]) => {
        const draft = drafts.get(port);
        return (
          <Field key={port} label={port} error={draft?.fault && t('debug.fault', { fault: draft.fault })}>
            {(control) => (
              <textarea
                {...control}
                spellCheck={false}
                value={draft?.text ?? editText(value)}
                onChange={({ target }) =>
                  setDrafts(new Map(drafts).set(port, readDraft(target.value, value, ports[port] ?? { type: 'any' })))
                }
              />
            )}
          </Field>
        );
      })}
    </Dialog>
  );
}
