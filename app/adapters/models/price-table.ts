import { type ModelPrice, type PriceFile, priceIn } from '../../core/budget/prices.ts';
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

/** Prices that win over the table. */
export interface OwnPrices {
  file: PriceFile;
  /** Stands in the costs that are reckoned by it. */
  version: string;
}

export interface PriceTable {
  /** `known: false` when no price of the model is known: never a price of zero. */
  cost(model: PricedModel, usage: Usage): Promise<Cost>;
  /** Tokens of prompt and answer together. */
  contextWindow(model: PricedModel): Promise<number | undefined>;
  /** What a short prompt costs, where that is said, and whether longer ones cost more a token. */
  price(model: PricedModel): Promise<{ price: ModelPrice; rises: boolean; source: string } | undefined>;
}

/**
 * Prices and context windows: of the workspace's own file where it has the model, else as they come with
 * `@pydantic/genai-prices`: offline, loaded at the first question.
 */
export function createPriceTable(own: () => Promise<OwnPrices | undefined> = async () => undefined): PriceTable {
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

  async function owned({ provider, model }: PricedModel) {
    const prices = await own();
    const price = prices && priceIn(prices.file, provider, model);
    return price && { price, version: prices.version };
  }

  return {
    async cost(model, usage) {
      const mine = await owned(model);
      if (mine) return costByPrice(mine.price, usage, mine.version);
      const found = await look(model, usage);
      if (found === null) return { nanoUsd: 0, known: false, priceVersion: priceTableVersion };
      return { nanoUsd: Math.round(found.total_price * 1e9), known: true, priceVersion: priceTableVersion };
    },
    async contextWindow(model) {
      const window = (await owned(model))?.price.contextWindow;
      return window ?? (await look(model, nothing))?.model.context_window;
    },
    async price(model) {
      const mine = await owned(model);
      if (mine) {
        const { contextWindow: _, ...price } = mine.price;
        return { price, rises: false, source: mine.version };
      }
      const found = (await look(model, nothing))?.model_price;
      if (found === undefined) return undefined;
      const parts = Object.entries(tableNames).flatMap(([name, key]) => {
        const value = found[key];
        return value === undefined ? [] : [[name, typeof value === 'number' ? value : value.base] as const];
      });
      const price: ModelPrice = { input: 0, output: 0, ...Object.fromEntries(parts) };
      return { price, rises: typeof found['input_mtok'] === 'object', source: priceTableVersion };
    },
  };
}

const nothing: Usage = { inputTokens: 0, outputTokens: 0, estimated: false };
const tableNames = {
  input: 'input_mtok',
  output: 'output_mtok',
  cachedInput: 'cache_read_mtok',
  cacheWrite: 'cache_write_mtok',
} as const satisfies { [name in keyof ModelPrice]?: string };

function isLocal(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|10\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*)$/.test(hostname);
}

/** Cost by a price that somebody states; reasoning tokens are part of the output. */
export function costByPrice(price: ModelPrice, usage: Usage, priceVersion: string): Cost {
  const cached = usage.cachedInputTokens ?? 0;
  const written = usage.cacheWriteTokens ?? 0;
  // One dollar per million tokens is a thousand nano-dollars per token.
  const nano =
    (usage.inputTokens - cached - written) * price.input * 1000 +
    cached * (price.cachedInput ?? price.input) * 1000 +
    written * (price.cacheWrite ?? price.input) * 1000 +
    usage.outputTokens * price.output * 1000 +
    (usage.searches ?? 0) * (price.searches ?? 0) * 1e6;
  return { nanoUsd: Math.round(nano), known: true, priceVersion };
}
