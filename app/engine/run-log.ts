import type { AppError } from '../core/errors/app-error.ts';
import type { Decision } from '../core/graph/values.ts';
import type { RunEvent, RunEventBody } from '../core/run/events.ts';
import type { StepEnd } from '../core/run/history.ts';
import type { EventLog } from './event-log.ts';
import type { Outputs } from './frame.ts';
import type { Journal, StoredValue } from './journal.ts';

/** Where a run loop writes: the journal, or nothing while it is only replayed. */
export interface RunLog {
  /** Calls answer from the log alone and steps work again. */
  readonly replaying: boolean;
  /** Time between attempts passes at once: nothing outside is asked that would want a rest. */
  readonly hurried: boolean;
  readonly pending: number;
  /** Whether a commit was asked for that takes along all that is pending. */
  readonly committing: boolean;
  readonly failure: unknown;
  add(body: RunEventBody): RunEvent;
  store(value: StoredValue): void;
  commit(): Promise<void>;
  /** Resolves when the journal knows the run. */
  begun(): Promise<void>;
  release(): Promise<void>;
  pendingDecisions(): Promise<{ wait: string; decision: Decision }[]>;
  /** Whether a step's recorded end stands for its work. */
  appliesPast(end: StepEnd): boolean;
  /** Asked for a step of which the log says nothing. */
  mayBegin(path: string): boolean;
  /** Told of each step's end, before its event. */
  stepEnded(path: string, state: StepEnd['state'], outputs: Outputs | undefined, error?: AppError): void;
}

/** The log of a run that really happens. */
export function liveLog(events: EventLog, journal: Journal, runId: string, fence: number): RunLog {
  return {
    replaying: false,
    hurried: false,
    get pending() {
      return events.pending;
    },
    get committing() {
      return events.committing;
    },
    get failure() {
      return events.failure;
    },
    add: (body) => events.add(body),
    store: (value) => events.store(value),
    commit: () => events.commit(),
    begun: () => events.begun(),
    release: () => journal.release(runId, fence),
    pendingDecisions: () => events.begun().then(() => journal.pendingDecisions(runId)),
    appliesPast: () => true,
    mayBegin: () => true,
    stepEnded: () => undefined,
  };
}
