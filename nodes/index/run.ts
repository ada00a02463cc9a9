import type { Chunk, Run } from '../../app/core/nodekit/index.ts';
import { searchableText } from '../../app/core/text/searchable-text.ts';
import type { index } from './manifest.ts';

export const run: Run<typeof index> = async ({ config, inputs }, { cap, signal, detail }) => {
  const byId = new Map<string, Chunk>();
  for (const chunk of inputs.chunks.flat()) if (!byId.has(chunk.id)) byId.set(chunk.id, chunk);
  const chunks = [...byId.values()];
  let count = 0;
  let version: string | undefined;
  for (let start = 0; start < chunks.length; start += config.batch) {
    signal.throwIfAborted();
    const batch = chunks.slice(start, start + config.batch);
    const { vectors, fingerprint } = await cap.embedder.embed({
      profile: config.embedder,
      texts: batch.map(searchableText),
      purpose: 'document',
    });
    const result = await cap.collections.write({
      collection: config.collection,
      embedder: config.embedder,
      fingerprint,
      chunks: batch,
      vectors,
    });
    count += result.written;
    version = result.version;
  }
  detail({ collection: config.collection, chunks: chunks.length, written: count });
  return { count, version };
};
