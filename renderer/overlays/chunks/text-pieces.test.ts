import { describe, expect, it } from 'vitest';
import { textPieces } from './text-pieces.ts';

const spans = [
  { number: 1, start: 0, end: 6 },
  { number: 2, start: 4, end: 8 },
  { number: 3, start: 9, end: 12 },
];

describe('the pieces of a chunked text', () => {
  it('are cut where chunks begin and end, and name each chunk that covers them', () => {
    expect(textPieces('abcdefghijkl', 0, spans).map(({ text, chunks }) => [text, chunks])).toEqual([
      ['abcd', [1]],
      ['ef', [1, 2]],
      ['gh', [2]],
      ['i', []],
      ['jkl', [3]],
    ]);
  });

  it('make up the part that was asked for, whatever lies beyond it', () => {
    const pieces = textPieces('fghij', 5, spans);
    expect(pieces.map(({ text }) => text).join('')).toBe('fghij');
    expect(pieces.map(({ start, chunks }) => [start, chunks])).toEqual([
      [5, [1, 2]],
      [6, [2]],
      [8, []],
      [9, [3]],
    ]);
  });
});
