import { expect, it } from 'vitest';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import { terms, words } from './words.ts';

const texts = (text: string) => words(text).map((word) => word.text);

it('gives words folded, with spans in the text', () => {
  const text = 'Don’t panic: Ｆull-width “cafés” & O’Brien’s.';
  expect(texts(text)).toEqual(['dont', 'panic', 'full', 'width', 'cafés', 'obrien']);
  for (const word of words('Größe, 3 Uhr'))
    expect('Größe, 3 Uhr'.slice(word.start, word.end).toLowerCase()).toBe(word.text);
});

it('gives identifiers whole and in parts', () => {
  expect(texts('set maxRetries in HTTPServer2x')).toEqual([
    'set',
    'maxretries',
    'max',
    'retries',
    'in',
    'httpserver2x',
    'http',
    'server',
  ]);
});

it('pairs characters of scripts without spaces', () => {
  expect(texts('東京都 x')).toEqual(['東京', '京都', 'x']);
  expect(texts('中')).toEqual(['中']);
});

it('terms are stems without function words', () => {
  expect(terms('How do I reset the passwords of my users?')).toEqual(['reset', 'password', 'user']);
});

it('takes a megabyte of anything in bounded time', async () => {
  for (const text of ['a'.repeat(1e6), 'aB'.repeat(5e5), '中'.repeat(3e5), "a'".repeat(5e5)]) {
    await expectCpuWithin(1500, () => words(text));
  }
});
