import type { EmbedderCapability } from '../../app/core/capabilities/capabilities.ts';
import { hashingEmbedding, hashingFingerprint } from '../../app/core/text/hashing-embedder.ts';

/** The built-in embedder without a gateway round it. */
export function hashingEmbedderCapability(dimensions = 256): EmbedderCapability {
  return {
    embed: async ({ texts }) => ({
      vectors: texts.map((text) => hashingEmbedding(text, dimensions)),
      fingerprint: hashingFingerprint(dimensions),
      usage: { inputTokens: texts.length, outputTokens: 0, estimated: true },
      cost: { nanoUsd: 0, known: true, priceVersion: 'built-in' },
    }),
  };
}
