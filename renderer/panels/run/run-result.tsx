import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { standsFor } from '../../commands/add-node.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { OutputValue } from './output-value.tsx';
import { ReviewCard } from './review-card.tsx';
import styles from './run.module.css';

export interface RunResultProps {
  open: OpenDocument;
  /** The step that is looked at; the outputs of the whole run when there is none. */
  step: string | undefined;
  onLook: (step: string | undefined) => void;
}

export function RunResult({ open, step: looked, onLook }: RunResultProps): ReactNode {
  const { view } = useStore(open.run.store);
  const nodes = useStore(open.document.store, ({ doc }) => doc.nodes);
  const declared = useStore(open.document.store, ({ doc }) => doc.outputs);
  const step = view?.steps.find((one) => one.step === looked);
  const waits = view?.waits.filter(({ state }) => state === 'open') ?? [];
  const given = step?.outputs ?? view?.outputs ?? {};
  // In the order in which the workflow declares them.
  const names = step ? Object.keys(given) : [...declared.keys()].filter((name) => Object.hasOwn(given, name));
  const outputs = names.flatMap((name) => (given[name] ? [[name, given[name]] as const] : []));
  // What a run gives is what its output node was given: a large value is read from there.
  const stepOf = (name: string) =>
    step?.step ?? [...nodes.values()].find((node) => standsFor(node, 'output') === name)?.id;
  return (
    <section className={styles['column']} aria-label={t('run.outputs')}>
      <div className={styles['head']}>
        <h3>{step ? t('run.stepOutputs', { node: nodes.get(step.node)?.name ?? step.node }) : t('run.outputs')}</h3>
        {step && <Button onClick={() => onLook(undefined)}>{t('run.closeStep')}</Button>}
      </div>
      {!step && waits.map((wait) => <ReviewCard key={wait.wait} wait={wait} />)}
      {step?.error && (
        <div className={styles['fault']}>
          <span>{step.error.message}</span>
          {step.error.remedy !== undefined && <span className={styles['note']}>{step.error.remedy}</span>}
        </div>
      )}
      {view && outputs.length === 0 && waits.length === 0 && <p className={styles['note']}>{t('run.noOutputs')}</p>}
      {!view && <p className={styles['note']}>{t('run.noOutputs')}</p>}
      {view &&
        outputs.map(([name, value]) => (
          <div key={name} className={styles['output']}>
            <span className={styles['outputName']}>{name}</span>
            <OutputValue run={view.runId} step={stepOf(name)} port={step ? name : 'value'} shown={value} />
          </div>
        ))}
    </section>
  );
}
