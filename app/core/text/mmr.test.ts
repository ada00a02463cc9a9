import { describe, expect, it } from 'vitest';
import { mmr } from './mmr.ts';

describe('mmr', () => {
  const texts = ['retries wait longer each time', 'retries wait longer each time again', 'costs are counted'];
  it('puts something new before a repetition', () => {
    expect(mmr(texts, [1, 0.95, 0.6], { lambda: 0.5, k: 3 }).chosen.map(({ index }) => index)).toEqual([0, 2, 1]);
  });
  it('follows relevance alone at lambda 1, ties by place, at most k', () => {
    expect(mmr(texts, [0.1, 0.9, 0.9], { lambda: 1, k: 2 }).chosen.map(({ index }) => index)).toEqual([1, 2]);
    expect(mmr([], [], { lambda: 1, k: 2 })).toEqual({ chosen: [], left: [] });
  });
});
