import type { ModelResponse } from '../capabilities/capabilities.ts';

/** What the calls of one step used together. */
export interface Spend {
  calls: number;
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
  /** Some of it was counted by us. */
  estimated: boolean;
  /** Integer nano-dollars. */
  nanoUsd: number;
  /** False when the price of some call is not known: then nanoUsd is less than the truth. */
  priceKnown: boolean;
}

export function emptySpend(): Spend {
  return {
    calls: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    estimated: false,
    nanoUsd: 0,
    priceKnown: true,
  };
}

export function addCall(spend: Spend, { usage, cost }: Pick<ModelResponse, 'usage' | 'cost'>): void {
  spend.calls += 1;
  spend.inputTokens += usage.inputTokens;
  spend.outputTokens += usage.outputTokens;
  spend.cachedInputTokens += usage.cachedInputTokens ?? 0;
  spend.cacheWriteTokens += usage.cacheWriteTokens ?? 0;
  spend.reasoningTokens += usage.reasoningTokens ?? 0;
  spend.estimated ||= usage.estimated;
  spend.nanoUsd += cost.nanoUsd;
  spend.priceKnown &&= cost.known;
}

/** What several steps or questions used together. */
export function totalSpend(spends: readonly Spend[]): Spend {
  const total = emptySpend();
  for (const spend of spends) {
    total.calls += spend.calls;
    total.inputTokens += spend.inputTokens;
    total.outputTokens += spend.outputTokens;
    total.cachedInputTokens += spend.cachedInputTokens;
    total.cacheWriteTokens += spend.cacheWriteTokens;
    total.reasoningTokens += spend.reasoningTokens;
    total.estimated ||= spend.estimated;
    total.nanoUsd += spend.nanoUsd;
    total.priceKnown &&= spend.priceKnown;
  }
  return total;
}
