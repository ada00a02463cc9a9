import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

const Scalar = later(() => z.union([z.string(), z.number(), z.boolean(), z.null()]));
const field = later(() => z.string().min(1).max(64));

/** A condition over chunk metadata, as a tree. */
const Filter: z.ZodType<FilterTree> = z.lazy(() =>
  z.union([
    z.strictObject({ and: z.array(Filter).max(500) }),
    z.strictObject({ or: z.array(Filter).max(500) }),
    z.strictObject({ not: Filter }),
    z.strictObject({ field, op: z.enum(['eq', 'ne', 'lt', 'lte', 'gt', 'gte']), value: Scalar }),
    z.strictObject({ field, op: z.literal('in'), value: z.array(Scalar).max(1000) }),
    z.strictObject({ field, op: z.enum(['contains', 'startsWith']), value: z.string().max(10_000) }),
    z.strictObject({ field, op: z.literal('exists'), value: z.boolean() }),
  ]),
);
type FilterTree = import('../../app/core/nodekit/index.ts').Filter;

export const retriever = defineNode({
  type: 'retriever',
  version: 1,
  family: 'retrieve',
  title: 'Retriever',
  summary: 'Finds the chunks of a collection that fit a query: by meaning, by words, or by both.',
  icon: 'search',
  config: later(() =>
    z.strictObject({
      /** Alias of the collection. */
      collection: z.string().min(1).max(64),
      /** vector: nearest embeddings. text: full text (BM25). hybrid: both, fused by rank. */
      mode: z.enum(['vector', 'text', 'hybrid']).default('hybrid'),
      /** Chunks to return at most. */
      k: z.int().min(1).max(200).default(20),
      filter: Filter.optional(),
    }),
  ),
  inputs: { query: { type: 'text', required: true } },
  outputs: { chunks: { type: 'chunks', help: 'Best first, each with its scores and the name of the collection.' } },
  retrieval: 'search',
  needs: ['embedder', 'collections'],
  effect: 'read',
  reads: ({ collection }) => [{ kind: 'collection', name: collection }],
  form: {
    collection: { widget: 'collection', label: 'Collection' },
    mode: { widget: 'select', label: 'Mode' },
    k: { widget: 'slider', label: 'Results', unit: 'chunks' },
    filter: {
      widget: 'filter',
      label: 'Filter',
      help: 'Only chunks whose metadata fit. Wire config/filter to set it per run.',
    },
  },
  examples: [
    { title: 'By words and meaning', config: { collection: 'docs' } },
    {
      title: 'Solved tickets of one product',
      config: {
        collection: 'tickets',
        k: 10,
        filter: {
          and: [
            { field: 'status', op: 'eq', value: 'solved' },
            { field: 'product', op: 'in', value: ['a', 'b'] },
          ],
        },
      },
    },
  ],
});
