import type { CollectionInfo } from '../../core/capabilities/capabilities.ts';
import type { CollectionStore, IngestStore } from '../../core/capabilities/knowledge.ts';

export interface CollectionSummary extends CollectionInfo {
  /** Files that ingestion knows of; 0 for a collection that only workflows write. */
  files: number;
}

export interface KnowledgeStores {
  collections: CollectionStore;
  store: IngestStore;
}

/** @throws AppError collection.missing */
export async function describeCollection(
  name: string,
  { collections, store }: KnowledgeStores,
): Promise<CollectionSummary> {
  const info = await collections.describe(name);
  return { ...info, files: store.read(name).files.length };
}

export async function listCollections(stores: KnowledgeStores): Promise<CollectionSummary[]> {
  const names = await stores.collections.list();
  return Promise.all(names.map((name) => describeCollection(name, stores)));
}

/**
 * Deletes a collection and its books; the documents themselves stay.
 * @throws AppError collection.missing, and ingest.busy while it is being ingested
 */
export async function removeCollection(name: string, { collections, store }: KnowledgeStores): Promise<void> {
  const lock = store.lock(name);
  try {
    await collections.describe(name);
    // The table first: books about a collection that is gone are recognised by its generation and forgotten.
    await collections.drop(name);
    store.reset(name, null);
  } finally {
    lock.release();
  }
}
