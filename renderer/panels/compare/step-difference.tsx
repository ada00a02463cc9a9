import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { StepDetails } from '../../../app/core/contracts/trace.ts';
import type { StepView } from '../../../app/core/run/run-view.ts';
import { stepDetails } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import type { ComparedStep } from '../../state/compare-runs.ts';
import { shownCost, shownTime, shownTokens } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { classes } from '../../ui/classes.ts';
import words from '../../ui/text.module.css';
import { WordDiff } from '../../ui/word-diff.tsx';
import { valueText } from '../../values/value-text.ts';
import shared from '../panel-body.module.css';
import styles from './compare.module.css';

export interface StepDifferenceProps {
  /** Ids of the runs. */
  before: string;
  after: string;
  step: ComparedStep;
  name: string;
}

type Shown = StepDetails['step']['outputs'][string];

/** One step in both runs: what it got and gave, with the words that differ. */
export function StepDifference({ before, after, step, name }: StepDifferenceProps): ReactNode {
  const { client } = useStudio();
  const details = (run: string, view: StepView | undefined) => ({
    ...stepDetails(client, run, step.step, 'ended', false),
    enabled: view !== undefined,
  });
  const one = useQuery(details(before, step.before));
  const two = useQuery(details(after, step.after));
  const error = one.error ?? two.error;
  const isReading = (step.before && !one.data) || (step.after && !two.data);
  return (
    <div className={styles['step']}>
      <h3>{name}</h3>
      <p className={words['note']}>
        {t('compare.before')}: {figuresOf(step.before)}
        <br />
        {t('compare.after')}: {figuresOf(step.after)}
      </p>
      {error && <p role="alert">{error.message}</p>}
      {isReading && !error && <p className={words['note']}>{t('trace.reading')}</p>}
      {!isReading && (
        <>
          <Ports title={t('trace.inputs')} before={inputsOf(one.data)} after={inputsOf(two.data)} />
          <Ports title={t('trace.outputs')} before={outputsOf(one.data)} after={outputsOf(two.data)} />
        </>
      )}
    </div>
  );
}

function figuresOf(view: StepView | undefined): string {
  if (!view) return t('compare.absent');
  const { state, startedAt, endedAt, spent, error } = view;
  const took = startedAt === undefined || endedAt === undefined ? undefined : shownTime(endedAt - startedAt);
  return [t(`run.state.${state}`), took, shownTokens(spent), shownCost(spent), error?.message]
    .filter(Boolean)
    .join(' · ');
}

/** Several wires may lead to one port. */
function inputsOf(details: StepDetails | undefined): Map<string, Shown> {
  return new Map(
    (details?.inputs ?? []).flatMap(({ port, from, value }) =>
      value ? [[`${port} (${from.step}.${from.port})`, value] as const] : [],
    ),
  );
}

function outputsOf(details: StepDetails | undefined): Map<string, Shown> {
  return new Map(Object.entries(details?.step.outputs ?? {}));
}

interface PortsProps {
  title: string;
  before: ReadonlyMap<string, Shown>;
  after: ReadonlyMap<string, Shown>;
}

function Ports({ title, before, after }: PortsProps): ReactNode {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return (
    <section className={classes(shared['part'], styles['part'])} aria-label={title}>
      <h4>{title}</h4>
      {names.length === 0 && <p className={words['note']}>{t('value.none')}</p>}
      {names.map((name) => (
        <div key={name}>
          <div className={shared['portName']}>{name}</div>
          <Difference label={name} before={before.get(name)} after={after.get(name)} />
        </div>
      ))}
    </section>
  );
}

interface DifferenceProps {
  label: string;
  before: Shown | undefined;
  after: Shown | undefined;
}

function Difference({ label, before, after }: DifferenceProps): ReactNode {
  if ((before && !('value' in before)) || (after && !('value' in after)))
    return <p className={words['note']}>{t(isSameRef(before, after) ? 'diff.same' : 'compare.notShown')}</p>;
  const [one, two] = [before, after].map((shown) => (shown === undefined ? '' : valueText(shown.value)));
  return <WordDiff before={one ?? ''} after={two ?? ''} label={label} />;
}

function isSameRef(before: Shown | undefined, after: Shown | undefined): boolean {
  const digest = (shown: Shown | undefined) => shown && 'digest' in shown && shown.digest;
  return Boolean(digest(before)) && digest(before) === digest(after);
}
