import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { GitCompareArrows } from 'lucide-react';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { RunView } from '../../../app/core/run/run-view.ts';
import { nodeTypes } from '../../nodes/node-types.ts';
import { runLog } from '../../rpc/queries.ts';
import { useActiveDocument, useStudio } from '../../shell/studio-context.ts';
import { shownName } from '../../state/graph-queries.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { shownCost, shownDate, shownTime, shownTokens } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Check } from '../../ui/check.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Field } from '../../ui/field.tsx';
import { useRunList } from '../runs/use-run-list.ts';
import styles from './compare.module.css';
import { type ComparedStep, compareRuns, isChange } from './compare-runs.ts';
import { StepDifference } from './step-difference.tsx';

const titleOf = (type: string) => nodeTypes.get(type)?.manifest.title;
const ROW_PX = 28;

/** Two runs of a workflow side by side: which way they went, what each step gave, what they took. */
export function ComparePanel(): ReactNode {
  const open = useActiveDocument();
  return open ? <Choice key={open.key} open={open} /> : <Nothing />;
}

function Nothing(): ReactNode {
  return <EmptyState icon={GitCompareArrows} title={t('compare.none')} text={t('compare.noneText')} />;
}

function Choice({ open }: { open: OpenDocument }): ReactNode {
  const { client } = useStudio();
  const shown = useStore(open.run.store, ({ view }) => view?.runId);
  const runs = (useRunList(open) ?? []).filter(({ endedAt }) => endedAt !== null);
  const [chosen, setChosen] = useState<{ before?: string; after?: string }>({});
  const after = runs.find(({ runId }) => runId === (chosen.after ?? shown)) ?? runs[0];
  // What went wrong shows best beside what last went well.
  const older = runs.slice(after ? runs.indexOf(after) + 1 : 0);
  const before =
    runs.find(({ runId }) => runId === chosen.before) ??
    older.find(({ status }) => status === 'succeeded') ??
    older[0] ??
    runs.find((run) => run !== after);
  const one = useQuery({ ...runLog(client, before?.runId ?? ''), enabled: before !== undefined });
  const two = useQuery({ ...runLog(client, after?.runId ?? ''), enabled: after !== undefined });
  if (!before || !after) return <Nothing />;
  const error = one.error ?? two.error;

  const select = (side: 'before' | 'after', value: string) => (
    <Field label={t(`compare.${side}`)}>
      {(control) => (
        <select {...control} value={value} onChange={({ target }) => setChosen({ ...chosen, [side]: target.value })}>
          {runs.map(({ runId, createdAt, status }) => (
            <option key={runId} value={runId}>
              {`${shownDate(createdAt)} · ${t(`run.status.${status}`)} · ${runId.slice(-6)}`}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  return (
    <div className={styles['panel']}>
      <div className={styles['choices']}>
        {select('before', before.runId)}
        {select('after', after.runId)}
      </div>
      {error && (
        <p className={styles['note']} role="alert">
          {error.message}
        </p>
      )}
      {one.data && two.data && (
        <Comparison key={`${before.runId} ${after.runId}`} open={open} before={one.data} after={two.data} />
      )}
    </div>
  );
}

function Comparison({ open, before, after }: { open: OpenDocument; before: RunView; after: RunView }): ReactNode {
  const studio = useStudio();
  const doc = useStore(open.document.store, (state) => state.doc);
  const { steps, first, isSameWorkflow } = useMemo(() => compareRuns(before, after), [before, after]);
  const [isAll, setAll] = useState(false);
  const [looked, setLooked] = useState(first);
  const rows = isAll ? steps : steps.filter(isChange);
  const step = steps.find((one) => one.step === looked);
  const name = (node: string) => shownName(doc, node, titleOf);
  return (
    <div className={styles['body']}>
      <section className={styles['list']} aria-label={t('compare.steps')}>
        <Sums before={before} after={after} />
        {!isSameWorkflow && <p className={styles['note']}>{t('compare.otherWorkflow')}</p>}
        <p className={styles['note']} role="status">
          {first === undefined
            ? t('compare.same')
            : t('compare.first', { node: name(steps.find((one) => one.step === first)?.node ?? '') })}
        </p>
        <Check label={t('compare.all')} checked={isAll} onChange={setAll} />
        <Rows
          rows={rows}
          looked={looked}
          nameOf={name}
          onLook={(row) => {
            setLooked(row.step);
            if (!doc.nodes.has(row.node)) return;
            open.document.select([row.node]);
            studio.canvas.getState().handle?.reveal(row.node);
          }}
        />
      </section>
      <section className={styles['details']} aria-label={t('compare.details')}>
        {step ? (
          <StepDifference
            key={step.step}
            before={before.runId}
            after={after.runId}
            step={step}
            name={name(step.node)}
          />
        ) : (
          <p className={styles['note']}>{t('compare.choose')}</p>
        )}
      </section>
    </div>
  );
}

/** What the runs took and how they ended. */
function Sums({ before, after }: { before: RunView; after: RunView }): ReactNode {
  const took = ({ createdAt, endedAt, lastAt }: RunView) => shownTime((endedAt ?? lastAt) - createdAt);
  const rows: [string, (run: RunView) => string | undefined][] = [
    [t('compare.status'), ({ status }) => t(`run.status.${status}`)],
    [t('compare.time'), took],
    [t('costs.tokens'), ({ spent }) => shownTokens(spent)],
    [t('costs.cost'), ({ spent }) => shownCost(spent)],
    [t('run.steps'), ({ steps }) => String(steps.filter(({ state }) => state !== 'skipped').length)],
  ];
  return (
    <table className={styles['sums']} aria-label={t('compare.sums')}>
      <thead>
        <tr>
          <td />
          {rows.map(([title]) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {(['before', 'after'] as const).map((side) => (
          <tr key={side}>
            <th scope="row">{t(`compare.${side}`)}</th>
            {rows.map(([title, figure]) => (
              <td key={title}>{figure(side === 'before' ? before : after) ?? '–'}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface RowsProps {
  rows: readonly ComparedStep[];
  looked: string | undefined;
  nameOf: (node: string) => string;
  onLook: (row: ComparedStep) => void;
}

function Rows({ rows, looked, nameOf, onLook }: RowsProps): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  });
  return (
    <div ref={list} className={styles['scroll']}>
      <ul className={styles['rows']} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <li key={row.step} className={styles['row']} style={{ transform: `translateY(${start}px)` }}>
              <button type="button" aria-pressed={row.step === looked} title={row.step} onClick={() => onLook(row)}>
                <span className={styles['name']}>
                  {row.step === row.node ? nameOf(row.node) : `${nameOf(row.node)} (${row.step})`}
                </span>
                <span className={styles['change']} data-change={row.change}>
                  {t(`compare.change.${row.change}`, { ports: row.ports.join(', ') })}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
