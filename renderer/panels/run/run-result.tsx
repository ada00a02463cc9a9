import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { standsFor } from '../../commands/add-node.ts';
import { OpinionBar, type OpinionBarProps } from '../../feedback/opinion-bar.tsx';
import { useStudio } from '../../shell/studio-context.ts';
import { askWhy } from '../../state/insight.ts';
import type { ShownGraph } from '../../state/shown-graph.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import words from '../../ui/text.module.css';
import { OutputValue } from './output-value.tsx';
import { ReviewCard, StopCard } from './review-card.tsx';
import styles from './run.module.css';

export interface RunResultProps {
  open: ShownGraph;
  /** The step that is looked at; the outputs of the whole run when there is none. */
  step: string | undefined;
  onLook: (step: string | undefined) => void;
}

/** What is thought of an output, once it is known which step gave it. */
function Opinions({ step, ...rest }: Omit<OpinionBarProps, 'step'> & { step: string | undefined }): ReactNode {
  return step !== undefined && <OpinionBar key={`${rest.run} ${step} ${rest.port}`} step={step} {...rest} />;
}

export function RunResult({ open, step: looked, onLook }: RunResultProps): ReactNode {
  const studio = useStudio();
  const { view } = useStore(open.run.store);
  const nodes = useStore(open.document.store, ({ doc }) => doc.nodes);
  const declared = useStore(open.document.store, ({ doc }) => doc.outputs);
  const step = view?.steps.find((one) => one.step === looked);
  const waits = view?.waits.filter(({ state }) => state === 'open') ?? [];
  // Turns that work side by side stop side by side: they are told of once.
  const stops = waits.filter(({ kind }) => kind === 'breakpoint').length;
  const given = step?.outputs ?? view?.outputs ?? {};
  const isOver = view?.endedAt !== undefined && !step;
  // In the order in which the workflow declares them.
  const names = step ? Object.keys(given) : [...declared.keys()].filter((name) => Object.hasOwn(given, name));
  const outputs = names.flatMap((name) => (given[name] ? [[name, given[name]] as const] : []));
  // What a run gives is what its output node was given: a large value is read from there.
  const stepOf = (name: string) =>
    step?.step ?? [...nodes.values()].find((node) => standsFor(node, 'output') === name)?.id;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what it shows is often longer than it is: keys scroll it
    <section className={styles['column']} aria-label={t('run.outputs')} tabIndex={0}>
      <div className={styles['head']}>
        <h3>{step ? t('run.stepOutputs', { node: nodes.get(step.node)?.name ?? step.node }) : t('run.outputs')}</h3>
        {view && view.steps.length > 0 && (
          <Button look="quiet" onClick={() => askWhy(studio, open, step?.step)}>
            {t('why.ask')}
          </Button>
        )}
        {step && <Button onClick={() => onLook(undefined)}>{t('run.closeStep')}</Button>}
      </div>
      {!step && stops > 0 && <StopCard count={stops} />}
      {!step && waits.map((wait) => wait.kind !== 'breakpoint' && <ReviewCard key={wait.wait} wait={wait} />)}
      {step?.error && <Fault fault={step.error} isQuiet />}
      {view && outputs.length === 0 && waits.length === 0 && (
        <p className={words['note']}>
          {step
            ? t('run.stepGaveNothing', { state: t(`run.state.${step.state}`) })
            : t(isOver ? 'run.gaveNothing' : 'run.noOutputs')}
        </p>
      )}
      {!view && <p className={words['note']}>{t('run.noOutputs')}</p>}
      {view &&
        outputs.map(([name, value]) => (
          <div key={name} className={styles['output']}>
            <span className={styles['outputName']}>{name}</span>
            <OutputValue run={view.runId} step={stepOf(name)} port={step ? name : 'value'} shown={value} />
            <Opinions run={view.runId} step={stepOf(name)} port={step ? name : 'value'} name={name} shown={value} />
          </div>
        ))}
    </section>
  );
}
