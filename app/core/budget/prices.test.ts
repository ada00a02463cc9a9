import { expect, it } from 'vitest';
import { PriceFile, priceIn } from './prices.ts';

const price = (input: number) => ({ input, output: 0 });
const file = PriceFile.parse({
  format: 1,
  date: '2026-12-01',
  models: { '*': price(1), 'llama*': price(2), 'llama-3*': price(3), 'llama-3': price(4), 'ollama/llama-3': price(5) },
});

it('takes the exact name before a beginning, the longer beginning, and the provider first', () => {
  const of = (provider: string, model: string) => priceIn(file, provider, model)?.input;
  expect(of('ollama', 'llama-3')).toBe(5);
  expect(of('google', 'llama-3')).toBe(4);
  expect(of('google', 'llama-3.1')).toBe(3);
  expect(of('google', 'llama-2')).toBe(2);
  expect(of('google', '__proto__')).toBe(1);
  expect(priceIn({ ...file, models: {} }, 'google', 'toString')).toBeUndefined();
});

it('refuses a file without a day', () => {
  const { date: _, ...rest } = file;
  expect(PriceFile.safeParse(rest).success).toBe(false);
  expect(PriceFile.safeParse({ ...file, date: 'yesterday' }).success).toBe(false);
});
