import { describe, expect, it } from 'vitest';
import { AppError, type Json } from '../../app/core/nodekit/index.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { map } from './manifest.ts';
import { run } from './run.ts';

type Body = (item: Json, index: number) => Promise<Json | undefined> | Json | undefined;

function mapOver(items: Json[], body: Body, config: object = {}, signal?: AbortSignal) {
  return runNode(map, run, {
    config,
    inputs: { items },
    cap: {
      body: {
        run: async (index, { item, index: given }) => {
          expect(given).toBe(index);
          const result = await body(item as Json, index);
          return result === undefined ? {} : { result };
        },
      },
    },
    ...(signal && { signal }),
  });
}
const bad = () => {
  throw new AppError('output.empty', { message: 'The answer is empty.' });
};

describe('map', () => {
  it('keeps the order of the items, not of their ends', async () => {
    const releases: (() => void)[] = [];
    const done = mapOver(
      [0, 1, 2],
      (item) => new Promise((resolve) => releases.push(() => resolve((item as number) * 10))),
    );
    await Promise.resolve();
    for (const release of releases.reverse()) release();
    expect((await done).outputs).toEqual({ results: [0, 10, 20], errors: [] });
  });

  it.each([1, 3, 8])('works on %i items at the same time', async (concurrency) => {
    let now = 0;
    let most = 0;
    await mapOver(
      [...Array(20).keys()],
      async () => {
        now += 1;
        most = Math.max(most, now);
        await Promise.resolve();
        await Promise.resolve();
        now -= 1;
        return 1;
      },
      { concurrency },
    );
    expect(most).toBe(concurrency);
  });

  it('gives an empty list for an empty list', async () => {
    expect((await mapOver([], bad)).outputs).toEqual({ results: [], errors: [] });
  });

  it.each<['drop' | 'null', Json[]]>([
    ['drop', [0, null, 3]],
    ['null', [0, null, null, 3]],
  ])('treats silent items by onSilent: %s', async (onSilent, results) => {
    const { outputs, detail } = await mapOver(
      [0, 1, 2, 3],
      (item) => (item === 1 ? null : item === 2 ? undefined : item),
      { onSilent },
    );
    expect(outputs['results']).toEqual(results);
    expect(detail).toEqual({ items: 4, results: 3, errors: 0 });
  });

  it('stops at a failure, and names the first by index whatever the timing', async () => {
    const started: number[] = [];
    const failing = mapOver(
      [...Array(20).keys()],
      async (item, index) => {
        started.push(index);
        if (index === 2) return bad();
        if (index === 1) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          throw new AppError('output.refusal', { message: 'Refused.' });
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
        return item;
      },
      { concurrency: 4 },
    );
    await expect(failing).rejects.toMatchObject({ code: 'output.refusal' });
    expect(Math.max(...started)).toBeLessThan(8);
  });

  it('collects errors of items and goes on', async () => {
    const { outputs } = await mapOver([0, 1, 2], (item) => (item === 1 ? bad() : item), { onItemError: 'collect' });
    expect(outputs).toEqual({
      results: [0, 2],
      errors: [{ index: 1, code: 'output.empty', message: 'The answer is empty.' }],
    });
    const kept = await mapOver([0, 1, 2], (item) => (item === 1 ? bad() : item), {
      onItemError: 'collect',
      onSilent: 'null',
    });
    expect(kept.outputs['results']).toEqual([0, null, 2]);
  });

  it.each(['run.cancelled', 'run.fenced', 'internal'] as const)('does not collect %s', async (code) => {
    const failing = mapOver([0], () => Promise.reject(new AppError(code, { message: 'x' })), {
      onItemError: 'collect',
    });
    await expect(failing).rejects.toMatchObject({ code });
  });

  it('does not collect what is no error of ours', async () => {
    const reason = Symbol('over');
    await expect(mapOver([0], () => Promise.reject(reason), { onItemError: 'collect' })).rejects.toBe(reason);
  });

  it('starts nothing after a cancel', async () => {
    const controller = new AbortController();
    const started: number[] = [];
    const cancelled = mapOver(
      [0, 1, 2],
      (_item, index) => {
        started.push(index);
        controller.abort(new AppError('run.cancelled', { message: 'Cancelled.' }));
        return 1;
      },
      { concurrency: 1, onItemError: 'collect' },
      controller.signal,
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(started).toEqual([0]);
  });
});
