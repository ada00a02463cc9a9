import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reciprocalRankFusion } from './reciprocal-rank-fusion.ts';

const self = (item: string) => item;

describe('reciprocalRankFusion', () => {
  it('sums 1 / (60 + rank) over the lists', () => {
    const fused = reciprocalRankFusion(
      [
        ['a', 'b', 'c'],
        ['c', 'a'],
      ],
      self,
    );
    expect(fused.map((entry) => entry.item)).toEqual(['a', 'c', 'b']);
    expect(fused[0]?.score).toBeCloseTo(1 / 61 + 1 / 62, 12);
    expect(fused[1]?.score).toBeCloseTo(1 / 63 + 1 / 61, 12);
    expect(fused[2]?.score).toBeCloseTo(1 / 62, 12);
  });

  it('takes the constant that it is given', () => {
    expect(reciprocalRankFusion([['a']], self, 0)[0]?.score).toBe(1);
  });

  it('counts an item once in each list, at its better rank, and keeps the ranks dense', () => {
    const fused = reciprocalRankFusion([['a', 'a', 'b']], self);
    expect(fused.map((entry) => entry.score)).toEqual([1 / 61, 1 / 62]);
  });

  it('breaks ties by key and gives nothing for nothing', () => {
    expect(reciprocalRankFusion([['z'], ['b']], self).map((entry) => entry.item)).toEqual(['b', 'z']);
    expect(reciprocalRankFusion([], self)).toEqual([]);
    expect(reciprocalRankFusion([[], []], self)).toEqual([]);
  });

  it('returns the item of the earliest list', () => {
    const fused = reciprocalRankFusion([[{ id: 'a', from: 1 }], [{ id: 'a', from: 2 }]], (item) => item.id);
    expect(fused).toEqual([{ item: { id: 'a', from: 1 }, score: 2 / 61 }]);
  });

  it('does not depend on the order of the lists, and holds each item once (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ maxLength: 2 }), { maxLength: 12 }), { maxLength: 4 }), (lists) => {
        const one = reciprocalRankFusion(lists, self);
        const other = reciprocalRankFusion([...lists].reverse(), self);
        expect(new Set(one.map((entry) => entry.item)).size).toBe(one.length);
        expect(new Set(one.map((entry) => entry.item))).toEqual(new Set(lists.flat()));
        const scores = new Map(other.map((entry) => [entry.item, entry.score]));
        for (const entry of one) expect(scores.get(entry.item)).toBeCloseTo(entry.score, 12);
      }),
    );
  });
});
