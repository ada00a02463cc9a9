import type { ErrorWire } from '../../core/errors/app-error.ts';
import type { RunEvent } from '../../core/run/events.ts';
import type { RunListItem } from '../../core/run/run-list.ts';
import { nodeOf } from '../../core/run/step-path.ts';

export type StepState =
  | 'running'
  | 'waiting'
  | 'paused'
  | 'needs-decision'
  | 'succeeded'
  | 'cached'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'retried'
  | 'interrupted';
export type CallState = 'running' | 'completed' | 'failed' | 'interrupted';
export type WaitState = 'open' | 'decided' | 'expired' | 'closed';

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** A run in one row. Counts of steps are of attempts that ended so. Costs are integer nano-dollars. */
export interface RunSummaryRow
  extends Pick<
    RunListItem,
    | 'status'
    | 'startedAt'
    | 'endedAt'
    | 'starts'
    | 'error'
    | 'failedStep'
    | 'counts'
    | 'calls'
    | 'inputTokens'
    | 'outputTokens'
    | 'nanoUsd'
    | 'unpricedCalls'
    | 'openWaits'
  > {
  created: EventOf<'run.created'>;
}

/** One attempt of a step. `seq` is the event that it first appeared in and its key within the run. */
export interface StepRow {
  seq: number;
  step: string;
  node: string;
  attempt: number;
  state: StepState;
  startedAt: number;
  endedAt: number | null;
  /** The event that ended it. */
  endSeq: number | null;
  errorCode: string | null;
  errorClass: string | null;
  calls: number;
  inputTokens: number;
  outputTokens: number;
  nanoUsd: number;
  cachedRun: string | null;
  /** Memo key, when other runs may take the outputs. */
  memo: string | null;
}

export interface CallRow {
  seq: number;
  step: string;
  call: number;
  kind: string;
  effect: string | null;
  state: CallState;
  startedAt: number;
  endedAt: number | null;
  provider: string | null;
  model: string | null;
  inputTokens: number;
  outputTokens: number;
  /** Null: no cost was reported, or the price is not known. */
  nanoUsd: number | null;
  errorCode: string | null;
  errorClass: string | null;
}

export interface WaitRow {
  seq: number;
  waiting: EventOf<'step.waiting'>;
  state: WaitState;
  closedAt: number | null;
  decided: EventOf<'wait.decided'> | null;
}

/** What the fold of a run's log must remember, and what it has changed since the rows were last written. */
export interface RunProjection {
  run: RunSummaryRow;
  /** By step path: the attempt that has not ended. */
  steps: Map<string, StepRow>;
  /** By step path and call number: calls on their way. */
  calls: Map<string, CallRow>;
  /** By wait id: what is open. */
  waits: Map<string, WaitRow>;
  changed: {
    /** Of the run's own row: all of it, its status with its counts, or those alone. */
    run: 'all' | 'status' | 'counts';
    steps: Set<StepRow>;
    calls: Set<CallRow>;
    waits: Set<WaitRow>;
    logs: EventOf<'log.written'>[];
  };
}

export function beginProjection(created: EventOf<'run.created'>): RunProjection {
  return {
    run: {
      created,
      status: 'created',
      startedAt: null,
      endedAt: null,
      starts: 0,
      error: null,
      failedStep: null,
      counts: { succeeded: 0, cached: 0, failed: 0, skipped: 0, cancelled: 0, retried: 0 },
      calls: 0,
      inputTokens: 0,
      outputTokens: 0,
      nanoUsd: 0,
      unpricedCalls: 0,
      openWaits: 0,
    },
    steps: new Map(),
    calls: new Map(),
    waits: new Map(),
    changed: { run: 'all', steps: new Set(), calls: new Set(), waits: new Set(), logs: [] },
  };
}

function openStep(state: RunProjection, seq: number, step: string, node: string, attempt: number, at: number): StepRow {
  const row: StepRow = {
    seq,
    step,
    node,
    attempt,
    state: 'running',
    startedAt: at,
    endedAt: null,
    endSeq: null,
    errorCode: null,
    errorClass: null,
    calls: 0,
    inputTokens: 0,
    outputTokens: 0,
    nanoUsd: 0,
    cachedRun: null,
    memo: null,
  };
  state.steps.set(step, row);
  state.changed.steps.add(row);
  return row;
}

/** The row of this attempt. An earlier attempt that never ended was interrupted. A pure step may begin by ending. */
function stepRow(
  state: RunProjection,
  event: RunEvent,
  step: string,
  node: string,
  attempt: number,
  at: number,
): StepRow {
  const open = state.steps.get(step);
  if (open?.attempt === attempt) return open;
  if (open !== undefined) {
    open.state = 'interrupted';
    open.endedAt ??= event.at;
    state.changed.steps.add(open);
  }
  return openStep(state, event.seq, step, node, attempt, at);
}

type StepEnd = keyof RunSummaryRow['counts'];

function endStep(state: RunProjection, row: StepRow, end: StepEnd, event: RunEvent, error?: ErrorWire): void {
  row.state = end;
  row.endedAt = event.at;
  row.endSeq = event.seq;
  if (error !== undefined) {
    row.errorCode = error.code;
    row.errorClass = error.class;
  }
  state.run.counts[end] += 1;
  state.steps.delete(row.step);
  state.changed.steps.add(row);
}

const callKey = (step: string, call: number): string => `${call} ${step}`;

function openCall(
  state: RunProjection,
  event: EventOf<'call.intended' | 'call.completed' | 'call.failed'>,
  startedAt: number,
): CallRow {
  const row: CallRow = {
    seq: event.seq,
    step: event.step,
    call: event.call,
    kind: event.kind,
    effect: 'effect' in event ? event.effect : null,
    state: 'running',
    startedAt,
    endedAt: null,
    provider: null,
    model: null,
    inputTokens: 0,
    outputTokens: 0,
    nanoUsd: null,
    errorCode: null,
    errorClass: null,
  };
  state.calls.set(callKey(event.step, event.call), row);
  state.changed.calls.add(row);
  state.run.calls += 1;
  const step = state.steps.get(event.step);
  if (step !== undefined) {
    step.calls += 1;
    state.changed.steps.add(step);
  }
  return row;
}

/** Read calls are written without an intent, so a call may begin by ending. */
function endCall(state: RunProjection, event: EventOf<'call.completed' | 'call.failed'>, end: CallState): CallRow {
  const key = callKey(event.step, event.call);
  const row = state.calls.get(key) ?? openCall(state, event, event.startedAt);
  row.state = end;
  row.startedAt = event.startedAt;
  row.endedAt = event.at;
  state.calls.delete(key);
  state.changed.calls.add(row);
  return row;
}

/** A count that a provider reported: a server of one's own may report nonsense, which must not stop the run. */
const count = (reported: number | undefined): number =>
  reported !== undefined && Number.isSafeInteger(reported) ? reported : 0;

/** What a call used and cost, whether it was answered or failed. */
function accountCall(state: RunProjection, row: CallRow, event: EventOf<'call.completed' | 'call.failed'>): void {
  row.provider = event.provider ?? null;
  row.model = event.model ?? null;
  const input = count(event.usage?.inputTokens);
  const output = count(event.usage?.outputTokens);
  const nanoUsd = count(event.cost?.nanoUsd);
  row.inputTokens = input;
  row.outputTokens = output;
  row.nanoUsd = event.cost?.known ? nanoUsd : null;
  state.run.inputTokens += input;
  state.run.outputTokens += output;
  state.run.nanoUsd += nanoUsd;
  if (event.cost !== undefined && !event.cost.known) state.run.unpricedCalls += 1;
  const step = state.steps.get(event.step);
  if (step === undefined) return;
  step.inputTokens += input;
  step.outputTokens += output;
  step.nanoUsd += nanoUsd;
  state.changed.steps.add(step);
}

function interruptCalls(state: RunProjection, at: number): void {
  for (const row of state.calls.values()) {
    row.state = 'interrupted';
    row.endedAt = at;
    state.changed.calls.add(row);
  }
  state.calls.clear();
}

/** What was running when a process died: it either begins again as another attempt or goes on as this one. */
function interruptSteps(state: RunProjection): void {
  for (const row of state.steps.values()) {
    if (row.state !== 'running') continue;
    row.state = 'interrupted';
    state.changed.steps.add(row);
  }
}

function setStatus(state: RunProjection, status: RunListItem['status']): void {
  if (state.run.status === status) return;
  state.run.status = status;
  if (state.changed.run === 'counts') state.changed.run = 'status';
}

function closeWait(state: RunProjection, wait: string, end: WaitState, event: RunEvent): void {
  const row = state.waits.get(wait);
  if (row === undefined) return;
  row.state = end;
  row.closedAt = event.at;
  row.decided = event.type === 'wait.decided' ? event : null;
  state.waits.delete(wait);
  state.changed.waits.add(row);
  state.run.openWaits -= 1;
  const step = state.steps.get(row.waiting.step);
  if (step === undefined) return;
  step.state = 'running';
  state.changed.steps.add(step);
}

function endRun(state: RunProjection, status: RunListItem['status'], event: RunEvent): void {
  for (const wait of [...state.waits.keys()]) closeWait(state, wait, 'closed', event);
  for (const row of [...state.steps.values()]) endStep(state, row, 'cancelled', event);
  interruptCalls(state, event.at);
  setStatus(state, status);
  state.run.endedAt = event.at;
}

const waitingState = {
  review: 'waiting',
  breakpoint: 'paused',
  uncertain: 'needs-decision',
  timer: 'waiting',
} as const;

/**
 * The one fold from events to rows, used while a run is written and when the tables are rebuilt: so both are equal.
 * Changes `state` and nothing else.
 */
export function project(state: RunProjection, event: RunEvent): void {
  const { run } = state;
  if (run.status === 'waiting' && event.type !== 'log.written') setStatus(state, 'running');
  switch (event.type) {
    case 'run.created':
      return;
    case 'run.started':
      if (event.resumed) {
        interruptSteps(state);
        interruptCalls(state, event.at);
      }
      setStatus(state, 'running');
      run.startedAt ??= event.at;
      run.endedAt = null;
      run.error = null;
      run.failedStep = null;
      run.starts += 1;
      return;
    case 'step.started': {
      const row = stepRow(state, event, event.step, event.node, event.attempt, event.at);
      row.state = 'running';
      state.changed.steps.add(row);
      return;
    }
    case 'call.intended':
      openCall(state, event, event.at);
      return;
    case 'call.completed':
      accountCall(state, endCall(state, event, 'completed'), event);
      return;
    case 'call.failed': {
      const row = endCall(state, event, 'failed');
      row.errorCode = event.error.code;
      row.errorClass = event.error.class;
      accountCall(state, row, event);
      return;
    }
    case 'step.retried': {
      const row = stepRow(state, event, event.step, nodeOf(event.step), event.attempt, event.at);
      endStep(state, row, 'retried', event, event.error);
      return;
    }
    case 'step.finished': {
      const row = stepRow(state, event, event.step, event.node, event.attempt, event.startedAt);
      row.startedAt = event.startedAt;
      row.cachedRun = event.cached?.run ?? null;
      row.memo = event.shared ? (event.memo ?? null) : null;
      endStep(state, row, event.cached === undefined ? 'succeeded' : 'cached', event);
      return;
    }
    case 'step.failed': {
      const row = stepRow(state, event, event.step, event.node, event.attempt, event.startedAt);
      row.startedAt = event.startedAt;
      endStep(state, row, 'failed', event, event.error);
      return;
    }
    case 'step.skipped':
      endStep(state, stepRow(state, event, event.step, event.node, 0, event.at), 'skipped', event);
      return;
    case 'step.cancelled': {
      const attempt = state.steps.get(event.step)?.attempt ?? 1;
      const row = stepRow(state, event, event.step, event.node, attempt, event.startedAt);
      endStep(state, row, 'cancelled', event);
      return;
    }
    case 'step.waiting': {
      const attempt = state.steps.get(event.step)?.attempt ?? 1;
      const step = stepRow(state, event, event.step, nodeOf(event.step), attempt, event.at);
      state.changed.steps.add(step);
      const row: WaitRow = { seq: event.seq, waiting: event, state: 'open', closedAt: null, decided: null };
      // Opened again, perhaps with another payload: what was shown before can no longer be decided.
      closeWait(state, event.wait, 'closed', event);
      step.state = waitingState[event.kind];
      run.openWaits += 1;
      state.waits.set(event.wait, row);
      state.changed.waits.add(row);
      return;
    }
    case 'wait.decided':
      closeWait(state, event.wait, 'decided', event);
      return;
    case 'wait.expired':
      closeWait(state, event.wait, 'expired', event);
      return;
    case 'log.written':
      state.changed.logs.push(event);
      return;
    case 'run.waiting':
      setStatus(state, 'waiting');
      return;
    case 'run.finished':
      endRun(state, 'succeeded', event);
      return;
    case 'run.failed':
      run.error = event.error;
      run.failedStep = event.step ?? null;
      endRun(state, 'failed', event);
      return;
    case 'run.cancelled':
      endRun(state, 'cancelled', event);
      return;
    case 'value.recorded':
    case 'race.won':
    case 'breakpoints.set':
    case 'breakpoint.hit':
      return;
  }
}
