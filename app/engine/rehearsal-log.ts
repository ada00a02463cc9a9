import { AppError } from '../core/errors/app-error.ts';
import type { Json } from '../core/graph/json.ts';
import type { Decision } from '../core/graph/values.ts';
import type { RunEvent, RunEventBody, ValueRef } from '../core/run/events.ts';
import { RunViewFold } from '../core/run/run-view.ts';
import type { TapeWait } from '../core/run/tape.ts';
import type { StoredValue } from './journal.ts';
import type { RunLog } from './run-log.ts';

export interface RehearsedWait extends TapeWait {
  /** What the tape has of this wait. */
  recorded: TapeWait | undefined;
}

/** A log that keeps what a rehearsal tells and ends its waits as the tape says. */
export class RehearsalLog implements RunLog {
  readonly replaying = false;
  readonly hurried = true;
  readonly pending = 0;
  readonly committing = false;
  readonly failure = undefined;
  readonly view = new RunViewFold('rehearsal');
  readonly waits: RehearsedWait[] = [];
  readonly newValues: { step: string; kind: string }[] = [];
  readonly personal: string[] = [];
  /** Time stands still, but for waits that are to expire. */
  now = 0;
  private seq = 1;
  private readonly values = new Map<string, string>();
  private readonly recorded: TapeWait[];
  private decisions: { wait: string; decision: Decision }[] = [];

  constructor(waits: readonly TapeWait[]) {
    this.recorded = [...waits];
  }

  add(body: RunEventBody): RunEvent {
    this.seq += 1;
    const event = { seq: this.seq, at: this.now, ...body };
    if (event.type === 'value.recorded' && event.kind !== 'definition')
      this.newValues.push({ step: event.step, kind: event.kind });
    if (event.type === 'step.waiting') this.meet(event);
    this.view.apply(event);
    return event;
  }

  store({ digest, text, personal }: StoredValue): void {
    this.values.set(digest, text);
    if (personal) this.personal.push(text);
  }

  value(digest: string): Json {
    const text = this.values.get(digest);
    if (text === undefined)
      throw new AppError('internal', { message: 'A value of a rehearsal is missing.', where: digest });
    return JSON.parse(text) as Json;
  }

  unmet(): TapeWait[] {
    return this.recorded;
  }

  async commit(): Promise<void> {}

  async begun(): Promise<void> {}

  async release(): Promise<void> {}

  async pendingDecisions(): Promise<{ wait: string; decision: Decision }[]> {
    const { decisions } = this;
    this.decisions = [];
    return decisions;
  }

  appliesPast(): boolean {
    return true;
  }

  mayBegin(): boolean {
    return true;
  }

  stepEnded(): void {}

  private meet(event: Extract<RunEvent, { type: 'step.waiting' }>): void {
    const { step, kind, wait, dueAt } = event;
    const at = this.recorded.findIndex((one) => one.step === step && one.kind === kind);
    const [recorded] = at < 0 ? [] : this.recorded.splice(at, 1);
    const { decision } = recorded ?? {};
    if (decision) this.decisions.push({ wait, decision });
    // It expired then: as much time as it takes has passed.
    else if (decision === null && dueAt !== undefined) this.now = Math.max(this.now, dueAt);
    const ended = decision === undefined ? {} : { decision };
    this.waits.push({ step, kind, payload: this.valueOf(event.payload), ...ended, recorded });
  }

  private valueOf(ref: ValueRef): Json {
    return 'value' in ref ? ref.value : this.value(ref.digest);
  }
}
