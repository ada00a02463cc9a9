import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/errors/app-error.ts';
import type { RunListItem } from '../../core/run/run-list.ts';
import { watchDueRuns } from './due-runs.ts';

/** A world of its own time: `pass` lets it go by, tick after tick. */
function world(due: { [runId: string]: number }) {
  let now = 0;
  let wake: (() => void) | undefined;
  let wakeAt = 0;
  let looks = 0;
  const resumed: [string, number][] = [];
  const refuses = new Set<string>();
  const stop = watchDueRuns({
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        wakeAt = now + ms;
        wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
    list: async () => {
      looks += 1;
      return Object.entries(due).map(([runId, dueAt]) => ({ runId, dueAt }) as RunListItem);
    },
    resume: async (runId) => {
      if (refuses.has(runId)) throw new AppError('run.owned', { message: 'Held.' });
      resumed.push([runId, now]);
      delete due[runId];
    },
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  async function pass(ms: number): Promise<void> {
    const end = now + ms;
    for (await turn(); wakeAt <= end; await turn()) {
      now = Math.max(now, wakeAt);
      const go = wake;
      wake = undefined;
      wakeAt = Number.POSITIVE_INFINITY;
      go?.();
    }
    now = end;
  }
  const jump = (ms: number) => {
    now += ms;
  };
  return { resumed, refuses, stop, pass, due, looks: () => looks, jump };
}

describe('runs that come due', () => {
  it('are taken up once, at the time, without asking the store every second', async () => {
    const { resumed, stop, pass, looks } = world({ a: 5000, b: 100_500, c: 0 });
    await pass(120_000);
    expect(resumed).toEqual([
      ['c', 0],
      ['a', 5000],
      ['b', 100_500],
    ]);
    expect(looks()).toBeLessThan(20);
    await stop();
  });

  it('are noticed within a look when they began to wait later', async () => {
    const { resumed, stop, pass, due } = world({});
    await pass(20_000);
    due['late'] = 21_000;
    await pass(20_000);
    expect(resumed).toEqual([['late', 30_000]]);
    await stop();
  });

  it('are not late by more than a second after the clock was set forward, and not early after it was set back', async () => {
    const forward = world({ a: 3_605_000 });
    await forward.pass(2000);
    forward.jump(3_600_000);
    await forward.pass(20_000);
    expect(forward.resumed[0]?.[1]).toBeGreaterThanOrEqual(3_605_000);
    expect(forward.resumed[0]?.[1]).toBeLessThanOrEqual(3_606_000);
    await forward.stop();
    const back = world({ a: 5000 });
    await back.pass(2000);
    back.jump(-3_600_000);
    await back.pass(3_000_000);
    expect(back.resumed).toEqual([]);
    await back.pass(700_000);
    expect(back.resumed).toEqual([['a', 5000]]);
    await back.stop();
  });

  it('that another process holds are tried again later, and hold up none of the others', async () => {
    const { resumed, refuses, stop, pass, looks } = world({ held: 1000, free: 1000 });
    refuses.add('held');
    await pass(59_000);
    expect(resumed).toEqual([['free', 1000]]);
    refuses.delete('held');
    await pass(20_000);
    expect(resumed.map(([runId]) => runId)).toEqual(['free', 'held']);
    expect(looks()).toBeLessThan(20);
    await stop();
  });
});
