import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

/** Methods that ask somebody by a profile. */
const asking: readonly string[] = ['service', 'model'];

export const reranker = defineNode({
  type: 'reranker',
  version: 1,
  family: 'retrieve',
  title: 'Reranker',
  summary:
    'Orders retrieved chunks anew by how well they fit the query: by its words, by a reranking service or by a model.',
  icon: 'list-ordered',
  config: later(() =>
    z
      .strictObject({
        /**
         * coverage: by the query's words. mmr: as ranked, but unlike each other. coverage+mmr: both.
         * service: by a reranker of the workspace. model: by grades that a chat model gives.
         */
        method: z.enum(['coverage', 'mmr', 'coverage+mmr', 'service', 'model']).default('coverage'),
        /** Alias of a profile; for service one with `"use": "rerank"`, for model one of a chat model. */
        profile: z.string().min(1).max(64).optional(),
        /** Chunks to keep. */
        topK: z.int().min(1).max(200).default(8),
        /** For service and model: at most so many are looked at, the first ones to arrive; the others are left out. */
        candidates: z.int().min(1).max(1000).default(100),
        /** For mmr: 1 looks at relevance alone, 0 at difference alone. */
        lambda: z.number().min(0).max(1).default(0.9),
        /** For coverage: how much the order of arrival counts, 0 … 1. */
        prior: z.number().min(0).max(1).default(0.35),
        /** For model: passages in one question. */
        window: z.int().min(1).max(100).default(20),
        /** For model: characters of a passage that it sees. */
        maxChars: z.int().min(100).max(20_000).default(2000),
        /** For model: how often to ask again when the answer does not fit. */
        reasks: z.int().min(0).max(5).default(1),
      })
      .refine(({ method, profile }) => !asking.includes(method) || profile !== undefined, {
        path: ['profile'],
        message: 'With `method: service` or `model` a profile is needed.',
      }),
  ),
  inputs: {
    query: { type: 'text', required: true },
    chunks: {
      type: 'chunks',
      many: true,
      required: true,
      help: 'Several lists are fused by rank: their scores cannot be compared.',
    },
  },
  outputs: {
    chunks: { type: 'chunks', help: 'Best first, with scores by each method.' },
    usage: { type: 'json', help: 'Tokens and cost; silent where nobody was asked.' },
  },
  retrieval: 'rank',
  needs: ['model', 'reranker'],
  effect: 'read',
  reads: ({ method, profile }) =>
    asking.includes(method) && profile !== undefined ? [{ kind: 'profile', name: profile }] : [],
  form: {
    method: { widget: 'select', label: 'Method' },
    profile: { widget: 'profile', label: 'Reranker or model' },
    topK: { widget: 'slider', label: 'Keep', unit: 'chunks' },
    candidates: { widget: 'number', label: 'Look at', unit: 'chunks' },
    lambda: { widget: 'slider', label: 'Relevance over difference' },
    prior: { widget: 'slider', label: 'Trust in the order of arrival' },
    window: { widget: 'number', label: 'Passages in one question', group: 'Model' },
    maxChars: { widget: 'number', label: 'Longest passage', unit: 'characters', group: 'Model' },
    reasks: { widget: 'number', label: 'Ask again', unit: 'times', group: 'Model' },
  },
  examples: [
    { title: 'Default', config: {} },
    { title: 'The best five, unlike each other', config: { method: 'coverage+mmr', topK: 5 } },
    { title: 'By a service', config: { method: 'service', profile: 'reranker', topK: 5 } },
    { title: 'By a model', config: { method: 'model', profile: 'fast', candidates: 30, topK: 5 } },
  ],
});
