import type { ScriptedReply } from './provider-server.ts';

/** How a reranking service talks: written after its public reference. */
export interface RerankDialect {
  provider: 'cohere' | 'jina' | 'voyage';
  /** Best first, as services send them: place of the text and its score. */
  answer(
    results: readonly [place: number, score: number][],
    used?: { tokens?: number; searches?: number },
  ): ScriptedReply;
  error(status: number, message: string): ScriptedReply;
}

const entries = (results: readonly [number, number][]) =>
  results.map(([index, relevance_score]) => ({ index, relevance_score }));
const reply = (body: object): ScriptedReply => ({ body: JSON.stringify(body) });

export const rerankDialects: readonly RerankDialect[] = [
  {
    provider: 'cohere',
    answer: (results, { tokens, searches } = {}) =>
      reply({
        id: '07734bd2-2473-4f07-94e1-0d9f0e6843cf',
        results: entries(results),
        meta: {
          api_version: { version: '2' },
          billed_units: { ...(searches !== undefined && { search_units: searches }) },
          ...(tokens !== undefined && { tokens: { input_tokens: tokens } }),
        },
      }),
    error: (status, message) => ({ status, body: JSON.stringify({ id: 'e1', message }) }),
  },
  {
    provider: 'jina',
    answer: (results, { tokens } = {}) =>
      reply({
        model: 'jina-reranker-v2-base-multilingual',
        object: 'list',
        ...(tokens !== undefined && { usage: { total_tokens: tokens } }),
        results: entries(results),
      }),
    error: (status, detail) => ({ status, body: JSON.stringify({ detail }) }),
  },
  {
    provider: 'voyage',
    answer: (results, { tokens } = {}) =>
      reply({
        object: 'list',
        data: entries(results),
        model: 'rerank-2.5',
        ...(tokens !== undefined && { usage: { total_tokens: tokens } }),
      }),
    error: (status, detail) => ({ status, body: JSON.stringify({ detail }) }),
  },
];
