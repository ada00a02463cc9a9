import { describe, expect, it } from 'vitest';
import { textOf, valueDifference } from './value-difference.ts';

describe('the difference of two values', () => {
  it('marks the words that differ and keeps the rest', () => {
    expect(valueDifference('The shop opens at 8.', 'The shop closes at 8.')).toEqual([
      { text: 'The shop ', side: 'both' },
      { text: 'opens', side: 'before' },
      { text: 'closes', side: 'after' },
      { text: ' at 8.', side: 'both' },
    ]);
  });

  it('gives both values back when its pieces are put together', () => {
    const [before, after] = [
      { a: [1, 2], b: 'x y' },
      { a: [1, 3], c: 'x z' },
    ];
    const pieces = valueDifference(before, after) ?? [];
    const side = (other: string) => pieces.flatMap((one) => (one.side === other ? [] : [one.text])).join('');
    expect(side('after')).toBe(textOf(before));
    expect(side('before')).toBe(textOf(after));
  });
});
