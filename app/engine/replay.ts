import type { AppError } from '../core/errors/app-error.ts';
import { cutShort, failedPlaces } from '../core/run/cut-short.ts';
import type { RunEventBody } from '../core/run/events.ts';
import type { RunHistory, StepEnd } from '../core/run/history.ts';
import { cellOfRef } from './cells.ts';
import type { Outputs } from './frame.ts';
import type { RunLog } from './run-log.ts';

/** One place where working again gave something else than the log says. */
export interface ReplayDifference {
  step: string;
  kind: 'state' | 'output' | 'error' | 'missing' | 'extra';
  /** The output port that differs. */
  port?: string;
  recorded?: string;
  replayed?: string;
}

export interface ReplayReport {
  runId: string;
  /** Steps that worked again. */
  steps: number;
  differences: ReplayDifference[];
  /** How the recorded run stood at its end. */
  recorded: 'succeeded' | 'failed' | 'cancelled' | 'open';
}

/** Long values shortened for a report; references stay whole. */
function shown(key: string | undefined): string {
  if (key === undefined) return 'silent';
  return key.length > 200 ? `${key.slice(0, 200)}…` : key;
}

/** A log that writes nothing and compares every step's end with the one recorded. */
export class ReplayLog implements RunLog {
  readonly replaying = true;
  readonly hurried = true;
  readonly pending = 0;
  readonly committing = false;
  readonly failure = undefined;
  readonly differences: ReplayDifference[] = [];
  steps = 0;
  private seq = 0;
  private readonly seen = new Set<string>();
  private readonly held: string[] = [];
  private readonly history: RunHistory;

  constructor(history: RunHistory) {
    this.history = history;
  }

  add(body: RunEventBody) {
    this.seq += 1;
    return { seq: this.seq, at: 0, ...body };
  }

  store(): void {}

  async commit(): Promise<void> {}

  async begun(): Promise<void> {}

  async release(): Promise<void> {}

  async pendingDecisions(): Promise<never[]> {
    return [];
  }

  /** Steps that were taken from elsewhere made no calls that could answer here; cancelled ones had no end of their own. */
  appliesPast(end: StepEnd): boolean {
    return (
      end.state === 'cached' ||
      end.state === 'cancelled' ||
      (end.state === 'succeeded' && end.event.detail?.pinned === true)
    );
  }

  stepEnded(path: string, state: StepEnd['state'], outputs: Outputs | undefined, error?: AppError): void {
    this.seen.add(path);
    this.steps += 1;
    const past = this.history.steps.get(path)?.end;
    if (past === undefined || this.appliesPast(past)) return;
    if (past.state !== state) {
      this.differences.push({ step: path, kind: 'state', recorded: past.state, replayed: state });
      return;
    }
    if (past.state === 'failed' && error && past.error.code !== error.code) {
      this.differences.push({ step: path, kind: 'error', recorded: past.error.code, replayed: error.code });
    }
    if (outputs && 'outputs' in past) this.compare(path, past.outputs, outputs);
  }

  private compare(path: string, recorded: { [port: string]: Parameters<typeof cellOfRef>[0] }, outputs: Outputs): void {
    for (const port of new Set([...Object.keys(recorded), ...Object.keys(outputs)])) {
      const ref = recorded[port];
      const before = ref && cellOfRef(ref).key;
      const now = outputs[port]?.key;
      if (before !== now)
        this.differences.push({ step: path, kind: 'output', port, recorded: shown(before), replayed: shown(now) });
    }
  }

  /**
   * In a run that has ended, a step without a record did not begin because a failure came first: it is held back, and
   * counts as a difference only when nothing in its frames failed.
   */
  mayBegin(path: string): boolean {
    if (!this.history.end) return true;
    this.held.push(path);
    return false;
  }

  /** Recorded steps that the replay never came to, and steps that only it came to; to be asked at its end. */
  unmatched(): ReplayDifference[] {
    const failed = failedPlaces(
      this.history.steps.entries().map(([step, { end }]) => ({
        step,
        state: end?.state,
        ...(end?.state === 'failed' && { handled: end.handled }),
      })),
    );
    const differences: ReplayDifference[] = [];
    for (const [step, { end }] of this.history.steps) {
      if (!end || end.state === 'cancelled' || this.seen.has(step) || cutShort(step, failed)) continue;
      differences.push({ step, kind: 'missing', recorded: end.state });
    }
    for (const step of this.held) if (!cutShort(step, failed)) differences.push({ step, kind: 'extra' });
    return differences;
  }
}
