import { beforeEach, describe, expect, it } from 'vitest';
import { chunkOf } from '../../../test/conformance/collections/collections-suite.ts';
import { hashingEmbedderCapability } from '../../../test/kit/hashing-embedder-capability.ts';
import { createMemoryCollections } from '../../../test/kit/memory-collections.ts';
import type { EmbedderCapability, EmbedRequest } from '../../core/capabilities/capabilities.ts';
import type { CollectionStore } from '../../core/capabilities/knowledge.ts';
import { searchCollection } from './search-collection.ts';

let collections: CollectionStore;
let asked: EmbedRequest[];
const inner = hashingEmbedderCapability(32);
const embedder: EmbedderCapability = {
  embed(request) {
    asked.push(request);
    return inner.embed(request);
  },
};

beforeEach(async () => {
  asked = [];
  collections = createMemoryCollections();
  const chunks = [chunkOf('a', 'kettles boil water'), chunkOf('b', 'grinders crush beans')];
  const { vectors, fingerprint } = await inner.embed({
    profile: 'local',
    texts: chunks.map(({ text }) => text),
    purpose: 'document',
  });
  await collections.write({ collection: 'docs', embedder: 'local', fingerprint, chunks, vectors });
});

const base = { collection: 'docs', query: 'kettles', k: 1 } as const;

describe('searchCollection', () => {
  it('embeds the question with the profile of the collection, and only when vectors are needed', async () => {
    for (const mode of ['vector', 'hybrid'] as const) {
      expect((await searchCollection({ ...base, mode, collections, embedder })).map(({ id }) => id)).toEqual(['a']);
    }
    expect(asked).toEqual(new Array(2).fill({ profile: 'local', texts: ['kettles'], purpose: 'query' }));
    await searchCollection({ ...base, mode: 'text', collections, embedder });
    expect(asked).toHaveLength(2);
  });

  it('refuses a profile that has become another embedder, and an empty question before it is paid for', async () => {
    const changed: EmbedderCapability = {
      embed: async (request) => ({ ...(await inner.embed(request)), fingerprint: 'another' }),
    };
    await expect(searchCollection({ ...base, mode: 'hybrid', collections, embedder: changed })).rejects.toMatchObject({
      code: 'collection.embedder',
      remedy: expect.stringContaining('pipewright ingest docs --rebuild'),
    });
    const empty = searchCollection({ ...base, query: ' ', mode: 'hybrid', collections, embedder });
    await expect(empty).rejects.toMatchObject({ code: 'collection.query' });
    expect(asked).toEqual([]);
  });
});
