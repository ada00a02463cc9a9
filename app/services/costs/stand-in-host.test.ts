import { describe, expect, it } from 'vitest';
import { testHost } from '../../../test/kit/engine-ports.ts';
import type { Reckoner } from '../../core/budget/reckoning.ts';
import { type HostCapabilities, journaledCalls } from '../../core/capabilities/capabilities.ts';
import { type ReckonedCall, standInHost } from './stand-in-host.ts';

const reckoning = (builtIn: boolean) => ({
  usage: { inputTokens: 9, outputTokens: 20, estimated: true },
  cost: { nanoUsd: 5, known: true, priceVersion: 'test' },
  builtIn,
});
const reckoner = (builtIn: boolean): Reckoner => ({
  generate: async () => reckoning(builtIn),
  embed: async () => reckoning(builtIn),
  rerank: async () => reckoning(builtIn),
});
const about = { node: 'ask' } as never;
const ask = { profile: 'm', messages: [{ role: 'user' as const, content: 'x' }] };

function hosts(builtIn = false, real: Partial<HostCapabilities> = {}) {
  const heard: ReckonedCall[] = [];
  return { host: standInHost({ ...testHost({}), ...real }, reckoner(builtIn), (call) => heard.push(call)), heard };
}

describe('standInHost', () => {
  it('answers for models, embedders and rerankers, and tells what they would cost', async () => {
    const { host, heard } = hosts();
    const { text } = await host.model.generate(ask, { about });
    expect(text.split(' ').length).toBeLessThanOrEqual(20);
    const schema = { type: 'object', properties: { label: { enum: ['bug'] } } };
    expect(JSON.parse((await host.model.generate({ ...ask, schema })).text)).toEqual({ label: 'bug' });
    const { vectors } = await host.embedder.embed({ profile: 'e', texts: ['a', 'b'], purpose: 'query' });
    expect(vectors).toHaveLength(2);
    const { scores } = await host.reranker.rerank({ profile: 'r', query: 'q', texts: ['a', 'b'] });
    expect(scores).toEqual([1, 0.5]);
    expect(heard.map(({ node, profile, cost }) => [node, profile, cost.nanoUsd])).toEqual([
      ['ask', 'm', 5],
      ['', 'm', 5],
      ['', 'e', 5],
      ['', 'r', 5],
    ]);
  });

  it('asks built-in models, which cost nothing', async () => {
    const { host, heard } = hosts(true);
    expect((await host.model.generate(ask)).text).toBe('m[x]');
    expect(heard).toEqual([]);
  });

  it('searches with a vector of the collection’s own length in place of an invented one', async () => {
    const asked: number[] = [];
    const collections = {
      describe: async () => ({ dimensions: 3 }),
      search: async ({ vector }: { vector: number[] }) => {
        asked.push(vector.length);
        return { chunks: [] };
      },
    } as never;
    const { host } = hosts(false, { collections });
    const search = { collection: 'docs', mode: 'vector' as const, vector: [1, 0], k: 1 };
    await host.collections.search(search);
    await host.embedder.embed({ profile: 'e', texts: ['a'], purpose: 'query' });
    await host.collections.search(search);
    expect(asked).toEqual([2, 3]);
  });

  it('reaches nothing but what reads on this machine', async () => {
    const reached: string[] = [];
    const real = Object.fromEntries(
      Object.entries(journaledCalls).map(([capability, methods]) => [
        capability,
        Object.fromEntries(
          Object.keys(methods).map((method) => [method, async () => void reached.push(`${capability}.${method}`)]),
        ),
      ]),
    ) as unknown as HostCapabilities;
    const host = standInHost(real, reckoner(false), () => undefined) as unknown as {
      [capability: string]: { [method: string]: (request: unknown) => Promise<unknown> };
    };
    for (const [capability, methods] of Object.entries(journaledCalls))
      for (const method of Object.keys(methods))
        await host[capability]
          ?.[method]?.({ ...ask, texts: ['a'] })
          .catch(({ code }) => expect(code).toBe('estimate.unmade'));
    expect(reached.sort()).toEqual([
      'cache.get',
      'code.run',
      'collections.describe',
      'collections.search',
      'documents.attach',
      'documents.load',
      'memory.read',
      'tables.query',
    ]);
  });
});
