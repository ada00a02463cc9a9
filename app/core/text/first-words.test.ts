import { describe, expect, it } from 'vitest';
import { firstWords } from './first-words.ts';

describe('firstWords', () => {
  it.each([
    ['a text', '  My order\n never  ', 'My order never'],
    ['the first text of an object', { id: 7, blank: ' ', question: 'Where is it?', draft: 'Soon.' }, 'Where is it?'],
    ['a text deep inside', [{ parts: [null, { text: 'Here' }] }], 'Here'],
    ['nothing to read', { id: 7, list: [], none: null, blank: '' }, undefined],
    ['a long text', 'one two three four five six', 'one two three…'],
    ['a text without blanks', '日本語の長い文章がここにあります', '日本語の長い文章がここにあり…'],
    ['a pair of surrogates at the cut', `${'a'.repeat(13)}😀${'b'.repeat(9)}`, `${'a'.repeat(13)}…`],
  ])('reads %s', (_, value, expected) => {
    expect(firstWords(value, 15)).toBe(expected);
  });
});
