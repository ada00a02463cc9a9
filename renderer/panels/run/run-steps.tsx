import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { StepView } from '../../../app/core/run/run-view.ts';
import { titleOfType } from '../../nodes/node-types.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { useStops } from '../../shell/use-stops.ts';
import type { Doc } from '../../state/document.ts';
import { shownName } from '../../state/graph-queries.ts';
import { turnsOf } from '../../state/invocations.ts';
import { isLive } from '../../state/run-session.ts';
import type { ShownGraph } from '../../state/shown-graph.ts';
import { shownCost, shownTime, shownTokens } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { Fault } from '../../ui/fault.tsx';
import { StateIcon } from '../../ui/state-icon.tsx';
import words from '../../ui/text.module.css';
import shared from '../panel-body.module.css';
import styles from './run.module.css';

export interface RunStepsProps {
  open: ShownGraph;
  step: string | undefined;
  onLook: (step: string | undefined) => void;
}

/** Of a run with thousands of steps the newest are listed. */
const MOST = 300;

/** How the run is doing, and its steps in the order in which they came. */
export function RunSteps({ open, step: looked, onLook }: RunStepsProps): ReactNode {
  const studio = useStudio();
  const state = useStore(open.run.store);
  const doc = useStore(open.document.store, (store) => store.doc);
  const isStopped = useStops(open).length > 0;
  const now = useNow(isLive(state));
  const { status, view, fault } = state;
  const steps = view?.steps.slice(-MOST) ?? [];
  const elapsed =
    view && view.createdAt > 0 ? (view.endedAt ?? (isLive(state) ? now : view.lastAt)) - view.createdAt : 0;
  const figures =
    view && view.createdAt > 0 ? [shownTime(Math.max(0, elapsed)), shownTokens(view.spent), shownCost(view.spent)] : [];
  const failed = view?.steps.find(({ step }) => step === view.failedStep);
  const look = (step: StepView) => {
    onLook(step.step);
    if (!doc.nodes.has(step.node)) return;
    open.document.select([step.node]);
    studio.canvas.getState().handle?.reveal(step.node);
  };
  return (
    <section className={styles['column']} aria-label={t('run.steps')}>
      <div className={styles['head']}>
        <span className={styles['status']} data-status={status} data-run-status={status}>
          {t(`run.status.${isStopped && status === 'waiting' ? 'stopped' : status}`)}
        </span>
        <span className={styles['figures']}>{figures.filter(Boolean).join(' · ')}</span>
      </div>
      {fault && (
        <Fault fault={fault}>
          {failed && (
            <Button look="quiet" onClick={() => look(failed)}>
              {t('run.showFailed', { step: nameOf(doc, failed) })}
            </Button>
          )}
        </Fault>
      )}
      {steps.length === 0 && !fault && <p className={words['note']}>{t('run.noSteps')}</p>}
      <ol className={styles['steps']}>
        {steps.map((step) => (
          <li key={step.step}>
            <button
              type="button"
              className={styles['step']}
              aria-pressed={looked === step.step}
              title={step.error?.message ?? step.step}
              onClick={() => look(step)}
            >
              <StateIcon state={step.state} />
              <span className={classes(shared['cut'], styles['stepName'])}>{nameOf(doc, step)}</span>
              <span className={styles['figures']}>
                {timeOf(step)}
                <span className={styles['more']}>{spentOf(step)}</span>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The name of the node, and of which turn of a container it was. */
function nameOf(doc: Doc, { node, step }: StepView): string {
  return `${shownName(doc, node, titleOfType)} ${turnsOf(step)}`.trim();
}

function timeOf({ startedAt, endedAt, state }: StepView): string | undefined {
  if (startedAt === undefined || endedAt === undefined || state === 'skipped') return undefined;
  return shownTime(endedAt - startedAt);
}

/** What the step took of money and tokens, set apart from its time. */
function spentOf({ spent }: StepView): string {
  return [shownTokens(spent), shownCost(spent)].map((figure) => (figure ? ` · ${figure}` : '')).join('');
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
