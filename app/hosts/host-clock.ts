import { setTimeout as sleep, setImmediate as yieldTurn } from 'node:timers/promises';
import type { EngineClock } from '../engine/engine-ports.ts';

const LONGEST_SLEEP_MS = 2 ** 31 - 1;

/** The real clock. */
export const hostClock: EngineClock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      for (let left = ms; left > 0; left -= LONGEST_SLEEP_MS)
        await sleep(Math.min(left, LONGEST_SLEEP_MS), undefined, signal && { signal });
    } catch (thrown) {
      throw signal?.aborted ? signal.reason : thrown;
    }
  },
  yield: () => yieldTurn(),
};
