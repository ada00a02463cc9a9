import { canonicalJson, type JsonObject } from '../../app/core/graph/json.ts';
import type { RunView, StepView } from '../../app/core/run/run-view.ts';

export type StepChange =
  /** It happened in one of the runs alone. */
  | 'before'
  | 'after'
  /** It ended otherwise: failed here and not there, was skipped here and ran there. */
  | 'state'
  | 'outputs'
  /** Nothing that can be seen. */
  | 'none'
  /** Its payloads are not shown, so nobody knows. */
  | 'unknown';

export interface ComparedStep {
  step: string;
  node: string;
  before: StepView | undefined;
  after: StepView | undefined;
  change: StepChange;
  /** Output ports with another value, or with one in only one of the runs. */
  ports: string[];
}

export interface RunComparison {
  /** In the order of the later run; what happened in the earlier one alone stands where it stood there. */
  steps: ComparedStep[];
  /** The first step, in the order in which they ended, that went another way: what comes after it may follow from it. */
  first: string | undefined;
  /** Whether both worked on the same version of the workflow. */
  isSameWorkflow: boolean;
}

export const isChange = ({ change }: ComparedStep): boolean => change !== 'none' && change !== 'unknown';

/** What one run did otherwise than another, step by step. Steps are the same when their paths are. */
export function compareRuns(before: RunView, after: RunView): RunComparison {
  const earlier = new Map(before.steps.map((step) => [step.step, step]));
  const later = new Set(after.steps.map(({ step }) => step));
  const gone = new Map<string, StepView[]>();
  let last = '';
  for (const step of before.steps) {
    if (later.has(step.step)) last = step.step;
    else gone.set(last, [...(gone.get(last) ?? []), step]);
  }
  const goneAfter = (step: string) => (gone.get(step) ?? []).map((one) => compared(one, undefined));
  const steps = [
    ...goneAfter(''),
    ...after.steps.flatMap((step) => [compared(earlier.get(step.step), step), ...goneAfter(step.step)]),
  ];
  return {
    steps,
    first: steps.find(isChange)?.step,
    isSameWorkflow: before.workflowHash === after.workflowHash,
  };
}

function compared(before: StepView | undefined, after: StepView | undefined): ComparedStep {
  const { step, node } = (after ?? before) as StepView;
  const about = { step, node, before, after };
  if (!before || !after) return { ...about, change: before ? 'before' : 'after', ports: [] };
  const names = [...new Set([...Object.keys(before.outputs), ...Object.keys(after.outputs)])];
  const ports = names.filter((port) => !isSame(before.outputs[port], after.outputs[port]));
  if (outcome(before) !== outcome(after)) return { ...about, change: 'state', ports };
  if (ports.length > 0) return { ...about, change: 'outputs', ports };
  const isHidden = names.some((port) => isWithheld(before.outputs[port]) || isWithheld(after.outputs[port]));
  return { ...about, change: isHidden ? 'unknown' : 'none', ports: [] };
}

/** What was taken over from an earlier run is as good as worked out anew. */
function outcome({ state, error }: StepView): string {
  return `${state === 'cached' ? 'succeeded' : state} ${error?.code ?? ''}`;
}

type Shown = StepView['outputs'][string] | undefined;

function isWithheld(ref: Shown): boolean {
  return ref !== undefined && 'withheld' in ref;
}

/** References by content are equal when the contents are. */
function isSame(a: Shown, b: Shown): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (isWithheld(a) || isWithheld(b)) return true;
  return keyOf(a) === keyOf(b);
}

function keyOf(ref: NonNullable<Shown>): string {
  return canonicalJson(ref as unknown as JsonObject);
}
