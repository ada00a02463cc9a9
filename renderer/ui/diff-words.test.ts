import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffWords } from './diff-words.ts';

describe('the difference of two texts', () => {
  it('marks the words that differ and keeps the rest', () => {
    expect(diffWords('The shop opens at 8.', 'The shop closes at 8.')).toEqual([
      { text: 'The shop ', side: 'both' },
      { text: 'opens', side: 'before' },
      { text: 'closes', side: 'after' },
      { text: ' at 8.', side: 'both' },
    ]);
  });

  it('gives both texts back when its pieces are put together', () => {
    const words = fc.array(fc.constantFrom('a', 'b', ' ', '\n', 'a b', 'é', '{"x": 1}')).map((all) => all.join(''));
    fc.assert(
      fc.property(words, words, (before, after) => {
        const pieces = diffWords(before, after) ?? [];
        const without = (side: string) => pieces.flatMap((one) => (one.side === side ? [] : [one.text])).join('');
        expect([without('after'), without('before')]).toEqual([before, after]);
      }),
    );
  });

  it('gives up on texts without much in common', () => {
    const many = (word: string) => Array.from({ length: 3000 }, (_, n) => `${word}${n}`).join(' ');
    expect(diffWords(many('a'), many('b'))).toBeUndefined();
  });
});
