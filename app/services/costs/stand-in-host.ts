import type { Reckoner, Reckoning } from '../../core/budget/reckoning.ts';
import {
  type CallOptions,
  type EmbedRequest,
  emptyAnswers,
  type HostCapabilities,
  journaledCalls,
  type ModelRequest,
  type RerankRequest,
  type SearchRequest,
} from '../../core/capabilities/capabilities.ts';
import { AppError } from '../../core/errors/app-error.ts';
import type { Json } from '../../core/graph/json.ts';
import { jsonSample } from '../../core/text/json-sample.ts';

/** A call of a model that was not made. */
export interface ReckonedCall extends Reckoning {
  node: string;
  profile: string;
  /** Of a chat model: what earlier answers say about the length of this one. */
  request?: ModelRequest;
}

/** Calls that only read, on this machine: they are made, so that prompts are as long as they will be. */
const made = new Set([
  'collections.describe',
  'collections.search',
  'documents.load',
  'documents.attach',
  'tables.query',
  'code.run',
  'cache.get',
  'memory.read',
]);

/** Dimensions of a vector that nothing is known of. */
const SOME = 8;

/**
 * Capabilities for going through a workflow without asking anybody: models, embedders and rerankers are reckoned and
 * answered by stand-ins, what reads on this machine is done, nothing is written, and everything else is refused.
 */
export function standInHost(
  real: HostCapabilities,
  reckoner: Reckoner,
  heard: (call: ReckonedCall) => void,
): HostCapabilities {
  /** Vectors in use are stand-ins. */
  let invented = false;

  const hear = (profile: string, reckoning: Reckoning, options: CallOptions | undefined, request?: ModelRequest) =>
    heard({ ...reckoning, node: options?.about?.node ?? '', profile, ...(request && { request }) });

  const answers: { [kind: string]: (request: never, options?: CallOptions) => Promise<unknown> } = {
    async 'model.generate'(request: ModelRequest, options?: CallOptions) {
      const reckoning = await reckoner.generate(request);
      if (reckoning.builtIn) return real.model.generate(request, options);
      hear(request.profile, reckoning, options, request);
      const { usage, cost } = reckoning;
      const text = request.schema ? JSON.stringify(jsonSample(request.schema)) : words(usage.outputTokens);
      return { text, finish: 'stop', usage, cost, model: request.profile, provider: 'stand-in', ms: 0 };
    },
    async 'embedder.embed'(request: EmbedRequest, options?: CallOptions) {
      const reckoning = await reckoner.embed(request);
      if (reckoning.builtIn) return real.embedder.embed(request, options);
      hear(request.profile, reckoning, options);
      invented = true;
      const { usage, cost } = reckoning;
      return { vectors: request.texts.map(() => unit(SOME)), fingerprint: 'stand-in', usage, cost };
    },
    async 'reranker.rerank'(request: RerankRequest, options?: CallOptions) {
      const reckoning = await reckoner.rerank(request);
      if (reckoning.builtIn) return real.reranker.rerank(request, options);
      hear(request.profile, reckoning, options);
      const { usage, cost } = reckoning;
      const scores = request.texts.map((_, i) => 1 / (i + 1));
      return { scores, usage, cost, model: request.profile, provider: 'stand-in' };
    },
    async 'collections.search'(request: SearchRequest) {
      if (!invented || request.vector === undefined) return real.collections.search(request);
      const { dimensions } = await real.collections.describe(request.collection);
      return real.collections.search({ ...request, vector: unit(dimensions) });
    },
  };

  const host: { [capability: string]: unknown } = { ...real };
  for (const [capability, methods] of Object.entries(journaledCalls)) {
    host[capability] = Object.fromEntries(
      Object.keys(methods).map((method) => {
        const kind = `${capability}.${method}`;
        return [method, answers[kind] ?? (made.has(kind) ? methodOf(real, capability, method) : () => unmade(kind))];
      }),
    );
  }
  return host as unknown as HostCapabilities;
}

function methodOf(host: HostCapabilities, capability: string, method: string): unknown {
  const part = host[capability as keyof HostCapabilities] as unknown as {
    [name: string]: (...args: unknown[]) => unknown;
  };
  return (...args: unknown[]) => part[method]?.(...args);
}

async function unmade(kind: string): Promise<Json> {
  const empty = emptyAnswers[kind];
  if (empty !== undefined) return empty;
  throw new AppError('estimate.unmade', {
    message: `An estimate does not call ${kind}: it would reach out of this machine or change something.`,
    remedy: 'Pin the output of the step, or name with --to what is to be estimated.',
  });
}

/** A text of about so many tokens, with a mark that leads to the first source. */
function words(tokens: number): string {
  return `${'answer '.repeat(Math.max(1, tokens - 3))}[1]`;
}

function unit(dimensions: number): number[] {
  return Array.from({ length: dimensions }, (_, i) => (i === 0 ? 1 : 0));
}
