import type { Reckoning } from '../../core/budget/reckoning.ts';
import type { RerankerCapability, RerankRequest, RerankResponse } from '../../core/capabilities/capabilities.ts';
import type { JsonObject } from '../../core/graph/json.ts';
import { lexicalRelevance } from '../../core/text/lexical-coverage.ts';
import type { RerankerProfile } from '../../core/workspace/workspace-config.ts';
import { assertOpen, checkBuiltIn, checkPersonal, noCost } from './call-guards.ts';
import type { CallPipeline, Link } from './call-pipeline.ts';
import type { ProfileBook } from './profile-book.ts';
import { callHeaders } from './providers/chat-provider.ts';
import { rerankProviders } from './providers/index.ts';

const coverageRerankerName = 'coverage-reranker';

/**
 * Calls of rerankers by their profiles, through the same stages as all others. A fallback may be another service or the
 * built-in one: each gives an order, whatever its scale.
 */
export function createReranking({
  book,
  pipeline,
}: {
  book: ProfileBook;
  pipeline: CallPipeline;
}): RerankerCapability & {
  reckon(profile: RerankerProfile, request: RerankRequest): Promise<Omit<Reckoning, 'builtIn'>>;
} {
  /** The most that scoring texts uses and costs. */
  async function reckon(profile: RerankerProfile, { query, texts }: RerankRequest) {
    if (profile.provider === 'built-in') return { usage: nothingUsed, cost: noCost };
    const { mostUsage } = await import('./rerank-call.ts');
    const usage = mostUsage(query, texts);
    return { usage, cost: await book.cost(profile, usage) };
  }

  async function link(name: string, request: RerankRequest, personal: boolean): Promise<Link<RerankResponse>> {
    const profile = book.of('rerank', name);
    if (profile.provider === 'built-in') {
      return {
        name,
        profile,
        account: '',
        worst: () => reckon(profile, request),
        load: async () => undefined,
        attempt: async () => rerankHere(name, profile, request),
      };
    }
    const provider = rerankProviders[profile.provider];
    const { baseUrl, place, key, account } = book.target(name, profile, provider);
    if (personal) checkPersonal(profile, place);
    const { query, texts } = request;
    return {
      name,
      profile,
      account,
      worst: () => reckon(profile, request),
      load: () => import('./rerank-call.ts'),
      async attempt({ timeouts, onHeaders, ...options }) {
        const { callReranker } = await import('./rerank-call.ts');
        const headers = callHeaders(provider, key, options.idempotencyKey);
        const asked = { provider, place, baseUrl, headers, query, texts, timeouts, options, onHeaders };
        const { scores, usage } = await callReranker(asked).catch((thrown: unknown) => book.fail(thrown, profile));
        const { model } = profile;
        return { scores, usage, cost: await book.cost(profile, usage), model, provider: profile.provider };
      },
    };
  }

  const rerank: RerankerCapability['rerank'] = async (request, options = {}) => {
    const { profile: name } = request;
    assertOpen(options, name);
    const profile = book.of('rerank', name);
    if (profile.provider === 'built-in' || request.texts.length === 0) return rerankHere(name, profile, request);
    const personal = options.about?.personal === true;
    return pipeline.run<RerankResponse>({
      kind: 'rerank',
      name,
      profile,
      request: request as unknown as JsonObject,
      options,
      link: (asked) => link(asked, { ...request, profile: asked }, personal),
    });
  };
  return { rerank, reckon };
}

const nothingUsed = { inputTokens: 0, outputTokens: 0, estimated: true };

/** By words alone, and nothing for nothing. */
function rerankHere(name: string, profile: RerankerProfile, { query, texts }: RerankRequest): RerankResponse {
  if (profile.provider === 'built-in') checkBuiltIn(name, profile.model, coverageRerankerName);
  const { provider, model } = profile;
  return { scores: lexicalRelevance(query, texts), usage: nothingUsed, cost: noCost, model, provider };
}
