import { describe, expect, it } from 'vitest';
import { chunkOf } from '../../../test/kit/chunk.ts';
import { mergeChunkLists } from './merge-chunk-lists.ts';

const chunk = (id: string, score: number) => chunkOf(id, id, { score });

describe('mergeChunkLists', () => {
  it('leaves one list as it is, save repetitions', () => {
    const list = [chunk('a', 3), chunk('b', 2), chunk('a', 1)];
    expect(mergeChunkLists([[], list])).toEqual(list.slice(0, 2));
  });
  it('goes by rank, not by score, over several', () => {
    const merged = mergeChunkLists([
      [chunk('a', 900), chunk('b', 800)],
      [chunk('c', 0.9), chunk('b', 0.8)],
    ]);
    expect(merged.map(({ id }) => id)).toEqual(['b', 'a', 'c']);
    expect(merged[0]?.scores?.['fused']).toBeCloseTo(2 / 62);
  });
  it('gives nothing for nothing', () => {
    expect(mergeChunkLists([])).toEqual([]);
  });
});
