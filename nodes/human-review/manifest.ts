import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const humanReview = defineNode({
  type: 'human-review',
  version: 1,
  family: 'check',
  title: 'Human review',
  summary: 'Waits for a person to decide, for as long as it takes.',
  icon: 'user-check',
  config: later(() =>
    z.strictObject({
      title: z.string().min(1).max(200).default('Please review'),
      /** What the person can choose. */
      actions: z
        .array(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/))
        .min(1)
        .max(10)
        .refine((actions) => new Set(actions).size === actions.length, 'An action stands twice.')
        .default(['approve', 'edit', 'reject']),
      /** JSON Schema of an object: the fields that the person fills in. */
      form: z.record(z.string(), z.json()).optional(),
      timeout: z
        .strictObject({
          ms: z.int().min(1000).max(31_536_000_000),
          /** fail: the step fails. reject: as if rejected. port: the payload leaves by the output `expired`. */
          onTimeout: z.enum(['fail', 'reject', 'port']).default('fail'),
        })
        .optional(),
    }),
  ),
  inputs: {
    payload: { type: 'any', required: true, help: 'What the person sees and decides on.' },
    reason: { type: 'text', help: 'Why a person is asked.' },
  },
  outputs: {
    approved: { type: 'any', help: 'The payload, as edited, when it was approved or edited.' },
    rejected: { type: 'any', help: 'The payload when it was rejected.' },
    decision: { type: 'decision', help: 'The action, the filled-in fields, by whom and when.' },
    expired: { type: 'any', help: 'The payload when nobody decided in time.' },
  },
  needs: ['waits'],
  effect: 'write',
  form: {
    title: { widget: 'text', label: 'Title' },
    actions: { widget: 'list', label: 'Actions' },
    form: { widget: 'schema', label: 'Fields to fill in' },
    timeout: { widget: 'json', label: 'Time limit' },
  },
  examples: [
    { title: 'Approve, edit or reject', config: { title: 'Answer to a customer' } },
    {
      title: 'With a grade, for a day at most',
      config: {
        actions: ['approve', 'reject'],
        form: {
          type: 'object',
          properties: { grade: { type: 'integer', minimum: 1, maximum: 5 } },
          required: ['grade'],
        },
        timeout: { ms: 86_400_000, onTimeout: 'reject' },
      },
    },
  ],
});
