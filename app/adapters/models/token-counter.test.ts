import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import { estimatingTokenizer, loadExactTokenizer } from './token-counter.ts';

const exact = await loadExactTokenizer();
const megabyte = {
  'one letter': 'a'.repeat(1_000_000),
  words: 'the quick brown fox jumps over '.repeat(32_000),
  'line breaks': '\n'.repeat(1_000_000),
  Chinese: '中文字符'.repeat(250_000),
  'long words': `${'abcdefghij'.repeat(9)} `.repeat(11_000),
};

describe.each([
  ['estimate', estimatingTokenizer],
  ['exact', exact],
] as const)('%s', (_, tokenizer) => {
  it.each(Object.entries(megabyte))('counts a megabyte of %s in bounded time', async (_name, text) => {
    tokenizer.count('warm up');
    // Under 100 ms on a quiet machine; an unbounded counter needs minutes, so a machine under load may take its time.
    await expectCpuWithin(5000, () => {
      expect(tokenizer.count(text)).toBeGreaterThan(10_000);
    });
  });
  it('counts nothing as nothing', () => {
    expect(tokenizer.count('')).toBe(0);
  });
});

it('the exact one agrees with o200k_base and takes control tokens for text', () => {
  expect(exact.count('Hello, world! How are you today?')).toBe(9);
  expect(exact.count('<|endoftext|>')).toBeGreaterThan(3);
});

it('the exact one counts text without white space in slices, a little above a plain count', () => {
  const plain = (text: string) => countTokens(text);
  const words = ['发票', '已经', '支付', '，我们', '的', '客户', '服务。', '🙂🙂', '今天'];
  const chinese = Array.from({ length: 900 }, (_, i) => words[(i * 7 + (i >> 3)) % words.length]).join('');
  const encoded = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * i * 31) % 251)).toString('base64');
  for (const text of [chinese, encoded]) {
    expect(exact.count(text) / plain(text)).toBeGreaterThanOrEqual(1);
    expect(exact.count(text) / plain(text)).toBeLessThan(1.06);
  }
});

it('the bounded one stays near the plain count where it estimates', () => {
  for (const n of [200, 400, 800]) {
    const text = `see ${'ab'.repeat(n)} end`;
    expect(exact.count(text)).toBeGreaterThan(n / 4);
    expect(exact.count(text)).toBeLessThan(2 * n);
  }
});
