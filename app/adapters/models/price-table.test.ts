import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Usage } from '../../core/graph/values.ts';
import { costByPrice, createPriceTable, priceTableVersion } from './price-table.ts';

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

it('reckons as an invoice does: every kind of token by its own price, to the nano-dollar', async () => {
  const models = [
    { ...openai, model: 'gpt-4o-mini' },
    { ...openai, model: 'gpt-4o' },
    { provider: 'anthropic' as const, baseUrl: 'https://api.anthropic.com', model: 'claude-sonnet-4-5' },
    { provider: 'google' as const, baseUrl: 'https://generativelanguage.googleapis.com', model: 'gemini-2.5-pro' },
  ];
  const tokens = (max: number) => fc.integer({ min: 0, max });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...models),
      fc.record({ plain: tokens(60_000), cached: tokens(60_000), written: tokens(60_000), answer: tokens(30_000) }),
      async (model, { plain, cached, written, answer }) => {
        const found = await prices.price(model);
        if (found === undefined) throw new Error('no price');
        const { input, output, cachedInput = input, cacheWrite = input } = found.price;
        // A dollar for a million tokens is a thousand nano-dollars for one; prices have at most six decimals.
        const micro = (usd: number) => BigInt(Math.round(usd * 1e6));
        const invoice =
          (micro(input) * BigInt(plain) +
            micro(cachedInput) * BigInt(cached) +
            micro(cacheWrite) * BigInt(written) +
            micro(output) * BigInt(answer)) /
          1000n;
        const cost = await prices.cost(model, {
          inputTokens: plain + cached + written,
          outputTokens: answer,
          cachedInputTokens: cached,
          cacheWriteTokens: written,
          reasoningTokens: Math.floor(answer / 2),
          estimated: false,
        });
        expect(Math.abs(cost.nanoUsd - Number(invoice))).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 500 },
  );
});

describe('prices of the workspace', () => {
  const file = (input: number) => ({
    format: 1 as const,
    date: '2026-12-01',
    models: { 'gpt-4o-mini': { input, output: 0, cacheWrite: 2, contextWindow: 7 }, 'llama*': { input: 0, output: 0 } },
  });

  it('win over the table, also for models of one’s own, and stand in what is reckoned by them', async () => {
    let input = 1;
    const own = createPriceTable(async () => ({ file: file(input), version: `prices.json v${input}` }));
    const asked = { ...openai, model: 'gpt-4o-mini' };
    const before = await own.cost(asked, usage({ cacheWriteTokens: 500_000 }));
    expect(before).toEqual({ nanoUsd: 1_500_000_000, known: true, priceVersion: 'prices.json v1' });
    expect(await own.contextWindow(asked)).toBe(7);
    expect(await own.contextWindow({ ...openai, model: 'gpt-4o' })).toBe(128_000);
    const local = { provider: 'ollama' as const, model: 'llama3', baseUrl: 'http://127.0.0.1:11434' };
    expect(await own.cost(local, usage())).toMatchObject({ nanoUsd: 0, known: true });
    input = 3;
    expect((await own.cost(asked, usage())).nanoUsd).toBe(3_000_000_000);
    // What was reckoned before stays as it was.
    expect(before.nanoUsd).toBe(1_500_000_000);
  });

  it('are told with the table’s own, and whether they rise with the prompt', async () => {
    expect(await prices.price({ ...openai, model: 'gpt-4o-mini' })).toEqual({
      price: { input: 0.15, output: 0.6, cachedInput: 0.075 },
      rises: false,
      source: priceTableVersion,
    });
    const anthropic = {
      provider: 'anthropic' as const,
      baseUrl: 'https://api.anthropic.com',
      model: 'claude-sonnet-4-5',
    };
    expect(await prices.price(anthropic)).toMatchObject({ price: { input: 3, output: 15 }, rises: true });
    expect(await prices.price({ ...openai, model: 'no-such-model' })).toBeUndefined();
  });
});

it('costByPrice multiplies dollars per million by tokens exactly', () => {
  expect(costByPrice({ input: 0.15, output: 0.6 }, usage(), 'profile')).toEqual({
    nanoUsd: 210_000_000,
    known: true,
    priceVersion: 'profile',
  });
  expect(
    costByPrice({ input: 1, output: 2, cachedInput: 0.1 }, usage({ cachedInputTokens: 500_000 }), 'x').nanoUsd,
  ).toBe(750_000_000);
  expect(costByPrice({ input: 0, output: 0 }, usage(), 'x')).toMatchObject({ nanoUsd: 0, known: true });
});
