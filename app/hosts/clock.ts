import type { EngineClock } from '../engine/engine-ports.ts';

const LONGEST_SLEEP_MS = 2 ** 31 - 1;

/** The time of this machine. */
export const clock: EngineClock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    for (let left = ms; left > 0; left -= LONGEST_SLEEP_MS) await nap(Math.min(left, LONGEST_SLEEP_MS), signal);
  },
  yield: () => new Promise(setImmediate),
};

/** As `node:timers/promises` has it, without an error of its own for each sleep that is cut short: most of a run's are. */
function nap(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    }, ms);
    signal?.addEventListener('abort', aborted);
  });
}
