import { AppError } from '../../core/errors/app-error.ts';
import { AccountBook, type Booking } from './account-book.ts';
import type { LimitStore } from './limit-store.ts';

export interface QueueClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface AccountQueueOptions {
  account: string;
  store: LimitStore;
  clock: QueueClock;
  windowMs: number;
  /** Whether the process of a name is gone. */
  isGone: (process: string) => boolean;
}

export interface Waiter {
  /** When it began to wait, and until when it may; epoch milliseconds. */
  since: number;
  deadline: number;
  signal: AbortSignal | undefined;
  /** Where an error says that it happened. */
  where: string;
  /** Books its place; undefined: none is free in flight. */
  book(book: AccountBook, now: number): Booking | undefined;
}

interface Entry extends Waiter {
  booking?: Booking | undefined;
  /** There was none when it was last looked for: too many calls are under way. */
  full?: boolean;
  resolve(booking: Booking): void;
  reject(reason: unknown): void;
}

/** Parts of a window after which what other processes gave back is looked for. */
const RECHECKS = 60;
const FLIGHT_RECHECKS = 600;

/**
 * Who waits for an account in this process, first come, first served. Only the first has a place booked: what others
 * give back reaches the next at once, and a process that dies leaves one place unused, not a queue of them.
 */
export class AccountQueue {
  private readonly options: AccountQueueOptions;
  private waiting: Entry[] = [];
  private serving = false;
  private alarm: AbortController | undefined;
  private woken = false;

  constructor(options: AccountQueueOptions) {
    this.options = options;
  }

  /** @throws AppError provider.queue_timeout, storage.*; the signal's reason when it aborts */
  wait(waiter: Waiter): Promise<Booking> {
    return new Promise((resolve, reject) => {
      const { signal } = waiter;
      const leave = () => this.leave(entry, signal?.reason);
      const entry: Entry = {
        ...waiter,
        resolve(booking) {
          signal?.removeEventListener('abort', leave);
          resolve(booking);
        },
        reject(reason) {
          signal?.removeEventListener('abort', leave);
          reject(reason);
        },
      };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting.push(entry);
      void this.serve();
    });
  }

  /** Something came free, or is known now: the first looks again. */
  wake(): void {
    this.woken = true;
    this.alarm?.abort();
  }

  private leave(entry: Entry, reason: unknown): void {
    const index = this.waiting.indexOf(entry);
    if (index < 0) return;
    this.waiting.splice(index, 1);
    entry.reject(reason);
    if (!entry.booking) return;
    const { booking } = entry;
    try {
      this.change((book) => book.giveBack(booking));
    } catch {
      // It stays booked and is forgotten after a window, as that of a process that died.
    }
    this.wake();
  }

  private async serve(): Promise<void> {
    if (this.serving) return;
    this.serving = true;
    try {
      for (;;) {
        const wakeAt = this.turn();
        if (wakeAt === undefined) return;
        await this.sleepUntil(wakeAt);
      }
    } catch (thrown) {
      for (const entry of this.waiting.splice(0)) entry.reject(thrown);
    } finally {
      this.serving = false;
    }
  }

  /** Lets through whoever's time has come. @returns when to look again; undefined: nobody waits */
  private turn(): number | undefined {
    const { clock, windowMs } = this.options;
    const now = clock.now();
    const woken = this.woken;
    this.woken = false;
    this.admitDue(now);
    for (const entry of this.waiting.filter(({ deadline }) => deadline <= now))
      this.leave(entry, this.tooLong(entry, now));
    const [first] = this.waiting;
    if (!first) return undefined;
    const recheckMs = windowMs / (first.booking ? RECHECKS : FLIGHT_RECHECKS);
    if (!first.booking || woken || first.booking.at - now > recheckMs) this.bookFirst(now);
    this.admitDue(now);
    const [next] = this.waiting;
    if (!next) return undefined;
    const deadline = this.waiting.reduce((least, entry) => Math.min(least, entry.deadline), Number.POSITIVE_INFINITY);
    const recheckAt = now + windowMs / (next.booking ? RECHECKS : FLIGHT_RECHECKS);
    return Math.min(deadline, recheckAt, next.booking?.at ?? recheckAt);
  }

  private admitDue(now: number): void {
    for (let [first] = this.waiting; first?.booking && first.booking.at <= now; [first] = this.waiting) {
      this.waiting.shift();
      first.resolve(first.booking);
    }
  }

  /** Books for the first and, while those may go at once, for who is behind. */
  private bookFirst(now: number): void {
    const { isGone } = this.options;
    this.change((book) => {
      for (const entry of this.waiting) {
        if (entry.booking) book.giveBack(entry.booking);
        entry.booking = entry.book(book, now);
        if (!entry.booking) {
          book.release(isGone);
          entry.booking = entry.book(book, now);
        }
        entry.full = entry.booking === undefined;
        if (!entry.booking || entry.booking.at > now) return;
      }
    });
  }

  private change(work: (book: AccountBook) => void): void {
    const { store, account, windowMs } = this.options;
    store.update(account, (state) => {
      work(new AccountBook(state, windowMs));
      return true;
    });
  }

  private async sleepUntil(at: number): Promise<void> {
    const { clock } = this.options;
    if (this.woken) return;
    const alarm = new AbortController();
    this.alarm = alarm;
    try {
      await clock.sleep(Math.max(1, Math.ceil(at - clock.now())), alarm.signal);
    } catch (thrown) {
      if (!alarm.signal.aborted) throw thrown;
    } finally {
      this.alarm = undefined;
    }
  }

  private tooLong({ since, where, booking, full }: Entry, now: number): AppError {
    const because = full ? 'in-flight' : (booking?.because ?? 'queue');
    return new AppError('provider.queue_timeout', {
      message: `No place came free under the limits of the account in ${((now - since) / 1000).toFixed(1)} s (${causes[because]}).`,
      where,
      remedy:
        'Allow a longer wait (queueMs), lower the concurrency of the step, raise `limits` of the profile if the provider allows more, or add a fallback.',
      data: { waitedMs: Math.round(now - since), because, waiting: this.waiting.length },
    });
  }
}

const causes = {
  requests: 'requests a minute',
  tokens: 'tokens a minute',
  'in-flight': 'calls in flight',
  blocked: 'the provider asked to wait',
  queue: 'others wait before it',
} as const;
