import * as z from 'zod';
import { defineNode } from '../../app/core/nodekit/index.ts';

export const reranker = defineNode({
  type: 'reranker',
  version: 1,
  family: 'retrieve',
  title: 'Reranker',
  summary: 'Orders retrieved chunks anew by how well they cover the query, and can spread them over different content.',
  icon: 'list-ordered',
  config: z.strictObject({
    /** coverage: by the query's words. mmr: as ranked, but unlike each other. coverage+mmr: both. */
    method: z.enum(['coverage', 'mmr', 'coverage+mmr']).default('coverage'),
    /** Chunks to keep. */
    topK: z.int().min(1).max(200).default(8),
    /** For mmr: 1 looks at relevance alone, 0 at difference alone. */
    lambda: z.number().min(0).max(1).default(0.9),
    /** For coverage: how much the order of arrival counts, 0 … 1. */
    prior: z.number().min(0).max(1).default(0.35),
  }),
  inputs: {
    query: { type: 'text', required: true },
    chunks: {
      type: 'chunks',
      many: true,
      required: true,
      help: 'Several lists are fused by rank: their scores cannot be compared.',
    },
  },
  outputs: { chunks: { type: 'chunks', help: 'Best first, with scores by each method.' } },
  needs: [],
  effect: 'pure',
  form: {
    method: { widget: 'select', label: 'Method' },
    topK: { widget: 'slider', label: 'Keep', unit: 'chunks' },
    lambda: { widget: 'slider', label: 'Relevance over difference' },
    prior: { widget: 'slider', label: 'Trust in the order of arrival' },
  },
  examples: [
    { title: 'Default', config: {} },
    { title: 'The best five, unlike each other', config: { method: 'coverage+mmr', topK: 5 } },
  ],
});
