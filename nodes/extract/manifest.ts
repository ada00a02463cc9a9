import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const extract = defineNode({
  type: 'extract',
  version: 1,
  family: 'model',
  title: 'Extract',
  summary: 'Reads fields by a JSON Schema out of texts and documents, each led back to the words it comes from.',
  config: later(() =>
    z.strictObject({
      /** Alias of a model profile. */
      profile: z.string().min(1).max(64),
      /** JSON Schema of what is read: of the whole value, or with mode list of each item. */
      schema: z.record(z.string(), z.json()),
      /** one: one value for everything that is wired in. list: as many items as the text holds. */
      mode: z.enum(['one', 'list']).default('one'),
      /** What the model should know besides: plain text, no template. */
      instructions: z.string().max(10_000).default(''),
      /** Have the model name the words that each field comes from, and look them up in the source. */
      cite: z.boolean().default(true),
      /** What happens with a field whose words do not stand in the source: kept and marked, or asked for again. */
      onUncited: z.enum(['keep', 'reask']).default('keep'),
      /** Longer texts are read in parts of so many tokens; 0 reads each whole. */
      partTokens: z.int().min(0).max(200_000).default(0),
      /** Tokens that a part shares with the one before it. */
      overlapTokens: z.int().min(0).max(20_000).default(100),
      /** For list: fields that tell items apart; items that are equal in them become one. */
      key: z.array(z.string().min(1).max(200)).max(20).default([]),
      /** Parts that are asked about at the same time. */
      concurrency: z.int().min(1).max(32).default(4),
      /** More parts than this are an error. */
      maxParts: z.int().min(1).max(1_000).default(100),
      temperature: z.number().min(0).max(2).default(0),
      maxTokens: z.int().min(1).max(1_000_000).optional(),
      /** Mend small faults of JSON instead of asking again. */
      repair: z.boolean().default(true),
      /** How often to ask again when an answer does not fit. */
      reasks: z.int().min(0).max(5).default(2),
    }),
  ),
  inputs: {
    source: { type: 'any', required: true, help: 'A text, a document, a chunk, a context, or a list of those.' },
  },
  outputs: {
    value: { type: 'json', help: 'What was read: a value that fits the schema, or the list of them.' },
    fields: {
      type: 'list',
      help: 'Each field with its place: { item?, field, value, found, quote?, start?, file?, page? … }.',
    },
    issues: { type: 'list', help: 'Fields whose words were not found, and parts that disagree.' },
    usage: { type: 'json', help: 'Tokens and cost over all tries and parts.' },
  },
  needs: ['model', 'tokenizer'],
  effect: 'read',
  reads: ({ profile }) => [{ kind: 'profile', name: profile }],
  form: {
    profile: { widget: 'profile', label: 'Model' },
    schema: { widget: 'schema', label: 'JSON Schema' },
    mode: { widget: 'select', label: 'Read' },
    instructions: { widget: 'textarea', label: 'Instructions' },
    cite: { widget: 'toggle', label: 'Cite' },
    onUncited: { widget: 'select', label: 'Words that are not in the source' },
    partTokens: { widget: 'number', label: 'Part', unit: 'tokens', group: 'Long texts' },
    overlapTokens: { widget: 'number', label: 'Overlap', unit: 'tokens', group: 'Long texts' },
    key: { widget: 'list', label: 'Key', help: 'Fields that tell items apart.', group: 'Long texts' },
    concurrency: { widget: 'number', label: 'At the same time', unit: 'parts', group: 'Long texts' },
    maxParts: { widget: 'number', label: 'Most parts', group: 'Long texts' },
    temperature: { widget: 'slider', label: 'Temperature', group: 'Parameters' },
    maxTokens: { widget: 'number', label: 'Longest answer', unit: 'tokens', group: 'Parameters' },
    repair: { widget: 'toggle', label: 'Mend JSON', group: 'Parameters' },
    reasks: { widget: 'number', label: 'Ask again', unit: 'times', group: 'Parameters' },
  },
  examples: [
    {
      title: 'An invoice',
      config: {
        profile: 'fast',
        schema: {
          type: 'object',
          properties: {
            number: { type: 'string' },
            total: { type: 'number' },
            due: { type: ['string', 'null'], description: 'as YYYY-MM-DD' },
          },
          required: ['number', 'total', 'due'],
          additionalProperties: false,
        },
      },
    },
    {
      title: 'Every person of long documents',
      config: {
        profile: 'fast',
        mode: 'list',
        partTokens: 2000,
        key: ['name'],
        schema: {
          type: 'object',
          properties: { name: { type: 'string' }, role: { type: ['string', 'null'] } },
          required: ['name', 'role'],
          additionalProperties: false,
        },
      },
    },
  ],
});
