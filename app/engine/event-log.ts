import type { RunEvent, RunEventBody, RunSignal } from '../core/run/events.ts';
import type { Journal, JournalBatch, StoredValue } from './journal.ts';

/**
 * The tail of one run's log: events wait here in memory until something needs them durable. One append is under way
 * at a time; what comes meanwhile travels with the next one.
 */
export class EventLog {
  private events: RunEvent[] = [];
  private values: StoredValue[] = [];
  private readonly stored = new Set<string>();
  private sending: Promise<void> | undefined;
  /** The next append, still gathering: what is added before it begins travels with it. */
  private gathering: Promise<void> | undefined;
  private seq: number;
  private readonly journal: Pick<Journal, 'append' | 'create'>;
  /** Of a run that the journal does not know yet: its first events are in the first append. */
  private founder: string | undefined;
  private readonly runId: string;
  private readonly fence: number;
  private readonly now: () => number;
  private readonly yield_: () => Promise<void>;
  /** Hears each event once it is durable: nothing may be shown as final before. */
  private readonly observe: ((signal: RunSignal) => void) | undefined;
  /** Set by the first failed append: from then on nothing can be kept, so nothing may go on. */
  failure: unknown;

  constructor(about: {
    journal: Pick<Journal, 'append' | 'create'>;
    runId: string;
    fence: number;
    lastSeq: number;
    /** Where the run begins here: who owns it, and how its log begins. */
    begin?: { owner: string; events: readonly RunEvent[]; values: readonly StoredValue[] } | undefined;
    now: () => number;
    yield: () => Promise<void>;
    observe?: ((signal: RunSignal) => void) | undefined;
  }) {
    this.journal = about.journal;
    this.runId = about.runId;
    this.fence = about.fence;
    this.seq = about.lastSeq;
    this.now = about.now;
    this.yield_ = about.yield;
    this.observe = about.observe;
    if (about.begin) {
      this.founder = about.begin.owner;
      this.events.push(...about.begin.events);
      for (const value of about.begin.values) this.store(value);
    }
  }

  get pending(): number {
    return this.events.length;
  }

  /** Whether a commit was asked for that takes along all that is pending. */
  get committing(): boolean {
    return this.gathering !== undefined;
  }

  add(body: RunEventBody): RunEvent {
    this.seq += 1;
    const event = { seq: this.seq, at: this.now(), ...body };
    this.events.push(event);
    return event;
  }

  /** Keeps a large value beside the events; the same digest is sent once a run. */
  store(value: StoredValue): void {
    const key = value.personal ? `personal ${value.digest}` : value.digest;
    if (this.stored.has(key)) return;
    this.stored.add(key);
    this.values.push(value);
  }

  /**
   * Resolves when everything added so far is durable. The append begins when the one before it has ended, or else after
   * everything else that is due has had its turn: answers that come together wait for the disk together.
   * @throws what the journal threw, also on every later call
   */
  commit(): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.gathering !== undefined) return this.gathering;
    if (this.events.length === 0) return this.sending ?? Promise.resolve();
    this.gathering = (this.sending ?? this.yield_()).then(() => {
      this.gathering = undefined;
      return this.send();
    });
    return this.gathering;
  }

  /** Resolves when the journal knows the run. */
  begun(): Promise<void> {
    return this.founder === undefined ? Promise.resolve() : (this.sending ?? this.commit());
  }

  private send(): Promise<void> {
    const { events, values } = this;
    this.events = [];
    this.values = [];
    this.sending = this.write({ runId: this.runId, events, values }).then(
      () => {
        this.sending = undefined;
        if (this.observe) for (const event of events) this.observe({ type: 'event', event });
      },
      (failure: unknown) => {
        this.sending = undefined;
        this.failure = failure;
        throw failure;
      },
    );
    return this.sending;
  }

  private async write(batch: Pick<JournalBatch, 'runId' | 'events' | 'values'>): Promise<void> {
    const owner = this.founder;
    if (owner === undefined) return this.journal.append({ ...batch, fence: this.fence });
    await this.journal.create({ ...batch, owner });
    this.founder = undefined;
  }
}
