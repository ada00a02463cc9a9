import type { CollectionsCapability, EmbedderCapability, SearchRequest } from '../../core/capabilities/capabilities.ts';
import { AppError } from '../../core/errors/app-error.ts';
import type { Chunk } from '../../core/graph/values.ts';

export interface SearchCollectionOptions {
  collection: string;
  query: string;
  mode: SearchRequest['mode'];
  k: number;
  filter?: SearchRequest['filter'];
  collections: Pick<CollectionsCapability, 'describe' | 'search'>;
  embedder: EmbedderCapability;
  signal?: AbortSignal;
}

/**
 * The chunks of a collection that answer a question best, best first. The question is embedded with the profile that
 * the collection was made with.
 * @throws AppError collection.*, and what the embedder throws
 */
export async function searchCollection(options: SearchCollectionOptions): Promise<Chunk[]> {
  const { collection, query, mode, k, filter, collections, embedder, signal } = options;
  const request: SearchRequest = { collection, mode, k, text: query, ...(filter !== undefined && { filter }) };
  if (mode === 'text') return (await collections.search(request)).chunks;
  const info = await collections.describe(collection);
  if (query.trim() === '') return (await collections.search(request)).chunks;
  const embedding = await embedder.embed(
    { profile: info.embedder, texts: [query], purpose: 'query' },
    { ...(signal !== undefined && { signal }) },
  );
  if (embedding.fingerprint !== info.embedderFingerprint) {
    throw new AppError('collection.embedder', {
      message: `The profile “${info.embedder}” now embeds with ${embedding.fingerprint}; the collection was made with ${info.embedderFingerprint}.`,
      where: `collection “${collection}”`,
      remedy: `Set the profile back, or make the collection anew: pipewright ingest ${collection} --rebuild`,
    });
  }
  return (await collections.search({ ...request, vector: embedding.vectors[0] ?? [] })).chunks;
}
