import { expect, it } from 'vitest';
import { readAhead } from './read-ahead.ts';

it('keeps the order and runs at most so many at once', async () => {
  let running = 0;
  let most = 0;
  const seen: number[] = [];
  async function work(item: number): Promise<number> {
    running += 1;
    most = Math.max(most, running);
    for (let i = 0; i < 10 - item; i += 1) await Promise.resolve();
    running -= 1;
    return item * 2;
  }
  for await (const result of readAhead([1, 2, 3, 4, 5], 2, work)) seen.push(result);
  expect(seen).toEqual([2, 4, 6, 8, 10]);
  expect(most).toBe(2);
});

it('begins nothing more when the reader stops, and throws what the work throws', async () => {
  const begun: number[] = [];
  for await (const result of readAhead([1, 2, 3, 4, 5], 2, async (item) => begun.push(item))) if (result) break;
  expect(begun).toEqual([1, 2]);
  const failing = readAhead([1, 2], 2, async (item) => Promise.reject(new Error(`item ${item}`)));
  await expect(failing.next()).rejects.toThrow('item 1');
});
