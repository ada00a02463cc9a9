import type { CallOptions } from '../../core/capabilities/capabilities.ts';
import { withAccounts } from '../../core/errors/app-error.ts';
import { isJsonObject, type Json } from '../../core/graph/json.ts';
import type { Usage } from '../../core/graph/values.ts';
import { estimateTokens } from '../../core/text/estimate-tokens.ts';
import { type ErrorPlace, providerError, wireError } from './provider-errors.ts';
import { createProviderFetch, type Timeouts } from './provider-fetch.ts';
import type { RerankProvider } from './providers/rerank-provider.ts';

/** A search holds so many short texts (Cohere's pricing); longer ones are cut by the service and count more. */
const TEXTS_PER_SEARCH = 100;

export interface RerankCall {
  provider: RerankProvider;
  place: ErrorPlace;
  baseUrl: string;
  headers: { [name: string]: string };
  query: string;
  texts: string[];
  timeouts: Timeouts;
  options: CallOptions;
  /** Hears the headers of the provider's answer. */
  onHeaders?: ((headers: { [name: string]: string }) => void) | undefined;
}

/**
 * One request for the scores of some texts, tried once.
 * @returns a score for each text, by its place
 * @throws AppError provider.*, run.cancelled
 */
export async function callReranker(call: RerankCall): Promise<{ scores: number[]; usage: Usage }> {
  const { place, provider, query, texts } = call;
  const wire = createProviderFetch({
    origin: place.origin,
    headers: call.headers,
    timeouts: call.timeouts,
    signal: call.options.signal,
    onHeaders: call.onHeaders,
  });
  let text = '';
  try {
    const response = await wire.fetch(`${call.baseUrl}/rerank`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(provider.body({ model: place.model, query, texts })),
    });
    text = await response.text();
  } catch (thrown) {
    if (wire.failure() === undefined) throw thrown;
  } finally {
    wire.close();
  }
  const failure = wire.failure();
  if (failure !== undefined) {
    const accounts = wire.leftUnanswered() ? { usage: mostUsage(query, texts) } : undefined;
    throw withAccounts(wireError(failure, place), accounts);
  }
  const answer = parse(text);
  if (!isJsonObject(answer)) throw unusable(place, 'it is not in the protocol of this provider');
  return {
    scores: scoresOf(provider.results(answer), texts.length, place),
    usage: { ...textUsage(query, texts), ...reported(provider.used(answer)) },
  };
}

/** The most that scoring texts uses, by tokens and by searches: services bill by the one or the other. */
export function mostUsage(query: string, texts: readonly string[]): Usage {
  return { ...textUsage(query, texts), searches: Math.ceil(texts.length / TEXTS_PER_SEARCH) };
}

/** Services count the query with every text. Estimated by us. */
function textUsage(query: string, texts: readonly string[]): Usage {
  const asked = estimateTokens(query);
  const inputTokens = texts.reduce((sum, text) => sum + asked + estimateTokens(text), 0);
  return { inputTokens, outputTokens: 0, estimated: true };
}

function reported(used: ReturnType<RerankProvider['used']>): Partial<Usage> {
  return { ...used, ...(used.inputTokens !== undefined && { estimated: false }) };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Every text has one score: with one missing, the order would be a guess. */
function scoresOf(results: Json | undefined, count: number, place: ErrorPlace): number[] {
  const scores: (number | undefined)[] = Array.from({ length: count });
  if (!Array.isArray(results)) throw unusable(place, 'it holds no list of scores');
  for (const result of results) {
    const index = isJsonObject(result) ? result['index'] : undefined;
    const score = isJsonObject(result) ? result['relevance_score'] : undefined;
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count)
      throw unusable(place, 'it scores a text that was not sent');
    if (typeof score !== 'number' || !Number.isFinite(score)) throw unusable(place, 'a score is no number');
    if (scores[index] !== undefined) throw unusable(place, 'it scores a text twice');
    scores[index] = score;
  }
  const known = scores.filter((score) => score !== undefined);
  if (known.length < count) throw unusable(place, `it holds ${known.length} scores for ${count} texts`);
  return known;
}

function unusable(place: ErrorPlace, why: string): Error {
  return providerError('provider.protocol', place, {
    message: `The answer of the reranking server cannot be used: ${why}.`,
    remedy: 'Check provider, model and baseUrl of the profile.',
  });
}
