import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const index = defineNode({
  type: 'index',
  version: 1,
  family: 'ingest',
  title: 'Index',
  summary: 'Embeds chunks and writes them into a collection, where retrievers find them at once.',
  icon: 'database',
  config: later(() =>
    z.strictObject({
      /** Alias of the collection; it is made when it does not exist yet. */
      collection: z.string().min(1).max(64),
      /** Profile that embeds the chunks; the collection refuses another one later. */
      embedder: z.string().min(1).max(64),
      /** Chunks per call to the embedder and per write. */
      batch: z.int().min(1).max(2048).default(128),
    }),
  ),
  inputs: { chunks: { type: 'chunks', many: true, required: true } },
  outputs: {
    count: { type: 'number', help: 'Chunks written.' },
    version: { type: 'text', help: 'Version of the collection after the last write; silent when nothing was written.' },
  },
  needs: ['embedder', 'collections'],
  effect: 'write',
  reads: ({ embedder }) => [{ kind: 'profile', name: embedder, field: 'embedder' }],
  form: {
    collection: { widget: 'collection', label: 'Collection' },
    embedder: { widget: 'profile', label: 'Embedder' },
    batch: { widget: 'number', label: 'Batch', unit: 'chunks' },
  },
  examples: [{ title: 'Into one collection', config: { collection: 'docs', embedder: 'local-embedder' } }],
});
