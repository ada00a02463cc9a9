import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

const weight = later(() => z.number().min(0).max(100));

export const confidence = defineNode({
  type: 'confidence',
  version: 1,
  family: 'check',
  title: 'Confidence',
  summary: 'Says from 0 to 1 how far an answer can be relied on, by retrieval, support and validation: uncalibrated.',
  icon: 'gauge',
  config: later(() =>
    z.strictObject({
      /** How much each part counts; parts without data are left out. */
      weights: z
        .strictObject({
          /** How far the best chunk stands out from the next ones. */
          margin: weight.default(1),
          /** How much of the query the best chunk covers (after a reranker). */
          relevance: weight.default(1),
          /** Share of the answer's content words that stand in the chunks it cites. */
          support: weight.default(2),
          /** The validator's verdict. */
          validation: weight.default(1),
        })
        .prefault({}),
    }),
  ),
  inputs: {
    chunks: { type: 'chunks', help: 'As ranked; the chunks of the context serve when nothing is wired here.' },
    context: { type: 'context' },
    answer: { type: 'answer' },
    verdict: { type: 'verdict' },
  },
  outputs: {
    confidence: { type: 'confidence', help: 'Score, parts and reasons. Never calibrated: not a probability.' },
    score: { type: 'number', help: 'The score alone, for a router.' },
  },
  needs: [],
  effect: 'pure',
  form: { weights: { widget: 'json', label: 'Weights' } },
  examples: [
    { title: 'Default', config: {} },
    { title: 'Support alone', config: { weights: { margin: 0, relevance: 0, validation: 0 } } },
  ],
});
