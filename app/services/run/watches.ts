import { toAppError } from '../../core/errors/app-error.ts';
import type { Json } from '../../core/graph/json.ts';
import type { Workflow } from '../../core/graph/workflow.ts';
import type { PortRefs } from '../../core/run/events.ts';
import type { RunView, StepView, WaitView } from '../../core/run/run-view.ts';
import { frameOf, turnOf } from '../../core/run/step-path.ts';
import { buildTrace, type ShownPorts, type TraceSource } from './trace.ts';

export interface WatchRequest {
  /** The stop that is looked at; by default the first that waits. */
  step?: string;
  /** In CEL. */
  expressions: readonly string[];
}

export interface WatchSource extends Pick<TraceSource, 'view' | 'showing' | 'value'> {
  workflow: Pick<Workflow, 'edges'>;
}

export interface Watched {
  /** The step that the run is stopped before; null where it is at no stop. */
  step: string | null;
  /** By the expressions' order. */
  results: ({ value: Json } | { fault: string })[];
}

/** Longest result, in characters of JSON: a watch is looked at, not read. */
const LONGEST = 200_000;

const KNOWN = 'There are inputs, value (at a wire), step, index and outputs.';
const NOT_STOPPED = 'The run is stopped at no breakpoint: there is nothing but outputs to look at.';

const hasOutputs = ({ state }: StepView) => state === 'succeeded' || state === 'cached' || state === 'failed';

/** Works out expressions over what may be shown of a run. Large values are read only of nodes that are named. */
export async function evaluateWatches(source: WatchSource, { step, expressions }: WatchRequest): Promise<Watched> {
  const { view, workflow } = source;
  const stop = view.waits.find(
    (wait) => wait.kind === 'breakpoint' && wait.state === 'open' && (step === undefined || wait.step === step),
  );
  const words = new Set(expressions.flatMap((text) => text.split(/[^A-Za-z0-9_/-]+/)));
  const steps = [...stepsInSight(view, stop?.step ?? '').values()].map((one) => ({
    ...one,
    ...{ calls: [], retries: [] },
    outputs: words.has(one.node) ? one.outputs : inPlace(one.outputs),
  }));
  const trace = await buildTrace({
    ...source,
    view: { ...view, steps, waits: stop ? [stop] : [], logs: [] },
    interrupted: false,
    wants: (one) => one !== undefined,
  });
  const outputs = Object.fromEntries(trace.steps.map((one) => [one.node, plain(one.outputs)]));
  const { compileExpression, listPurse } = await import('../../core/template/expression.ts');
  const purse = listPurse();
  const about = { ...stopVariables(stop, trace.waits[0]?.payload, workflow), outputs };
  return {
    step: stop?.step ?? null,
    results: expressions.map((text) => {
      try {
        const value = compileExpression(text).evaluate(about, purse);
        return JSON.stringify(value).length > LONGEST
          ? { fault: 'The result is too long to be shown: ask for a part of it.' }
          : { value };
      } catch (thrown) {
        const { code, message } = toAppError(thrown, 'expression.failed', text);
        const isMissing = code === 'expression.missing_variable';
        return { fault: isMissing ? (stop ? `${message}. ${KNOWN}` : NOT_STOPPED) : message };
      }
    }),
  };
}

/** By node the step that counts from where the run is stopped: of its own frames, or else the newest. */
function stepsInSight({ steps }: RunView, at: string): Map<string, StepView> {
  const seen = new Map<string, StepView>();
  const isAround = (one: StepView) => at.startsWith(frameOf(one.step));
  for (const one of steps) {
    if (!hasOutputs(one)) continue;
    const before = seen.get(one.node);
    if (!before || isAround(one) || !isAround(before)) seen.set(one.node, one);
  }
  return seen;
}

/** Without what lies beside the log. */
function inPlace(refs: PortRefs): PortRefs {
  return Object.fromEntries(Object.entries(refs).filter(([, ref]) => 'value' in ref));
}

/** What is there as a value: of the rest an expression finds nothing. */
function plain(ports: ShownPorts): { [port: string]: Json } {
  return Object.fromEntries(
    Object.entries(ports).flatMap(([port, shown]) => ('value' in shown ? [[port, shown.value]] : [])),
  );
}

function stopVariables(
  stop: WaitView | undefined,
  payload: ShownPorts[string] | undefined,
  { edges }: Pick<Workflow, 'edges'>,
): { [name: string]: Json | undefined } {
  if (!stop || !payload || !('value' in payload)) return {};
  const { step, edge, place } = stop;
  const inputs = payload.value as { [port: string]: Json };
  const wire = edges.find(({ id }) => id === edge);
  const arrived = wire && inputs[wire.to.port];
  const value = place !== undefined && Array.isArray(arrived) ? arrived[place] : arrived;
  return { inputs, step, index: turnOf(step), value };
}
