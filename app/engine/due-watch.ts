import type { EngineClock } from './engine-ports.ts';

/**
 * Longest nap, milliseconds. The wall clock may be set forward while a process sleeps, which a sleep does not notice:
 * nothing may be later than this for that.
 */
const LONGEST_NAP_MS = 1000;

/** Wakes a run when something that waits is due. Sets out from the wall clock anew after each nap. */
export class DueWatch {
  private readonly about: {
    clock: EngineClock;
    /** When the next wait is due, epoch milliseconds; undefined when none has a time. */
    nextDue(): number | undefined;
    /** After each nap: something may be due, or may have been decided elsewhere. */
    wake(): Promise<void>;
  };
  private nap: { until: number; abort: AbortController } | undefined;
  private over = false;

  constructor(about: DueWatch['about']) {
    this.about = about;
  }

  /** A wait with a time has been opened. */
  watch(): void {
    if (this.over) return;
    const due = this.about.nextDue();
    if (due === undefined) return;
    if (!this.nap) void this.keepWatch();
    else if (due < this.nap.until) this.nap.abort.abort();
  }

  stop(): void {
    this.over = true;
    this.nap?.abort.abort();
  }

  private async keepWatch(): Promise<void> {
    const { clock, nextDue, wake } = this.about;
    let woken: number | undefined;
    for (let due = nextDue(); due !== undefined && !this.over; due = nextDue()) {
      const rest = due - clock.now();
      // What is still due after a wake (the run is being stopped) is not woken for again at once.
      const ms = rest > 0 ? Math.min(rest, LONGEST_NAP_MS) : due === woken ? LONGEST_NAP_MS : 0;
      woken = rest > 0 ? undefined : due;
      this.nap = { until: clock.now() + ms, abort: new AbortController() };
      if (ms > 0) await clock.sleep(ms, this.nap.abort.signal).catch(() => undefined);
      // A nap may be over at once: everything else has its turn all the same.
      await clock.yield();
      if (!this.over) await wake();
    }
    this.nap = undefined;
  }
}
