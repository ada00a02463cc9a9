import type { ErrorWire } from '../../core/errors/app-error.ts';
import { isAppError } from '../../core/errors/app-error.ts';
import type { Json, JsonObject } from '../../core/graph/json.ts';
import type { Decision } from '../../core/graph/values.ts';
import type { Capture, PortRefs, ValueRef } from '../../core/run/events.ts';
import type { CallView, LogView, RunView, StepView, WaitView } from '../../core/run/run-view.ts';
import {
  type Showing,
  shownDecision,
  shownError,
  shownFacts,
  shownText,
  showsStep,
} from '../../core/run/shown-event.ts';
import { type ShownValue, shownValue } from '../../core/run/shown-value.ts';

export type ShownPorts = { [port: string]: ShownValue };
export type TracedCall = Omit<CallView, 'request' | 'response'> & { request?: ShownValue; response?: ShownValue };
export type TracedStep = Omit<StepView, 'outputs' | 'calls'> & { outputs: ShownPorts; calls: TracedCall[] };
export type TracedWait = Omit<WaitView, 'payload' | 'decision'> & { payload: ShownValue; decision?: Decision };

/** A run as it may be shown: the view of its log with payloads in place, under the capture setting. */
export interface Trace extends Omit<RunView, 'inputs' | 'outputs' | 'steps' | 'waits' | 'edits' | 'breakpoints'> {
  /** Nobody works on it although it has not ended and does not wait: it can be resumed. */
  interrupted: boolean;
  inputs: ShownPorts;
  outputs: ShownPorts;
  steps: TracedStep[];
  waits: TracedWait[];
  logs: LogView[];
}

export interface TraceSource {
  view: RunView;
  interrupted: boolean;
  showing: Showing;
  value: (digest: string) => Promise<Json>;
  /** Which steps' payloads are wanted: reading them all may be much. */
  wants: (step: string | undefined) => boolean;
  /** Payloads beside the log of more bytes than this stay references; by default none do. */
  atMost?: number;
}

/** Replaces the references of a view by values that may be shown. */
export async function buildTrace(source: TraceSource): Promise<Trace> {
  const { view, interrupted, showing, value, wants, atMost = Number.POSITIVE_INFINITY } = source;
  const { redactText } = showing;
  const isPersonal = personalRefs(view, showing);

  async function show(ref: ValueRef, capture: Capture | 'personal'): Promise<ShownValue> {
    if (capture === 'personal') return { withheld: 'personal' };
    if (capture === 'off') return { withheld: 'capture' };
    if ('value' in ref) return shownValue(ref.value, capture, redactText);
    if (capture === 'hashed') return { hash: ref.digest, bytes: ref.bytes };
    if (ref.bytes > atMost) return ref;
    try {
      return shownValue(await value(ref.digest), capture, redactText);
    } catch (thrown) {
      if (isAppError(thrown) && thrown.code === 'run.not_replayable') return { withheld: 'purged' };
      throw thrown;
    }
  }

  async function ports(refs: PortRefs, capture: Capture | 'personal'): Promise<ShownPorts> {
    const shown: ShownPorts = {};
    for (const [port, ref] of Object.entries(refs))
      shown[port] = await show(ref, isPersonal(ref) ? 'personal' : capture);
    return shown;
  }

  const facts = (data: JsonObject, capture: Capture | 'personal') =>
    shownFacts(data, capture === 'personal' ? 'off' : capture, redactText);
  const error = (wire: ErrorWire, capture: Capture | 'personal') =>
    shownError(
      wire as unknown as JsonObject,
      capture === 'personal' ? 'off' : capture,
      redactText,
    ) as unknown as ErrorWire;

  async function step(one: StepView): Promise<TracedStep> {
    const capture = showsStep(one.step, showing);
    const wanted = wants(one.step);
    const calls: TracedCall[] = [];
    for (const { request, response, ...call } of one.calls) {
      calls.push({
        ...call,
        ...(call.error && { error: error(call.error, capture) }),
        ...(wanted && request && { request: await show(request, capture) }),
        ...(wanted && response && { response: await show(response, capture) }),
      });
    }
    return {
      ...one,
      calls,
      outputs: wanted ? await ports(one.outputs, capture) : {},
      ...(one.detail && { detail: facts(one.detail, capture) }),
      ...(one.error && { error: error(one.error, capture) }),
      retries: one.retries.map((retry) => ({ ...retry, error: error(retry.error, capture) })),
    };
  }

  async function wait({ payload, decision, ...one }: WaitView): Promise<TracedWait> {
    const capture = showsStep(one.step, showing);
    const hidden = capture === 'personal' ? 'off' : capture;
    return {
      ...one,
      payload: wants(one.step) ? await show(payload, capture) : { withheld: 'capture' },
      ...(one.reason !== undefined && { reason: shownText(one.reason, hidden, redactText) }),
      ...(one.breakpoint !== undefined && { breakpoint: shownText(one.breakpoint, hidden, redactText) }),
      ...(decision && { decision: shownDecision(decision, hidden, redactText) }),
    };
  }

  const { inputs, outputs, steps, waits, edits: _edits, breakpoints: _breakpoints, ...rest } = view;
  return {
    ...rest,
    interrupted,
    ...(view.error && { error: error(view.error, showing.capture) }),
    inputs: wants(undefined) ? await ports(inputs, showing.capture) : {},
    outputs: wants(undefined) ? await ports(outputs, showing.capture) : {},
    steps: await inTurn(steps, step),
    waits: await inTurn(waits, wait),
    logs: view.logs.map((log) => shownLog(log, showing)),
  };
}

/** Inputs and outputs of the run that a personal step got or gave are as personal as the step. */
function personalRefs(view: RunView, showing: Showing): (ref: ValueRef) => boolean {
  const refs = new Set<string>();
  for (const { node, outputs } of view.steps)
    if (showing.personal.has(node)) for (const ref of Object.values(outputs)) refs.add(JSON.stringify(ref));
  return (ref) => refs.has(JSON.stringify(ref));
}

function shownLog(log: LogView, showing: Showing): LogView {
  const capture = showsStep(log.step, showing);
  const hidden = capture === 'personal' ? 'off' : capture;
  return {
    ...log,
    message: shownText(log.message, hidden, showing.redactText),
    ...(log.data && { data: shownFacts(log.data, hidden, showing.redactText) }),
  };
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
