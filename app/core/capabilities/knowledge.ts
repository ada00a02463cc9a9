import type { Chunk, Document } from '../graph/values.ts';
import type { CollectionsCapability } from './capabilities.ts';

/**
 * What ingestion needs beyond what nodes are handed: whole-document writes, the books of what was ingested, and the
 * files themselves. Interfaces only; app/adapters implements them.
 */

export interface EnsureCollectionRequest {
  collection: string;
  /** Profile name of the embedder. */
  embedder: string;
  fingerprint: string;
  dimensions: number;
}

export interface ReplaceDocumentsRequest {
  collection: string;
  /** Kept with every row, so that the rows of a batch that was never committed can be found and deleted. */
  batchId: string;
  /** Every chunk that these documents had before is gone afterwards, unless it is among `chunks`. */
  documentIds: string[];
  chunks: Chunk[];
  vectors: number[][];
}

/** The whole store of collections: what nodes may do, and what only ingestion and people may. */
export interface CollectionStore extends CollectionsCapability {
  list(): Promise<string[]>;
  /**
   * Makes the collection when it is not there. `generation` is new each time a collection is made, so books kept
   * elsewhere can tell that theirs are about an earlier one.
   * @throws AppError collection.embedder when it was made with another embedder
   */
  ensure(request: EnsureCollectionRequest): Promise<{ generation: string }>;
  /** One atomic step: readers see all old chunks of the documents or all new ones. */
  replaceDocuments(request: ReplaceDocumentsRequest): Promise<void>;
  removeDocuments(request: { collection: string; documentIds: string[] }): Promise<void>;
  removeBatches(request: { collection: string; batchIds: string[] }): Promise<void>;
  /** Every row that came with a batch; what nodes wrote stays. */
  removeIngested(collection: string): Promise<void>;
  /** Brings indices up to date when many writes are done: only speed depends on it. */
  settle(collection: string): Promise<void>;
  /** True when there was one. */
  drop(collection: string): Promise<boolean>;
  /** Waits for index upkeep under way, then closes. */
  close(): Promise<void>;
}

export interface IngestedFile {
  file: string;
  documentId: string;
  /** SHA-256 of the file's bytes; empty while a batch that holds the file is being written. */
  hash: string;
  /** Digest of everything else that its chunks and vectors depend on. */
  settings: string;
  chunks: number;
}

export interface IngestState {
  /** Of the collection that the books are about; null when nothing was ingested yet. */
  generation: string | null;
  files: IngestedFile[];
  /** Batches that were begun and never committed: the process died in between. */
  openBatches: string[];
}

/** The books of ingestion and the authority on what is in a collection: see threats 4.2. Synchronous, durable. */
export interface IngestStore {
  /**
   * Held until released or until the process dies, however it dies.
   * @throws AppError ingest.busy while another ingestion holds it
   */
  lock(collection: string): { release(): void };
  read(collection: string): IngestState;
  /** Forgets everything about the collection; the books now are about `generation`. */
  reset(collection: string, generation: string | null): void;
  /** Notes that rows of these files are about to be written; gives the batch's id. */
  begin(collection: string, files: Omit<IngestedFile, 'hash'>[]): string;
  commit(collection: string, batchId: string, files: IngestedFile[]): void;
  /** The rows of these open batches are gone from the collection. */
  abandon(collection: string, batchIds: string[]): void;
  removeFiles(collection: string, files: string[]): void;
  close(): void;
}

export interface FileFailure {
  file: string;
  /** A code of the error table. */
  code: string;
  message: string;
}

export interface SourceFiles {
  /** Files matching the patterns, relative to the workspace with forward slashes, sorted. @throws AppError document.* */
  find(patterns: readonly string[], options: { signal?: AbortSignal }): Promise<string[]>;
  /** SHA-256 of the file's bytes as hex. @throws AppError document.* */
  hash(file: string): Promise<string>;
  /** @throws AppError document.* */
  load(file: string, options: { signal?: AbortSignal }): Promise<Document>;
}
