import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const context = defineNode({
  type: 'context',
  version: 1,
  family: 'retrieve',
  title: 'Context',
  summary: 'Packs chunks into a token budget for a prompt and marks each one so that answers can cite it.',
  icon: 'layers',
  config: later(() =>
    z.strictObject({
      /** Tokens that the text may have at most. */
      budgetTokens: z.int().min(1).max(1_000_000).default(2000),
      /** rank: best first. source: by file and place in it. */
      order: z.enum(['rank', 'source']).default('rank'),
      /** Leave out chunks that say almost the same as a better one. */
      dedupe: z.boolean().default(true),
      /** Make one piece of chunks that overlap or touch in their document. */
      expand: z.enum(['none', 'join']).default('none'),
    }),
  ),
  inputs: { chunks: { type: 'chunks', many: true, required: true, help: 'Ranked lists; several are fused by rank.' } },
  outputs: {
    context: { type: 'context', help: 'Text, marked chunks and what was left out.' },
    text: { type: 'text', help: 'For a template: each chunk after a line [marker] file:line.' },
    chunks: { type: 'chunks', help: 'The chunks that fitted, in the order of the text.' },
  },
  retrieval: 'pack',
  needs: ['tokenizer'],
  effect: 'pure',
  form: {
    budgetTokens: { widget: 'number', label: 'Budget', unit: 'tokens' },
    order: { widget: 'select', label: 'Order' },
    dedupe: { widget: 'toggle', label: 'Leave out near-duplicates' },
    expand: { widget: 'select', label: 'Overlapping chunks' },
  },
  examples: [
    { title: 'Default', config: {} },
    { title: 'A small window, in reading order', config: { budgetTokens: 800, order: 'source', expand: 'join' } },
  ],
});
