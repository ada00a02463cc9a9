import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const model = defineNode({
  type: 'model',
  version: 1,
  family: 'model',
  title: 'Model',
  summary: 'Asks a language model and gives its answer as text, JSON and citations led back to their sources.',
  icon: 'bot',
  config: later(() =>
    z.strictObject({
      /** Alias of a model profile. */
      profile: z.string().min(1).max(64),
      temperature: z.number().min(0).max(2).optional(),
      /** Tokens that the answer may have at most. */
      maxTokens: z.int().min(1).max(1_000_000).optional(),
      topP: z.number().min(0).max(1).optional(),
      seed: z.int().optional(),
      stop: z.array(z.string().min(1).max(200)).max(16).default([]),
      /** JSON Schema that the answer must fit; null for plain text. */
      schema: z.record(z.string(), z.json()).nullable().default(null),
      /** Mend small faults of JSON (fences, trailing commas) instead of asking again. */
      repair: z.boolean().default(true),
      /** Show the answer while it comes. */
      streaming: z.boolean().default(true),
      /** How often to ask again when the answer is empty, no JSON or does not fit the schema. */
      reasks: z.int().min(0).max(5).default(2),
      /** markers: `[1]` in the text. json: the answer is { answer, citations }. none: do not look for any. */
      citations: z.enum(['markers', 'json', 'none']).default('markers'),
    }),
  ),
  inputs: {
    messages: { type: 'messages', required: true },
    context: { type: 'context', help: 'What the prompt was built from: citations are resolved against it.' },
    question: { type: 'text', help: 'The bare question, for built-in readers that answer from the context.' },
  },
  outputs: {
    text: { type: 'text', help: 'The answer as the model wrote it.' },
    json: { type: 'json', help: 'The parsed answer; silent without a schema.' },
    answer: { type: 'answer', help: 'Text, resolved citations and whether the model abstained.' },
    usage: { type: 'json', help: 'Tokens and cost over all tries, and how many there were.' },
    messages: { type: 'messages', help: 'The conversation with the answer at its end.' },
  },
  needs: ['model'],
  effect: 'read',
  reads: ({ profile }) => [{ kind: 'profile', name: profile }],
  form: {
    profile: { widget: 'profile', label: 'Model' },
    temperature: { widget: 'slider', label: 'Temperature', group: 'Parameters' },
    maxTokens: { widget: 'number', label: 'Longest answer', unit: 'tokens', group: 'Parameters' },
    topP: { widget: 'slider', label: 'Top p', group: 'Parameters' },
    seed: { widget: 'number', label: 'Seed', group: 'Parameters' },
    stop: { widget: 'list', label: 'Stop texts', group: 'Parameters' },
    schema: { widget: 'schema', label: 'JSON Schema', group: 'Output' },
    repair: { widget: 'toggle', label: 'Mend JSON', group: 'Output' },
    citations: { widget: 'select', label: 'Citations', group: 'Output' },
    reasks: { widget: 'number', label: 'Ask again', unit: 'times', group: 'Output' },
    streaming: { widget: 'toggle', label: 'Stream' },
  },
  examples: [
    { title: 'An answer with citations', config: { profile: 'reader' } },
    {
      title: 'A classification as JSON',
      config: {
        profile: 'fast',
        temperature: 0,
        citations: 'none',
        schema: {
          type: 'object',
          properties: { label: { enum: ['bug', 'question'] } },
          required: ['label'],
          additionalProperties: false,
        },
      },
    },
  ],
});
