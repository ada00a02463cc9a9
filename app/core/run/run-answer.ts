import type { Workflow } from '../graph/workflow.ts';
import type { Registry } from '../nodekit/define-node.ts';
import { buildPlan } from '../plan/plan.ts';

/** An output of a run, and the step that gave it out through its port `value`. */
export interface GivenOutput {
  name: string;
  /** Type as the workflow declares it. */
  type: string;
  step: string;
}

/** Types of what people read, what is an answer before what may be one. */
const read = ['answer', 'text', 'json', 'any'];

/** The outputs that a run has given out, in the order in which its workflow declares them. */
export function givenOutputs(
  workflow: Workflow,
  registry: Registry,
  steps: readonly { step: string; state: string }[],
): GivenOutput[] {
  const ended = new Set(
    steps.flatMap(({ step, state }) => (state === 'succeeded' || state === 'cached' ? [step] : [])),
  );
  const nodes = buildPlan(workflow, registry).outputs;
  return Object.entries(workflow.outputs).flatMap(([name, { type }]) => {
    const step = nodes.get(name)?.id;
    return step !== undefined && ended.has(step) ? [{ name, type, step }] : [];
  });
}

/** The output that people mean by “the answer”; none of a run that gave nothing out. */
export function runAnswer(outputs: readonly GivenOutput[]): GivenOutput | undefined {
  for (const type of read) {
    const found = outputs.find((one) => one.type === type);
    if (found) return found;
  }
  return outputs[0];
}
