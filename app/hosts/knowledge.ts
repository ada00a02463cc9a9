import { join } from 'node:path';
import type { Loaders } from '../adapters/loaders/loaders.ts';
import type { EmbedderCapability, Filter } from '../core/capabilities/capabilities.ts';
import type { CollectionStore } from '../core/capabilities/knowledge.ts';
import { AppError, isAppError } from '../core/errors/app-error.ts';
import { didYouMean } from '../core/errors/suggest.ts';
import type { Chunk, Document } from '../core/graph/values.ts';
import type { CollectionConfig, WorkspaceConfig } from '../core/workspace/workspace-config.ts';
import type { IngestProgress, IngestReport } from '../services/knowledge/ingest.ts';
import type { ChunkedPart, DocumentPart, Place, ReadPlacePorts } from '../services/knowledge/read-place.ts';

export interface IngestRequest {
  /** Drops the collection first: the way to another embedder. */
  rebuild?: boolean;
  onProgress?: (progress: IngestProgress) => void;
  signal?: AbortSignal;
}

export interface SearchOptions {
  /** Default: hybrid. */
  mode?: 'vector' | 'text' | 'hybrid';
  /** Chunks to return at most; default 10. */
  k?: number;
  filter?: Filter;
  signal?: AbortSignal;
}

export interface CollectionListItem {
  name: string;
  embedder: string;
  chunks: number;
  documents: number;
}

export interface Knowledge {
  /** Brings a collection up to date with its files. @throws AppError collection.missing, ingest.*, and what the embedder throws */
  ingest(collection: string, request?: IngestRequest): Promise<IngestReport>;
  /** Best first. @throws AppError collection.*, and what the embedder throws */
  search(collection: string, query: string, options?: SearchOptions): Promise<Chunk[]>;
  /** A document as text round a place. @throws AppError document.* */
  document(file: string, place: Place): Promise<DocumentPart>;
  /** What a collection was ingested from, by file. @throws AppError collection.missing */
  documents(collection: string): Promise<{ file: string; chunks: number }[]>;
  /** A document round a place, with the chunks that the settings of a collection cut it into. @throws AppError collection.missing, document.* */
  chunks(collection: string, file: string, place: Place): Promise<ChunkedPart>;
  /** The collections that are there. */
  list(): Promise<CollectionListItem[]>;
}

export interface KnowledgePorts {
  folder: string;
  stateFolder: string;
  config: WorkspaceConfig;
  collections: () => Promise<CollectionStore>;
  loaders: () => Promise<Loaders>;
  embedder: EmbedderCapability;
}

/** Wires the knowledge use cases to their stores; everything heavy is loaded at the first call. */
export function createKnowledge(ports: KnowledgePorts): Knowledge {
  const { folder, stateFolder, config } = ports;

  function settingsOf(collection: string): CollectionConfig {
    const settings = Object.hasOwn(config.collections, collection) ? config.collections[collection] : undefined;
    if (!settings) throw unknownCollection(collection, config);
    return settings;
  }

  /** What reads files that answers can cite, and no others. */
  async function citable(): Promise<ReadPlacePorts> {
    const { findFiles } = await import('../adapters/files/find-files.ts');
    const patterns = Object.values(config.collections).flatMap(({ documents }) => documents);
    const loaders = await ports.loaders();
    return {
      findCitable: async () => new Set(await findFiles(folder, ['documents/**/*', ...patterns])),
      load: (path) => loaders.loadFile(path, { root: folder }),
    };
  }

  return {
    async ingest(collection, { rebuild = false, onProgress, signal } = {}) {
      const settings = settingsOf(collection);
      const [{ ingest }, { openIngestStore }, { workspaceFiles }, { chunkDocument }, { estimateTokens }] =
        await Promise.all([
          import('../services/knowledge/ingest.ts'),
          import('../adapters/knowledge/ingest-store.ts'),
          import('../adapters/knowledge/workspace-files.ts'),
          import('../core/text/chunking.ts'),
          import('../core/text/estimate-tokens.ts'),
        ]);
      const store = openIngestStore({ dir: stateFolder });
      try {
        return await ingest({
          collection,
          config: settings,
          files: workspaceFiles({ root: folder, loaders: await ports.loaders() }),
          chunk: (document) => chunkDocument(document, settings.chunking, estimateTokens),
          embedder: ports.embedder,
          collections: await ports.collections(),
          store,
          rebuild,
          ...(onProgress && { onProgress }),
          ...(signal && { signal }),
        });
      } finally {
        store.close();
      }
    },

    async search(collection, query, { mode = 'hybrid', k = 10, filter, signal } = {}) {
      const { searchCollection } = await import('../services/knowledge/search-collection.ts');
      try {
        return await searchCollection({
          collection,
          query,
          mode,
          k,
          collections: await ports.collections(),
          embedder: ports.embedder,
          ...(filter && { filter }),
          ...(signal && { signal }),
        });
      } catch (thrown) {
        const unknown = isAppError(thrown) && thrown.code === 'collection.missing' && !config.collections[collection];
        throw unknown ? unknownCollection(collection, config) : thrown;
      }
    },

    async document(file, place) {
      const { readPlace } = await import('../services/knowledge/read-place.ts');
      return readPlace(await citable(), file, place);
    },

    async documents(collection) {
      settingsOf(collection);
      const [{ existsSync }, { openIngestStore }] = await Promise.all([
        import('node:fs'),
        import('../adapters/knowledge/ingest-store.ts'),
      ]);
      if (!existsSync(join(stateFolder, 'collections'))) return [];
      const store = openIngestStore({ dir: stateFolder });
      try {
        return store.read(collection).files.map(({ file, chunks }) => ({ file, chunks }));
      } finally {
        store.close();
      }
    },

    async chunks(collection, file, place) {
      const { chunking } = settingsOf(collection);
      const [{ readChunks }, { chunkDocument }, { estimateTokens }] = await Promise.all([
        import('../services/knowledge/read-place.ts'),
        import('../core/text/chunking.ts'),
        import('../core/text/estimate-tokens.ts'),
      ]);
      const chunk = (document: Document) => chunkDocument(document, chunking, estimateTokens);
      return readChunks({ ...(await citable()), chunk }, file, place);
    },

    async list() {
      const { existsSync } = await import('node:fs');
      if (!existsSync(join(stateFolder, 'collections'))) return [];
      const collections = await ports.collections();
      const names = await collections.list();
      return Promise.all(
        names.map(async (name) => {
          const { embedder, chunks, documents } = await collections.describe(name);
          return { name, embedder, chunks, documents };
        }),
      );
    },
  };
}

function unknownCollection(name: string, config: WorkspaceConfig): AppError {
  const known = Object.keys(config.collections);
  return new AppError('collection.missing', {
    message: `The workspace has no collection “${name}”.${didYouMean(name, known)}`,
    where: `collection ${name}`,
    remedy:
      known.length > 0
        ? `Name one of: ${known.join(', ')}; or add it under \`collections\` in pipewright.json.`
        : 'Add it under `collections` in pipewright.json.',
  });
}
