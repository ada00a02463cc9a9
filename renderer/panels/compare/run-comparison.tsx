import { type ReactNode, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { RunView } from '../../../app/core/run/run-view.ts';
import { titleOfType } from '../../nodes/node-types.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { type ComparedStep, compareRuns, isChange } from '../../state/compare-runs.ts';
import type { Mark } from '../../state/graph-marks.ts';
import { shownName } from '../../state/graph-queries.ts';
import type { ShownGraph } from '../../state/shown-graph.ts';
import { shownCost, shownTime, shownTokenCount } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Check } from '../../ui/check.tsx';
import words from '../../ui/text.module.css';
import shared from '../panel-body.module.css';
import { ChangeList } from './change-list.tsx';
import styles from './compare.module.css';
import { StepDifference } from './step-difference.tsx';
import { useChosenNode } from './use-chosen-node.ts';

const markOf: Readonly<Record<ComparedStep['change'], Mark>> = {
  before: 'before',
  after: 'after',
  state: 'otherwise',
  outputs: 'changed',
  none: 'same',
  unknown: 'same',
};

export interface RunComparisonProps {
  /** Where the steps are shown. */
  graph: ShownGraph;
  before: RunView;
  after: RunView;
}

/** Two runs: what they took, which steps went another way, and what differs in one of them. */
export function RunComparison({ graph, before, after }: RunComparisonProps): ReactNode {
  const studio = useStudio();
  const doc = useStore(graph.document.store, (state) => state.doc);
  const { steps, first, isSameWorkflow } = useMemo(() => compareRuns(before, after), [before, after]);
  const [isAll, setAll] = useState(false);
  const [looked, setLooked] = useState(first);
  // What is chosen on the canvas is shown here: the first of its steps that differs.
  useChosenNode(graph, (node) => {
    const own = steps.filter((one) => one.node === node);
    const shown = own.find(isChange) ?? own[0];
    if (shown) setLooked((now) => (own.some(({ step }) => step === now) ? now : shown.step));
  });
  const name = (node: string) => shownName(doc, node, titleOfType);
  const rows = useMemo(
    () =>
      (isAll ? steps : steps.filter((one) => isChange(one) || one.step === looked)).map((one) => ({
        key: one.step,
        name:
          one.step === one.node
            ? shownName(doc, one.node, titleOfType)
            : `${shownName(doc, one.node, titleOfType)} (${one.step})`,
        text: t(`compare.change.${one.change}`, { ports: one.ports.join(', ') }),
        mark: markOf[one.change],
        title: one.step,
      })),
    [steps, isAll, doc, looked],
  );
  const step = steps.find((one) => one.step === looked);

  function look(key: string): void {
    setLooked(key);
    const node = steps.find((one) => one.step === key)?.node ?? '';
    if (!doc.nodes.has(node)) return;
    graph.document.select([node]);
    studio.canvas.getState().handle?.reveal(node);
  }

  return (
    <div className={styles['body']}>
      <section className={styles['list']} aria-label={t('compare.steps')}>
        <Sums before={before} after={after} />
        {!isSameWorkflow && <p className={words['note']}>{t('compare.otherWorkflow')}</p>}
        <p className={words['note']} role="status">
          {first === undefined
            ? t('compare.same')
            : t('compare.first', { node: name(steps.find((one) => one.step === first)?.node ?? '') })}
        </p>
        <Check label={t('compare.all')} checked={isAll} onChange={setAll} />
        <ChangeList label={t('compare.list')} rows={rows} looked={looked} onLook={look} />
      </section>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is long is scrolled by keys */}
      <section className={shared['details']} aria-label={t('compare.details')} tabIndex={0}>
        {step ? (
          <StepDifference
            key={step.step}
            before={before.runId}
            after={after.runId}
            step={step}
            name={name(step.node)}
          />
        ) : (
          <p className={words['note']}>{t('compare.choose')}</p>
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
    [t('costs.tokens'), ({ spent }) => shownTokenCount(spent)],
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
