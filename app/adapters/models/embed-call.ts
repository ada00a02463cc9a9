import type { CallOptions } from '../../core/capabilities/capabilities.ts';
import { isAppError, withAccounts } from '../../core/errors/app-error.ts';
import type { Json } from '../../core/graph/json.ts';
import { estimateTokens } from '../../core/text/estimate-tokens.ts';
import { textUsage } from './prompt-tokens.ts';
import { type ErrorPlace, providerError, wireError } from './provider-errors.ts';
import { createProviderFetch, type Timeouts } from './provider-fetch.ts';
import type { EmbeddingProvider } from './providers/embedding-provider.ts';

export interface EmbedCall {
  provider: EmbeddingProvider;
  place: ErrorPlace;
  baseUrl: string;
  headers: { [name: string]: string };
  texts: string[];
  purpose: 'document' | 'query';
  dimensions: number | undefined;
  timeouts: Timeouts;
  options: CallOptions;
  /** Hears the headers of the provider's answer. */
  onHeaders?: ((headers: { [name: string]: string }) => void) | undefined;
}

export interface EmbeddedBatch {
  /** Unit length, all of the same number of dimensions. */
  vectors: number[][];
  inputTokens: number;
  estimated: boolean;
}

/**
 * One request for the vectors of one batch, tried once.
 * @throws AppError provider.*, run.cancelled
 */
export async function callEmbedder(call: EmbedCall): Promise<EmbeddedBatch> {
  const { place, provider } = call;
  const pieces: Uint8Array[] = [];
  const wire = createProviderFetch({
    origin: place.origin,
    headers: call.headers,
    timeouts: call.timeouts,
    signal: call.options.signal,
    onHeaders: call.onHeaders,
    onBytes: (bytes) => pieces.push(bytes),
  });
  let vectors: number[][] = [];
  let thrown: unknown;
  try {
    vectors = await provider.embed({
      baseUrl: call.baseUrl,
      model: place.model,
      texts: call.texts,
      purpose: call.purpose,
      dimensions: call.dimensions,
      fetch: wire.fetch,
    });
  } catch (error) {
    thrown = error;
  } finally {
    wire.close();
  }
  const failure = wire.failure();
  if (failure !== undefined) {
    const accounts = wire.leftUnanswered() ? { usage: textUsage(call.texts) } : undefined;
    throw withAccounts(wireError(failure, place), accounts);
  }
  if (thrown !== undefined && isAppError(thrown)) throw thrown;
  const answer = parse(Buffer.concat(pieces).toString('utf8'));
  if (thrown !== undefined || answer === undefined) throw unusable(place, 'it is not in the protocol of this provider');
  const dimensions = vectors[0]?.length ?? 0;
  if (vectors.length !== call.texts.length)
    throw unusable(place, `it holds ${vectors.length} vectors for ${call.texts.length} texts`);
  if (call.dimensions !== undefined && dimensions !== call.dimensions) {
    throw unusable(place, `its vectors have ${dimensions} dimensions where the profile says ${call.dimensions}`);
  }
  const counted = provider.inputTokens(answer);
  return {
    vectors: vectors.map((vector) => {
      if (vector.length !== dimensions || dimensions === 0) throw unusable(place, 'its vectors differ in length');
      return unit(vector, place);
    }),
    inputTokens: counted ?? call.texts.reduce((sum, text) => sum + estimateTokens(text), 0),
    estimated: counted === undefined,
  };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function unit(vector: number[], place: ErrorPlace): number[] {
  const length = Math.hypot(...vector);
  if (!Number.isFinite(length) || length === 0) throw unusable(place, 'a vector has no direction');
  return Math.abs(length - 1) < 1e-6 ? vector : vector.map((x) => x / length);
}

function unusable(place: ErrorPlace, why: string): Error {
  return providerError('provider.protocol', place, {
    message: `The answer of the embedding server cannot be used: ${why}.`,
    remedy: 'Check provider, model, baseUrl and dimensions of the profile.',
  });
}
