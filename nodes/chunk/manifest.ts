import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const chunk = defineNode({
  type: 'chunk',
  version: 1,
  family: 'ingest',
  title: 'Chunk',
  summary: 'Cuts documents into chunks by their type, each with its exact place in the source.',
  icon: 'scissors',
  config: later(() =>
    z.strictObject({
      /** Tokens that a chunk may have at most. */
      size: z.int().min(16).max(8192).default(320),
      /** Tokens of the text before it that a chunk repeats; at most half the size counts. */
      overlap: z.int().min(0).max(2048).default(40),
    }),
  ),
  inputs: { documents: { type: 'documents', required: true } },
  outputs: { chunks: { type: 'chunks', help: 'In the order of the documents and of their text.' } },
  needs: ['tokenizer'],
  effect: 'pure',
  form: {
    size: { widget: 'number', label: 'Size', unit: 'tokens' },
    overlap: {
      widget: 'number',
      label: 'Overlap',
      unit: 'tokens',
      help: 'Only where a cut parts what belongs together.',
    },
  },
  examples: [
    { title: 'Default', config: {} },
    { title: 'Small chunks for short facts', config: { size: 120, overlap: 0 } },
  ],
});
