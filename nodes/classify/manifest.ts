import * as z from 'zod';
import { defineNode, later, type Ports } from '../../app/core/nodekit/index.ts';

/** Names that the fixed outputs have. */
const taken = ['label', 'labels', 'confidence', 'usage', 'other', 'error'];

export const classify = defineNode({
  type: 'classify',
  version: 1,
  family: 'model',
  title: 'Classify',
  summary: 'Puts a text under one or more labels and sends it on by them.',
  config: later(() =>
    z
      .strictObject({
        labels: z
          .array(
            z.strictObject({
              /** Also the name of its output. */
              name: z
                .string()
                .regex(
                  /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
                  'A label begins with a letter and holds letters, digits and underscores.',
                )
                .refine((name) => !taken.includes(name), `No label can be called ${taken.join(', ')}.`),
              /** What belongs under it. */
              description: z.string().max(2_000).default(''),
              /** Texts that do. */
              examples: z.array(z.string().min(1).max(5_000)).max(50).default([]),
            }),
          )
          .min(1)
          .max(50)
          .refine((labels) => new Set(labels.map(({ name }) => name)).size === labels.length, 'A label stands twice.'),
        /** single: the best label. multi: every one that fits. */
        mode: z.enum(['single', 'multi']).default('single'),
        /** model: asks a model. words: the built-in baseline, which compares words and knows no meanings. */
        method: z.enum(['model', 'words']).default('model'),
        /** Alias of a model profile; for model. */
        profile: z.string().min(1).max(64).optional(),
        /** What the model should know besides: plain text, no template. */
        instructions: z.string().max(10_000).default(''),
        /** Labels less sure than this do not count. */
        threshold: z.number().min(0).max(1).optional(),
        /** Whether there is an output for what fits no label. */
        other: z.boolean().default(true),
        temperature: z.number().min(0).max(2).default(0),
        /** How often to ask again when the answer does not fit. */
        reasks: z.int().min(0).max(5).default(2),
      })
      .refine((config) => config.method !== 'model' || config.profile !== undefined, {
        path: ['profile'],
        message: 'With `method: model` a profile is needed.',
      }),
  ),
  inputs: { value: { type: 'any', required: true, help: 'A text, a document, or anything else as its JSON.' } },
  outputs: {
    label: { type: 'text', help: 'The best label, or other.' },
    labels: { type: 'list', help: 'Those that count, the best first: { label, confidence }.' },
    confidence: { type: 'number', help: 'Of the best label, 0 to 1; no probability.' },
    usage: { type: 'json', help: 'Tokens and cost over all tries; silent for words.' },
  },
  ports: ({ labels, other }) => ({
    outputs: Object.fromEntries(
      [...labels.map(({ name }) => name), ...(other ? ['other'] : [])].map((name) => [
        name,
        { type: 'any', help: 'The value, unchanged, when it is under this label.' },
      ]),
    ) as Ports,
  }),
  needs: ['model'],
  effect: 'read',
  reads: ({ method, profile }) =>
    method === 'model' && profile !== undefined ? [{ kind: 'profile', name: profile }] : [],
  form: {
    labels: { widget: 'list', label: 'Labels', help: 'Each has an output of its name.' },
    mode: { widget: 'select', label: 'Labels of a text' },
    method: { widget: 'select', label: 'By' },
    profile: { widget: 'profile', label: 'Model' },
    instructions: { widget: 'textarea', label: 'Instructions' },
    threshold: { widget: 'slider', label: 'At least so sure' },
    other: { widget: 'toggle', label: 'Output for the rest' },
    temperature: { widget: 'slider', label: 'Temperature', group: 'Parameters' },
    reasks: { widget: 'number', label: 'Ask again', unit: 'times', group: 'Parameters' },
  },
  examples: [
    {
      title: 'Tickets by topic',
      config: {
        profile: 'fast',
        labels: [
          { name: 'billing', description: 'Invoices, payments, refunds.' },
          { name: 'shipping', description: 'Where a parcel is, damage, returns.' },
        ],
      },
    },
    {
      title: 'Without a model',
      config: {
        method: 'words',
        threshold: 0.1,
        labels: [
          { name: 'hours', description: 'When is it open', examples: ['Are you open on Sundays?'] },
          { name: 'prices', description: 'What does it cost', examples: ['How much is a day ticket?'] },
        ],
      },
    },
  ],
});
