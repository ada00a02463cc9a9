import { isAppError } from '../../core/errors/app-error.ts';
import type { RunListItem } from '../../core/run/run-list.ts';

export interface DueRunsPorts {
  now(): number;
  /** Resolves early, without an error, when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** The runs that wait for something with a time. */
  list(): Promise<RunListItem[]>;
  resume(runId: string): Promise<unknown>;
}

/** How often the clock is looked at: it may be set, and a run may be this late. */
const TICK_MS = 1000;
/** Ticks from one look at the store to the next: a run that begins to wait for less may be so late. */
const TICKS_A_LOOK = 15;
/** A run that could not be taken up, since another process holds it or a disk is full, is left alone for so long. */
const AGAIN_MS = 60_000;

/**
 * Takes up the waiting runs of a workspace when they come due, as long as its host lives. Any number of processes may do
 * so: a run goes to the one that claims it. @returns what ends the watch
 */
export function watchDueRuns({ now, sleep, list, resume }: DueRunsPorts): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const notBefore = new Map<string, number>();

  async function takeUp(runId: string): Promise<void> {
    const until = notBefore.get(runId);
    if (until !== undefined && now() < until) return;
    notBefore.set(runId, now() + AGAIN_MS);
    try {
      await resume(runId);
    } catch (thrown) {
      // Whoever looks at the run sees why it waits; the others must not wait for it.
      if (!isAppError(thrown)) throw thrown;
    }
  }

  async function look(): Promise<number | undefined> {
    let next: number | undefined;
    const due: string[] = [];
    for (const { runId, dueAt } of await list()) {
      if (dueAt === null) continue;
      if (dueAt <= now()) due.push(runId);
      else next = Math.min(next ?? dueAt, dueAt);
    }
    for (const [runId, until] of notBefore) if (now() >= until && !due.includes(runId)) notBefore.delete(runId);
    for (const runId of due) await takeUp(runId);
    return next;
  }

  async function keepWatch(): Promise<void> {
    let next: number | undefined;
    for (let tick = 0; !signal.aborted; tick += 1) {
      if (tick % TICKS_A_LOOK === 0 || (next !== undefined && now() >= next)) {
        // A store that cannot be read now may be readable later.
        next = await look().catch(() => undefined);
      }
      const rest = next === undefined ? TICK_MS : Math.max(1, next - now());
      await sleep(Math.min(rest, TICK_MS), signal);
    }
  }

  const watching = keepWatch();
  return async () => {
    stopping.abort();
    await watching;
  };
}
