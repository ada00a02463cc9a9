import type { ErrorWire } from '../errors/app-error.ts';
import type { Json } from '../graph/json.ts';
import type { Cost, Decision } from '../graph/values.ts';
import { type BreakpointSpec, breakpointText } from './breakpoint.ts';
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
  readonly calls: Map<number, CallOutcome[]>;
  /** Calls whose intent is there and whose outcome is not: number to digest. */
  readonly dangling: Map<number, string>;
  readonly values: Map<number, { kind: string; value: Json }>;
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
  /** Where it was told to stop. */
  breakpoints: BreakpointSpec[];
  /** Hits of the breakpoints that count, by their texts and then by step. */
  hits: Map<string, Map<string, Of<'breakpoint.hit'>>>;
  /** Breakpoints that it has stopped at, by their texts. */
  stoppedAt: Set<string>;
  /** The newest decision at a stop was to stop again before whatever begins. */
  stepping: boolean;
  lastSeq: number;
  /** How the run ended, if it did. */
  end?: Of<'run.finished'> | Of<'run.failed'> | Of<'run.cancelled'>;
}

/** Its maps are made when first asked for: most steps are pure and never come to one. */
class LazyPast implements StepPast {
  end?: StepEnd;
  started = 0;
  retries: StepPast['retries'] = [];
  race?: string;
  logs = 0;
  #calls: StepPast['calls'] | undefined;
  #dangling: StepPast['dangling'] | undefined;
  #values: StepPast['values'] | undefined;

  get calls(): StepPast['calls'] {
    this.#calls ??= new Map();
    return this.#calls;
  }

  get dangling(): StepPast['dangling'] {
    this.#dangling ??= new Map();
    return this.#dangling;
  }

  get values(): StepPast['values'] {
    this.#values ??= new Map();
    return this.#values;
  }
}

export function emptyPast(): StepPast {
  return new LazyPast();
}

/** What is known of a run before anything has happened in it. */
export function emptyHistory(created: RunHistory['created']): RunHistory {
  return {
    created,
    steps: new Map(),
    waits: new Map(),
    breakpoints: [],
    hits: new Map(),
    stoppedAt: new Set(),
    stepping: false,
    lastSeq: created.seq,
  };
}

/** Where a run stops that is gone on with: where it did before, but for what was meant for one stop and has had it. */
export function breakpointsLeft({ breakpoints, stoppedAt }: RunHistory): BreakpointSpec[] {
  return breakpoints.filter((spec) => !spec.once || !stoppedAt.has(breakpointText(spec)));
}

/** Folds a whole log. The first event is `run.created`: a log without it is damaged, which the journal reports. */
export function foldHistory(events: readonly RunEvent[]): RunHistory {
  const created = events[0];
  if (created?.type !== 'run.created') throw new RangeError('the log of a run begins with run.created');
  const history = emptyHistory(created);
  for (const event of events) {
    history.lastSeq = event.seq;
    if (event.type === 'run.finished' || event.type === 'run.failed' || event.type === 'run.cancelled')
      history.end = event;
    else if (event.type === 'breakpoints.set') {
      history.breakpoints = event.breakpoints;
      history.stoppedAt.clear();
    } else if (event.type === 'breakpoint.hit') noteHit(history.hits, event);
    else if ('step' in event) foldStep(stepOf(history, event.step), event, history);
  }
  return history;
}

/** Keeps a hit among those of its breakpoint. */
export function noteHit(hits: RunHistory['hits'], hit: Of<'breakpoint.hit'>): void {
  const known = hits.get(hit.breakpoint);
  if (known) known.set(hit.step, hit);
  else hits.set(hit.breakpoint, new Map([[hit.step, hit]]));
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
      if (event.breakpoint !== undefined) history.stoppedAt.add(event.breakpoint);
      break;
    case 'wait.decided': {
      const wait = history.waits.get(event.wait);
      if (!wait) break;
      wait.decision = event.decision;
      if (wait.event.kind === 'breakpoint') history.stepping = event.decision.action === 'step';
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
