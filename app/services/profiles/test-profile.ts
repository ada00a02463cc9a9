import type { EmbedderCapability, ModelCapability, RerankerCapability } from '../../core/capabilities/capabilities.ts';
import type { Cost, Usage } from '../../core/graph/values.ts';
import type { Profile } from '../../core/workspace/workspace-config.ts';

/** What came of a tiny real call. */
export interface ProfileTest {
  /** Milliseconds from asking to the whole answer. */
  ms: number;
  inputTokens: number;
  outputTokens: number;
  /** Integer nano-dollars. */
  nanoUsd: number;
  /** Whether the price is known. */
  priced: boolean;
  /** The beginning of what a model said; null for embedders and rerankers. */
  said: string | null;
  /** Numbers of a vector; null where there is none. */
  dimensions: number | null;
}

export interface ProfileTestPorts {
  /** Answers by this profile and nobody else: without retries and fallbacks. */
  gateway: ModelCapability & EmbedderCapability & RerankerCapability;
  /** Takes values of secrets out of what a model said. */
  redact: (text: string) => string;
  /** Milliseconds of a clock that never goes back. */
  elapsed: () => number;
}

const WORD = 'Say only the word: ready';
/** Enough for models that think before they speak to say something, and too little to cost anything. */
const MAX_TOKENS = 64;
const MAX_SAID = 200;

/**
 * Asks the provider of a profile for the least that shows whether it works. The call is a real one: it goes through
 * breaker, limits and budgets, and stands in the ledger.
 * @throws AppError profile.*, provider.*, secret.*, budget.*
 */
export async function testProfile(
  { gateway, redact, elapsed }: ProfileTestPorts,
  name: string,
  { use }: Pick<Profile, 'use'>,
  signal?: AbortSignal,
): Promise<ProfileTest> {
  const options = { ...(signal && { signal }) };
  const start = elapsed();
  const about = (answer: { usage: Usage; cost: Cost }) => ({
    ms: Math.round(elapsed() - start),
    inputTokens: answer.usage.inputTokens,
    outputTokens: answer.usage.outputTokens,
    nanoUsd: answer.cost.nanoUsd,
    priced: answer.cost.known,
    said: null,
    dimensions: null,
  });
  if (use === 'embedding') {
    const answer = await gateway.embed({ profile: name, texts: ['ready'], purpose: 'query' }, options);
    return { ...about(answer), dimensions: answer.vectors[0]?.length ?? null };
  }
  if (use === 'rerank')
    return about(await gateway.rerank({ profile: name, query: 'ready', texts: ['ready', 'not yet'] }, options));
  const messages = [{ role: 'user' as const, content: WORD }];
  const answer = await gateway.generate({ profile: name, messages, maxTokens: MAX_TOKENS }, options);
  return { ...about(answer), said: redact(answer.text).trim().slice(0, MAX_SAID) };
}
