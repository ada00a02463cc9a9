import type { Cost, Usage } from '../../core/graph/values.ts';
import type { Profile } from '../../core/workspace/workspace-config.ts';

/** The version of `@pydantic/genai-prices` that the figures come from, and when it was taken up. A test compares it. */
export const priceTableVersion = 'genai-prices 0.1.8 (2026-11-23)';

export interface PricedModel {
  provider: Exclude<Profile['provider'], 'built-in'>;
  model: string;
  /** Where the profile points: tells which of the providers of OpenAI's protocol it is. */
  baseUrl: string;
}

/** US dollars per million tokens, and per thousand searches. */
export interface PriceOverride {
  input: number;
  output: number;
  cachedInput?: number | undefined;
  searches?: number | undefined;
}

export interface PriceTable {
  /** `known: false` when the table does not have the model: never a price of zero. */
  cost(model: PricedModel, usage: Usage): Promise<Cost>;
  /** Tokens of prompt and answer together. */
  contextWindow(model: PricedModel): Promise<number | undefined>;
}

/** Prices and context windows as they come with `@pydantic/genai-prices`: offline, loaded at the first question. */
export function createPriceTable(): PriceTable {
  async function look(model: PricedModel, usage: Usage) {
    // Models on a machine of one's own are not in a price list, even when they share a name with a hosted one.
    if (model.provider === 'ollama' || isLocal(model.baseUrl)) return null;
    const { calcPrice } = await import('@pydantic/genai-prices');
    const { provider, baseUrl } = model;
    const where =
      provider === 'anthropic' || provider === 'google' ? { providerId: provider } : { providerApiUrl: baseUrl };
    return calcPrice(
      {
        input_tokens: usage.inputTokens,
        output_tokens: usage.outputTokens,
        ...(usage.cachedInputTokens !== undefined && { cache_read_tokens: usage.cachedInputTokens }),
        ...(usage.cacheWriteTokens !== undefined && { cache_write_tokens: usage.cacheWriteTokens }),
      },
      model.model,
      where,
    );
  }
  return {
    async cost(model, usage) {
      const found = await look(model, usage);
      if (found === null) return { nanoUsd: 0, known: false, priceVersion: priceTableVersion };
      return { nanoUsd: Math.round(found.total_price * 1e9), known: true, priceVersion: priceTableVersion };
    },
    async contextWindow(model) {
      const found = await look(model, { inputTokens: 0, outputTokens: 0, estimated: false });
      return found?.model.context_window;
    },
  };
}

function isLocal(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|10\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*)$/.test(hostname);
}

/** Cost by prices that the profile states itself; reasoning tokens are part of the output. */
export function costByOverride(prices: PriceOverride, usage: Usage): Cost {
  const cached = usage.cachedInputTokens ?? 0;
  // One dollar per million tokens is a thousand nano-dollars per token.
  const nano =
    (usage.inputTokens - cached) * prices.input * 1000 +
    cached * (prices.cachedInput ?? prices.input) * 1000 +
    usage.outputTokens * prices.output * 1000 +
    (usage.searches ?? 0) * (prices.searches ?? 0) * 1e6;
  return { nanoUsd: Math.round(nano), known: true, priceVersion: 'profile' };
}
