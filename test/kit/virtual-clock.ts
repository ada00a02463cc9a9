import type { EngineClock } from '../../app/engine/engine-ports.ts';

/** A clock that stands until it is told to go on. Its wall time can be set, as that of a machine can. */
export interface VirtualClock extends EngineClock {
  /** Lets milliseconds pass: whatever sleeps wakes in its order. */
  pass(ms: number): Promise<void>;
  /** Milliseconds until the first of those who sleep wakes; undefined: nobody sleeps. */
  next(): number | undefined;
  /** Sets the wall clock forward or back; who sleeps does not notice. */
  jump(ms: number): void;
}

export function virtualClock(start = Date.UTC(2027, 0, 1)): VirtualClock {
  /** Milliseconds that have really passed. */
  let elapsed = 0;
  let wall = start;
  let sleepers: { at: number; wake: () => void }[] = [];
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  /** Everything that can go on without time passing has gone on: chains of awaits are short between two sleeps. */
  const quiet = async () => {
    for (let i = 0; i < 12; i += 1) await turn();
  };
  return {
    now: () => Math.floor(wall + elapsed),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: elapsed + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal.reason);
        });
      }),
    yield: turn,
    async pass(ms) {
      const end = elapsed + ms;
      for (await quiet(); ; await quiet()) {
        const next = Math.min(...sleepers.map(({ at }) => at));
        if (!(next <= end)) break;
        elapsed = Math.max(elapsed, next);
        const due = sleepers.filter(({ at }) => at <= elapsed);
        sleepers = sleepers.filter(({ at }) => at > elapsed);
        for (const { wake } of due) wake();
      }
      elapsed = end;
    },
    next: () => (sleepers.length === 0 ? undefined : Math.min(...sleepers.map(({ at }) => at)) - elapsed),
    jump(ms) {
      wall += ms;
    },
  };
}
