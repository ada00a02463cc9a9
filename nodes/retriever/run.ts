import type { Chunk, Json, Run } from '../../app/core/nodekit/index.ts';
import { AppError } from '../../app/core/nodekit/index.ts';
import { retrievalReport } from '../../app/core/run/retrieval-report.ts';
import type { retriever } from './manifest.ts';

export const run: Run<typeof retriever> = async ({ config, inputs }, { cap, step, detail }) => {
  const { collection, mode, k, filter } = config;
  const text = inputs.query.trim();
  if (text === '') {
    throw new AppError('collection.query', {
      message: 'The query is empty.',
      where: `node ${step.nodeId}, port query`,
      remedy: 'Wire a text to the port query; branch before the retriever when there may be none.',
    });
  }
  const vector = mode === 'text' ? undefined : await embedQuery(text);
  const { chunks: found, below = [] } = await cap.collections.search({
    collection,
    mode,
    k,
    ...(mode !== 'vector' && { text }),
    ...(vector !== undefined && { vector }),
    ...(filter !== undefined && { filter }),
  });
  const chunks = found.map((chunk): Chunk => ({ ...chunk, collection: chunk.collection ?? collection }));
  const top = chunks[0]?.score;
  const next = chunks[1]?.score;
  detail({
    query: text.slice(0, 500),
    collection,
    mode,
    hits: chunks.length,
    ...(top !== undefined && { top }),
    // How far the best stands out: the first thing to look at when an answer is built on the wrong chunk.
    ...(top !== undefined && next !== undefined && { margin: top - next }),
    ...retrievalReport({
      role: 'search',
      query: text,
      method: mode,
      collection,
      ...(filter !== undefined && { filter: filter as unknown as Json }),
      limit: k,
      candidates: chunks.length + below.length,
      chunks: below.map((chunk, at) => ({ ...chunk, before: chunks.length + at + 1, dropped: 'below-k' })),
    }),
  });
  return { chunks };

  async function embedQuery(query: string): Promise<number[]> {
    const info = await cap.collections.describe(collection);
    const { vectors, fingerprint } = await cap.embedder.embed({
      profile: info.embedder,
      texts: [query],
      purpose: 'query',
    });
    if (fingerprint !== info.embedderFingerprint) {
      throw new AppError('collection.embedder', {
        message: `The collection “${collection}” was embedded by ${info.embedderFingerprint}; the profile “${info.embedder}” is ${fingerprint} now.`,
        where: `collection ${collection}`,
        remedy: `Give the profile its old model back, or build the collection anew: pipewright ingest ${collection} --rebuild.`,
      });
    }
    const vector = vectors[0];
    if (vector === undefined) {
      throw new AppError('provider.protocol', {
        message: `The embedder “${info.embedder}” gave no vector for the query.`,
        where: `profile ${info.embedder}`,
        remedy: 'Check that the profile names an embedding model.',
      });
    }
    return vector;
  }
};
