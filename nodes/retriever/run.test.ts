import { describe, expect, it } from 'vitest';
import type { ChunkPlace, EmbedRequest, SearchRequest } from '../../app/core/capabilities/capabilities.ts';
import { readRetrievalReport } from '../../app/core/run/retrieval-report.ts';
import { chunkOf } from '../../test/kit/chunk.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { retriever } from './manifest.ts';
import { run } from './run.ts';

const chunk = (id: string, score: number, more = {}) => chunkOf(id, id, { score, ...more });
const free = {
  usage: { inputTokens: 0, outputTokens: 0, estimated: true },
  cost: { nanoUsd: 0, known: true, priceVersion: '' },
};

function fakes({
  fingerprint = 'f1',
  found = [chunk('a', 0.9), chunk('b', 0.4, { collection: 'other' })],
  below = undefined as ChunkPlace[] | undefined,
} = {}) {
  const calls: [string, unknown][] = [];
  const describe = async (collection: string) => {
    calls.push(['describe', collection]);
    return {
      name: collection,
      embedder: 'e',
      embedderFingerprint: 'f1',
      dimensions: 2,
      chunks: 2,
      documents: 2,
      version: 'v',
      fields: {},
    };
  };
  const search = async (request: SearchRequest) => {
    calls.push(['search', request]);
    return { chunks: found, ...(below && { below }) };
  };
  const embed = async (request: EmbedRequest) => {
    calls.push(['embed', request]);
    return { vectors: [[1, 0]], fingerprint, ...free };
  };
  return { calls, cap: { collections: { describe, search }, embedder: { embed } } };
}

describe('retriever', () => {
  it('embeds the query by the profile of the collection and searches both ways', async () => {
    const { calls, cap } = fakes();
    const filter = { field: 'status', op: 'eq', value: 'open' } as const;
    const { outputs, detail } = await runNode(retriever, run, {
      config: { collection: 'docs', k: 5, filter },
      inputs: { query: ' why? ' },
      cap,
    });
    expect(calls).toEqual([
      ['describe', 'docs'],
      ['embed', { profile: 'e', texts: ['why?'], purpose: 'query' }],
      ['search', { collection: 'docs', mode: 'hybrid', k: 5, text: 'why?', vector: [1, 0], filter }],
    ]);
    expect((outputs['chunks'] as { collection: string }[]).map(({ collection }) => collection)).toEqual([
      'docs',
      'other',
    ]);
    expect(detail).toMatchObject({ query: 'why?', mode: 'hybrid', hits: 2, top: 0.9 });
    expect(detail['margin']).toBeCloseTo(0.5);
  });

  it('needs no embedder for text, and sends no text for vector', async () => {
    const text = fakes({ found: [] });
    const { outputs, detail } = await runNode(retriever, run, {
      config: { collection: 'docs', mode: 'text' },
      inputs: { query: 'q' },
      cap: text.cap,
    });
    expect(text.calls.map(([name]) => name)).toEqual(['search']);
    expect(outputs).toEqual({ chunks: [] });
    expect(detail).toMatchObject({ query: 'q', collection: 'docs', mode: 'text', hits: 0 });
    const vector = fakes();
    await runNode(retriever, run, {
      config: { collection: 'docs', mode: 'vector' },
      inputs: { query: 'q' },
      cap: vector.cap,
    });
    expect(vector.calls.at(-1)).toEqual(['search', { collection: 'docs', mode: 'vector', k: 20, vector: [1, 0] }]);
  });

  it('tells what a larger k would have brought', async () => {
    const filter = { field: 'status', op: 'eq', value: 'open' } as const;
    const below = [
      { id: 'c', file: 'c.md', line: 4, start: 0, end: 9, score: 0.123456789, scores: { text: 2, rrf: 0.1 } },
    ];
    const { detail } = await runNode(retriever, run, {
      config: { collection: 'docs', k: 2, filter },
      inputs: { query: 'why?' },
      cap: fakes({ below }).cap,
    });
    expect(readRetrievalReport(detail)).toEqual({
      role: 'search',
      query: 'why?',
      method: 'hybrid',
      collection: 'docs',
      filter,
      limit: 2,
      candidates: 3,
      chunks: [{ ...below[0], score: 0.12346, before: 3, dropped: 'below-k' }],
    });
  });

  it('refuses an empty query and an embedder that has changed', async () => {
    const given = (query: string, fingerprint?: string) => ({
      config: { collection: 'docs' },
      inputs: { query },
      cap: fakes(fingerprint === undefined ? {} : { fingerprint }).cap,
    });
    await expect(runNode(retriever, run, given('  '))).rejects.toMatchObject({
      code: 'collection.query',
      where: expect.stringContaining('query'),
    });
    await expect(runNode(retriever, run, given('q', 'f2'))).rejects.toMatchObject({
      code: 'collection.embedder',
      remedy: expect.stringContaining('--rebuild'),
    });
  });

  it('takes typed filters only', () => {
    const parse = (filter: unknown) => retriever.config.safeParse({ collection: 'c', filter }).success;
    expect(
      parse({
        and: [{ field: 'a', op: 'in', value: [1, 'x', null] }, { not: { field: 'b', op: 'exists', value: true } }],
      }),
    ).toBe(true);
    for (const bad of [
      'a = 1',
      { field: 'a', op: 'sql', value: 'x' },
      { field: 'a', op: 'in', value: 'x' },
      { field: 'a', op: 'eq' },
      { and: [], or: [] },
      { field: 'a', op: 'contains', value: 1 },
    ]) {
      expect(parse(bad), JSON.stringify(bad)).toBe(false);
    }
  });
});
