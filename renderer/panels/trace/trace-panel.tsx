import { ChartGantt } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { RunView } from '../../../app/core/run/run-view.ts';
import { nodeTypes } from '../../nodes/node-types.ts';
import { useActiveDocument, useStudio } from '../../shell/studio-context.ts';
import { shownName } from '../../state/graph-queries.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { t } from '../../strings/text.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StepDetailsView } from './step-details-view.tsx';
import { type StepFilter, stepFilters, stepRows } from './step-rows.ts';
import { StepTree } from './step-tree.tsx';
import styles from './trace.module.css';

const titleOf = (type: string) => nodeTypes.get(type)?.manifest.title;

/** The run that is shown, read step by step. */
export function TracePanel(): ReactNode {
  const open = useActiveDocument();
  return open ? <Trace key={open.key} open={open} /> : <NoTrace />;
}

function Trace({ open }: { open: OpenDocument }): ReactNode {
  const view = useStore(open.run.store, (state) => state.view);
  if (!view || view.createdAt === 0) return <NoTrace />;
  return <TraceOf key={view.runId} open={open} view={view} />;
}

function NoTrace(): ReactNode {
  return <EmptyState icon={ChartGantt} title={t('trace.none')} text={t('trace.noneText')} />;
}

function TraceOf({ open, view }: { open: OpenDocument; view: RunView }): ReactNode {
  const studio = useStudio();
  const doc = useStore(open.document.store, (state) => state.doc);
  const [looked, setLooked] = useState<string>();
  const [filter, setFilter] = useState<StepFilter>('all');
  const [text, setText] = useState('');
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const { steps } = view;
  const rows = useMemo(
    () => stepRows(steps, { filter, text, closed }, (node) => shownName(doc, node, titleOf)),
    [steps, filter, text, closed, doc],
  );
  const step = steps.find((one) => one.step === looked);

  return (
    <div className={styles['panel']}>
      <section className={styles['list']} aria-label={t('trace.steps')}>
        <div className={styles['search']}>
          <input
            type="search"
            className={styles['input']}
            aria-label={t('trace.search')}
            placeholder={t('trace.search')}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
          <select
            className={styles['input']}
            aria-label={t('trace.filter')}
            value={filter}
            onChange={({ target }) => setFilter(target.value as StepFilter)}
          >
            {stepFilters.map((one) => (
              <option key={one} value={one}>
                {t(`trace.filter.${one}`)}
              </option>
            ))}
          </select>
          <span className={styles['count']}>{t('trace.count', { count: rows.length, of: steps.length })}</span>
        </div>
        {rows.length === 0 ? (
          <p className={styles['note']}>{t('trace.nothing')}</p>
        ) : (
          <StepTree
            rows={rows}
            from={view.createdAt}
            to={view.endedAt ?? view.lastAt}
            looked={looked}
            nameOf={(node) => shownName(doc, node, titleOf)}
            onLook={(row) => {
              setLooked(row.step);
              if (!doc.nodes.has(row.node)) return;
              open.document.select([row.node]);
              studio.canvas.getState().handle?.reveal(row.node);
            }}
            onToggle={(row) => setClosed((before) => without(before, row))}
          />
        )}
      </section>
      <section className={styles['details']} aria-label={t('trace.details')}>
        {step ? (
          <StepDetailsView
            key={step.step}
            open={open}
            run={view.runId}
            step={step}
            name={shownName(doc, step.node, titleOf)}
            onLook={setLooked}
          />
        ) : (
          <p className={styles['note']}>{t('trace.choose')}</p>
        )}
      </section>
    </div>
  );
}

/** The set with the row where it was not in it, and without where it was. */
function without(closed: ReadonlySet<string>, { step }: { step: string }): ReadonlySet<string> {
  const next = new Set(closed);
  if (!next.delete(step)) next.add(step);
  return next;
}
