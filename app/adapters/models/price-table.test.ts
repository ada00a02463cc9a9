import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Usage } from '../../core/graph/values.ts';
import { costByOverride, createPriceTable, priceTableVersion } from './price-table.ts';

const prices = createPriceTable();
const usage = (more: Partial<Usage> = {}): Usage => ({
  inputTokens: 1_000_000,
  outputTokens: 100_000,
  estimated: false,
  ...more,
});
const openai = { provider: 'openai-compatible' as const, baseUrl: 'https://api.openai.com/v1' };

describe('createPriceTable', () => {
  it('is as old as it says', () => {
    const path = fileURLToPath(import.meta.resolve('@pydantic/genai-prices')).replace(/dist\/.*$/, 'package.json');
    expect(priceTableVersion).toContain(JSON.parse(readFileSync(path, 'utf8')).version);
  });

  it('prices in whole nano-dollars, cached input apart', async () => {
    const plain = await prices.cost({ ...openai, model: 'gpt-4o-mini' }, usage());
    expect(plain).toEqual({ nanoUsd: 210_000_000, known: true, priceVersion: priceTableVersion });
    const cached = await prices.cost({ ...openai, model: 'gpt-4o-mini' }, usage({ cachedInputTokens: 400_000 }));
    expect(cached.nanoUsd).toBe(600_000 * 150 + 400_000 * 75 + 100_000 * 600);
    const written = await prices.cost(
      { provider: 'anthropic', model: 'claude-sonnet-4-5', baseUrl: 'https://api.anthropic.com' },
      { inputTokens: 1000, cachedInputTokens: 300, cacheWriteTokens: 200, outputTokens: 10, estimated: false },
    );
    expect(written.nanoUsd).toBe(500 * 3000 + 300 * 300 + 200 * 3750 + 10 * 15_000);
  });

  it('never makes up a price', async () => {
    for (const model of [
      { ...openai, model: 'no-such-model' },
      { ...openai, model: 'gpt-4o', baseUrl: 'http://127.0.0.1:8000/v1' },
      { ...openai, model: 'gpt-4o', baseUrl: 'https://gateway.example.org/v1' },
      { provider: 'ollama' as const, model: 'gpt-4o', baseUrl: 'http://127.0.0.1:11434' },
    ]) {
      expect(await prices.cost(model, usage())).toMatchObject({ nanoUsd: 0, known: false });
    }
  });

  it('knows context windows', async () => {
    expect(await prices.contextWindow({ ...openai, model: 'gpt-4o-mini' })).toBe(128_000);
    expect(await prices.contextWindow({ ...openai, model: 'no-such-model' })).toBeUndefined();
  });
});

it('costByOverride multiplies dollars per million by tokens exactly', () => {
  expect(costByOverride({ input: 0.15, output: 0.6 }, usage())).toEqual({
    nanoUsd: 210_000_000,
    known: true,
    priceVersion: 'profile',
  });
  expect(costByOverride({ input: 1, output: 2, cachedInput: 0.1 }, usage({ cachedInputTokens: 500_000 })).nanoUsd).toBe(
    750_000_000,
  );
  expect(costByOverride({ input: 0, output: 0 }, usage())).toMatchObject({ nanoUsd: 0, known: true });
});
