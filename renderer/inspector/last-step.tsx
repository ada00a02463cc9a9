import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { StepView } from '../../app/core/run/run-view.ts';
import { OutputValue } from '../panels/run/output-value.tsx';
import { runList } from '../rpc/queries.ts';
import { useStudio } from '../shell/studio-context.ts';
import { useShownRun } from '../shell/use-shown-run.ts';
import type { ShownGraph } from '../state/shown-graph.ts';
import { shownCost, shownTime, shownTokens } from '../strings/figures.ts';
import { t } from '../strings/text.ts';
import { Button } from '../ui/button.tsx';
import { StateIcon } from '../ui/state-icon.tsx';
import styles from './inspector.module.css';

/** What the newest step of a node got, gave and took, in the run that is shown. */
export function LastStep({ open, node }: { open: ShownGraph; node: string }): ReactNode {
  const { session, scope } = useShownRun(open);
  const view = useStore(session.store, (state) => state.view);
  const step = view?.steps.findLast((one) => one.node === scope + node);
  return (
    <section className={styles['section']} aria-label={t('inspector.lastRun')}>
      <h3>{t('inspector.lastRun')}</h3>
      {!view && <EarlierRun open={open} />}
      {view && !step && <p className={styles['summary']}>{t('inspector.notInRun')}</p>}
      {view && step && <Step open={open} run={view.runId} step={step} scope={scope} steps={view.steps} />}
    </section>
  );
}

/** A run that is not shown yet, where there is one. */
function EarlierRun({ open }: { open: ShownGraph }): ReactNode {
  const workflow = useStore(open.document.store, ({ doc }) => doc.head.get('id') ?? '');
  const { data } = useQuery({ ...runList(useStudio().client, workflow), enabled: workflow !== '' });
  const newest = data?.[0];
  if (!newest) return <p className={styles['summary']}>{t('inspector.noRun')}</p>;
  return (
    <Button className={styles['docs']} onClick={() => void open.run.show(newest.runId)}>
      {t('inspector.showRun')}
    </Button>
  );
}

interface StepProps {
  open: ShownGraph;
  run: string;
  step: StepView;
  /** What stands before the ids of the document's nodes in that run. */
  scope: string;
  steps: readonly StepView[];
}

function Step({ open, run, step, scope, steps }: StepProps): ReactNode {
  const edges = useStore(open.document.store, ({ doc }) => doc.edges);
  const { startedAt, endedAt, state, spent, error, retries } = step;
  const took =
    startedAt !== undefined && endedAt !== undefined && state !== 'skipped' ? endedAt - startedAt : undefined;
  const figures = [
    state !== 'succeeded' && t(`run.state.${state}`),
    took !== undefined && shownTime(took),
    shownTokens(spent),
    shownCost(spent),
    retries.length > 0 && t('inspector.retries', { count: retries.length }),
  ].filter(Boolean);
  // What a step got is what others gave in the same turn of the same container.
  const frame = step.step.slice(0, step.step.lastIndexOf('/') + 1);
  const inputs = [...edges.values()].flatMap(({ id, from, to }) => {
    if (scope + to.node !== step.node) return [];
    const source = steps.find((one) => one.step === frame + from.node);
    const shown = source?.outputs[from.port];
    return source && shown ? [{ id, port: to.port, from: from.port, source: source.step, shown }] : [];
  });
  return (
    <>
      <span className={styles['kind']}>
        <StateIcon state={state} />
        {figures.join(' · ')}
      </span>
      {error && <p className={styles['fault']}>{error.message}</p>}
      {inputs.map(({ id, port, from, source, shown }) => (
        <Value key={id} title={t('inspector.gotAt', { port })}>
          <OutputValue run={run} step={source} port={from} shown={shown} />
        </Value>
      ))}
      {Object.entries(step.outputs).map(([port, shown]) => (
        <Value key={port} title={t('inspector.gaveAt', { port })}>
          <OutputValue run={run} step={step.step} port={port} shown={shown} />
        </Value>
      ))}
    </>
  );
}

/** Values are long: each is opened when it is asked for. */
function Value({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <details className={styles['value']}>
      <summary>{title}</summary>
      <div>{children}</div>
    </details>
  );
}
