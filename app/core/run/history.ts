import type { ErrorWire } from '../errors/app-error.ts';
import type { Json } from '../graph/json.ts';
import type { Cost, Decision } from '../graph/values.ts';
import type { PortRefs, RunEvent, ValueRef } from './events.ts';

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

export type CallOutcome =
  | { attempt: number; ok: true; digest: string; response: ValueRef; event: Of<'call.completed'> }
  | { attempt: number; ok: false; digest: string; error: ErrorWire; cost?: Cost };

export type StepEnd =
  | { state: 'succeeded' | 'cached'; outputs: PortRefs; event: Of<'step.finished'> }
  | {
      state: 'failed';
      handled: 'fail' | 'default' | 'port';
      error: ErrorWire;
      outputs: PortRefs;
      event: Of<'step.failed'>;
    }
  | { state: 'skipped' }
  | { state: 'cancelled' };

/** What the log says about one step. */
export interface StepPast {
  end?: StepEnd;
  /** The newest attempt that is logged as begun; 0 for none (pure steps begin without a word). */
  started: number;
  retries: Of<'step.retried'>[];
  /** Outcomes of each call by its number, in the order that they happened. */
  calls: Map<number, CallOutcome[]>;
  /** Calls whose intent is there and whose outcome is not: number to digest. */
  dangling: Map<number, string>;
  values: Map<number, { kind: string; value: Json }>;
  race?: string;
  /** Log entries already written. */
  logs: number;
}

export interface WaitPast {
  event: Of<'step.waiting'>;
  decision?: Decision;
  /** The whole decision, where the event does not tell it. */
  sealed?: ValueRef;
  expired?: true;
}

/** The log of a run, folded for whoever goes on with it. */
export interface RunHistory {
  created: Of<'run.created'>;
  steps: Map<string, StepPast>;
  waits: Map<string, WaitPast>;
  lastSeq: number;
  /** How the run ended, if it did. */
  end?: Of<'run.finished'> | Of<'run.failed'> | Of<'run.cancelled'>;
}

export function emptyPast(): StepPast {
  return { started: 0, retries: [], calls: new Map(), dangling: new Map(), values: new Map(), logs: 0 };
}

/** Folds a whole log. The first event is `run.created`: a log without it is damaged, which the journal reports. */
export function foldHistory(events: readonly RunEvent[]): RunHistory {
  const created = events[0];
  if (created?.type !== 'run.created') throw new RangeError('the log of a run begins with run.created');
  const history: RunHistory = { created, steps: new Map(), waits: new Map(), lastSeq: 0 };
  for (const event of events) {
    history.lastSeq = event.seq;
    if (event.type === 'run.finished' || event.type === 'run.failed' || event.type === 'run.cancelled')
      history.end = event;
    else if ('step' in event) foldStep(stepOf(history, event.step), event, history);
  }
  return history;
}

function stepOf(history: RunHistory, path: string): StepPast {
  let past = history.steps.get(path);
  if (!past) {
    past = emptyPast();
    history.steps.set(path, past);
  }
  return past;
}

function outcomes(past: StepPast, call: number): CallOutcome[] {
  let list = past.calls.get(call);
  if (!list) {
    list = [];
    past.calls.set(call, list);
  }
  return list;
}

function foldStep(past: StepPast, event: RunEvent, history: RunHistory): void {
  const attempt = past.retries.length + 1;
  switch (event.type) {
    case 'step.started':
      past.started = event.attempt;
      break;
    case 'call.intended':
      past.dangling.set(event.call, event.digest);
      break;
    case 'call.completed':
      past.dangling.delete(event.call);
      outcomes(past, event.call).push({ attempt, ok: true, digest: event.digest, response: event.response, event });
      break;
    case 'call.failed':
      past.dangling.delete(event.call);
      outcomes(past, event.call).push({
        attempt,
        ok: false,
        digest: event.digest,
        error: event.error,
        ...(event.cost && { cost: event.cost }),
      });
      break;
    case 'value.recorded':
      past.values.set(event.call, { kind: event.kind, value: event.value });
      break;
    case 'step.retried':
      past.retries.push(event);
      break;
    case 'log.written':
      past.logs += 1;
      break;
    case 'race.won':
      past.race = event.edge;
      break;
    case 'step.waiting':
      history.waits.set(event.wait, { event });
      break;
    case 'wait.decided': {
      const wait = history.waits.get(event.wait);
      if (!wait) break;
      wait.decision = event.decision;
      if (event.sealed) wait.sealed = event.sealed;
      break;
    }
    case 'wait.expired': {
      const wait = history.waits.get(event.wait);
      if (wait) wait.expired = true;
      break;
    }
    case 'step.finished':
      past.end = { state: event.cached ? 'cached' : 'succeeded', outputs: event.outputs, event };
      break;
    case 'step.failed':
      past.end = { state: 'failed', handled: event.handled, error: event.error, outputs: event.outputs, event };
      break;
    case 'step.skipped':
      past.end = { state: 'skipped' };
      break;
    case 'step.cancelled':
      past.end = { state: 'cancelled' };
      break;
    default:
  }
}
