import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { NodeRun } from '../state/run-session.ts';
import { shownCost, shownTime, shownTokens } from '../strings/figures.ts';
import { t } from '../strings/text.ts';
import { StateIcon } from '../ui/state-icon.tsx';
import { useCanvasDocument } from './canvas-context.ts';
import styles from './run-badge.module.css';

/** What is shown of a text that is being written: its end. */
const TEXT_SHOWN = 140;

/** How a node is doing in the run that is shown. */
export function RunBadge({ node }: { node: string }): ReactNode {
  const { run: session } = useCanvasDocument();
  const run = useStore(session.store, (state) => state.nodes.get(node));
  if (!run) return null;
  const isWorking = run.state === 'running' || run.state === 'retrying';
  return (
    <>
      <div className={styles['badge']} data-state={run.state} title={run.error}>
        <StateIcon state={run.state} />
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

function figures({ state, steps, ended, ms, spent, retries }: NodeRun): string[] {
  const shown = [
    steps > 1 ? t('run.many', { ended, steps }) : undefined,
    state !== 'skipped' && ended > 0 ? shownTime(ms) : undefined,
    retries > 0 ? t('run.retries', { count: retries }) : undefined,
    shownTokens(spent),
    shownCost(spent),
  ];
  return shown.filter((one) => one !== undefined);
}
