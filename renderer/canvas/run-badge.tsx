import { History } from 'lucide-react';
import { type ReactNode, useContext, useMemo } from 'react';
import { useStore } from 'zustand';
import { invocationOf, turnsOf } from '../state/invocations.ts';
import { type NodeRun, nodeRunOf } from '../state/run-session.ts';
import { shownCost, shownTime, shownTokens } from '../strings/figures.ts';
import { t } from '../strings/text.ts';
import { StateIcon } from '../ui/state-icon.tsx';
import { StaleContext, useCanvasRun } from './canvas-context.ts';
import styles from './run-badge.module.css';

/** What is shown of a text that is being written: its end. */
const TEXT_SHOWN = 140;

/** How a node is doing in the run that is shown: all its steps together, or the one of the turn that is looked at. */
export function RunBadge({ node }: { node: string }): ReactNode {
  const { session, scope } = useCanvasRun();
  const all = useStore(session.store, (state) => state.nodes.get(scope + node));
  const looked = useStore(session.looked, ({ step }) => step);
  const one = useMemo(() => (all && all.of.length > 1 ? invocationOf(all.of, looked) : undefined), [all, looked]);
  const isStale = useContext(StaleContext).has(node);
  if (!all) return null;
  const run = one ? nodeRunOf(new Set([one])) : all;
  const isWorking = run.state === 'running' || run.state === 'retrying';
  return (
    <>
      <div className={styles['badge']} data-state={run.state} data-stale={isStale} title={run.error}>
        <StateIcon state={run.state} />
        {isStale && (
          <span title={t('run.stale')}>
            <History role="img" aria-label={t('run.stale')} />
          </span>
        )}
        {one && <span>{t('run.turn', { turn: turnsOf(one.step) })}</span>}
        {figures(run).map((figure) => (
          <span key={figure}>{figure}</span>
        ))}
      </div>
      {isWorking && run.text !== '' && (
        <div className={styles['stream']}>
          {run.text.length > TEXT_SHOWN ? `…${run.text.slice(-TEXT_SHOWN)}` : run.text}
        </div>
      )}
    </>
  );
}

function figures({ state, ended, steps, ms, spent, retries }: NodeRun): string[] {
  const shown = [
    steps > 1 ? t('run.many', { ended, steps }) : undefined,
    state !== 'skipped' && ended > 0 ? shownTime(ms) : undefined,
    retries > 0 ? t('run.retries', { count: retries }) : undefined,
    shownTokens(spent),
    shownCost(spent),
  ];
  return shown.filter((one) => one !== undefined);
}
