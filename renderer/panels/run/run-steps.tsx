import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { StepView } from '../../../app/core/run/run-view.ts';
import { nodeTypes } from '../../nodes/node-types.ts';
import { useStudio } from '../../shell/studio-context.ts';
import type { Doc } from '../../state/document.ts';
import { shownName } from '../../state/graph-queries.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { isLive } from '../../state/run-session.ts';
import { shownCost, shownTime, shownTokens } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { StateIcon } from '../../ui/state-icon.tsx';
import styles from './run.module.css';

export interface RunStepsProps {
  open: OpenDocument;
  step: string | undefined;
  onLook: (step: string | undefined) => void;
}

const titleOf = (type: string) => nodeTypes.get(type)?.manifest.title;
/** Of a run with thousands of steps the newest are listed. */
const MOST = 300;

/** How the run is doing, and its steps in the order in which they came. */
export function RunSteps({ open, step: looked, onLook }: RunStepsProps): ReactNode {
  const studio = useStudio();
  const state = useStore(open.run.store);
  const doc = useStore(open.document.store, (store) => store.doc);
  const now = useNow(isLive(state));
  const { status, view, fault } = state;
  const steps = view?.steps.slice(-MOST) ?? [];
  const elapsed =
    view && view.createdAt > 0 ? (view.endedAt ?? (isLive(state) ? now : view.lastAt)) - view.createdAt : 0;
  const figures =
    view && view.createdAt > 0 ? [shownTime(Math.max(0, elapsed)), shownTokens(view.spent), shownCost(view.spent)] : [];
  return (
    <section className={styles['column']} aria-label={t('run.steps')}>
      <div className={styles['head']}>
        <span className={styles['status']} data-status={status} data-run-status={status}>
          {t(`run.status.${status}`)}
        </span>
        <span className={styles['figures']}>{figures.filter(Boolean).join(' · ')}</span>
      </div>
      {fault && (
        <div className={styles['fault']} role="alert">
          <span>{fault.message}</span>
          {fault.remedy !== undefined && <span className={styles['note']}>{fault.remedy}</span>}
        </div>
      )}
      {steps.length === 0 && !fault && <p className={styles['note']}>{t('run.noSteps')}</p>}
      <ol className={styles['steps']}>
        {steps.map((step) => (
          <li key={step.step}>
            <button
              type="button"
              className={styles['step']}
              aria-pressed={looked === step.step}
              title={step.error?.message ?? step.step}
              onClick={() => {
                onLook(step.step);
                if (!doc.nodes.has(step.node)) return;
                open.document.select([step.node]);
                studio.canvas.getState().handle?.reveal(step.node);
              }}
            >
              <StateIcon state={step.state} />
              <span className={styles['stepName']}>{nameOf(doc, step)}</span>
              <span className={styles['figures']}>{figuresOf(step)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The name of the node, and of which turn of a container it was. */
function nameOf(doc: Doc, { node, step }: StepView): string {
  const turns = [...step.matchAll(/\[(\d+)\]/g)].map(([, turn]) => Number(turn) + 1);
  const name = shownName(doc, node, titleOf);
  return turns.length === 0 ? name : `${name} ${turns.join('.')}`;
}

function figuresOf({ startedAt, endedAt, state, spent }: StepView): string {
  const time =
    startedAt === undefined || endedAt === undefined || state === 'skipped'
      ? undefined
      : shownTime(endedAt - startedAt);
  return [time, shownTokens(spent), shownCost(spent)].filter(Boolean).join(' · ');
}

const TICK_MS = 200;

/** The time, again and again while something runs. */
function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isTicking) return;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}
