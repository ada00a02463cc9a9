import { join } from 'node:path';
import { openIngestStore } from '../../../app/adapters/knowledge/ingest-store.ts';
import { workspaceFiles } from '../../../app/adapters/knowledge/workspace-files.ts';
import { openCollections } from '../../../app/adapters/lancedb/open-collections.ts';
import { createLoaders } from '../../../app/adapters/loaders/loaders.ts';
import { chunkDocument } from '../../../app/core/text/chunking.ts';
import { estimateTokens } from '../../../app/core/text/estimate-tokens.ts';
import { CollectionConfig } from '../../../app/core/workspace/workspace-config.ts';
import { ingest } from '../../../app/services/knowledge/ingest.ts';
import { hashingEmbedderCapability } from '../../kit/hashing-embedder-capability.ts';

/**
 * One ingestion in a process of its own, for the kill test: prints a line when it begins to work and one when it is
 * done. `die=N` kills it with SIGKILL after the N-th write to the collection, before the books hear of it.
 */
const [root = '', die = '0'] = process.argv.slice(2);
const machine = join(root, '.pipewright');
const collections = openCollections({ dir: join(machine, 'lance') });
const store = openIngestStore({ dir: machine });
const loaders = createLoaders();
const config = CollectionConfig.parse({
  documents: ['documents/**/*.md'],
  embedder: 'local',
  chunking: { size: 40, overlap: 8 },
});

let writes = 0;
const watched = {
  ...collections,
  async replaceDocuments(request: Parameters<typeof collections.replaceDocuments>[0]) {
    await collections.replaceDocuments(request);
    writes += 1;
    if (writes === Number(die)) process.kill(process.pid, 'SIGKILL');
  },
};

console.log('begun');
const report = await ingest({
  collection: 'docs',
  config,
  files: workspaceFiles({ root, loaders }),
  chunk: (document) => chunkDocument(document, config.chunking, estimateTokens),
  embedder: hashingEmbedderCapability(64),
  collections: watched,
  store,
  batchChunks: 12,
});
await Promise.all([collections.close(), loaders.close()]);
store.close();
console.log(JSON.stringify(report));
