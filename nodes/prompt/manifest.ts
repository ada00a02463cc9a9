import * as z from 'zod';
import { defineNode, later, type Ports } from '../../app/core/nodekit/index.ts';

const VariableName = later(() => z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/));

export const prompt = defineNode({
  type: 'prompt',
  version: 1,
  family: 'model',
  title: 'Prompt',
  summary: 'Fills a prompt file or templates written here with values and gives chat messages.',
  icon: 'message-square-text',
  config: later(() =>
    z
      .strictObject({
        /** Alias of a prompt file of the workflow. */
        prompt: z.string().min(1).max(64).optional(),
        /** Or the messages themselves, each a Liquid template. */
        messages: z
          .array(
            z.strictObject({ role: z.enum(['system', 'user', 'assistant']), template: z.string().min(1).max(200_000) }),
          )
          .min(1)
          .max(100)
          .optional(),
        /** Each becomes an input port of this name. */
        variables: z
          .array(VariableName)
          .max(64)
          .refine((names) => !names.includes('history'), 'The name history belongs to a fixed input.')
          .default([]),
        /** Values for variables without a wire; one without a default needs its wire. */
        defaults: z.record(VariableName, z.json()).default({}),
      })
      .refine((config) => (config.prompt === undefined) !== (config.messages === undefined), {
        message: 'Give either `prompt` (the alias of a prompt file) or `messages`, one of the two.',
      }),
  ),
  inputs: {
    history: { type: 'messages', help: 'An earlier conversation: stands behind the system messages at the beginning.' },
  },
  outputs: {
    messages: { type: 'messages', help: 'For a model.' },
    text: { type: 'text', help: 'The same as one text.' },
  },
  ports: ({ variables, defaults }) => ({
    inputs: Object.fromEntries(
      variables.map((name) => [name, { type: 'any', required: !Object.hasOwn(defaults, name) }]),
    ) satisfies Ports,
  }),
  needs: [],
  effect: 'pure',
  reads: (config) => (config.prompt === undefined ? [] : [{ kind: 'prompt', name: config.prompt }]),
  form: {
    prompt: { widget: 'prompt', label: 'Prompt file' },
    messages: { widget: 'template', label: 'Messages' },
    variables: { widget: 'list', label: 'Variables', help: 'Each becomes an input port.' },
    defaults: { widget: 'map', label: 'Defaults' },
  },
  examples: [
    { title: 'A prompt file', config: { prompt: 'answer', variables: ['question', 'context'] } },
    {
      title: 'Messages in place',
      config: {
        messages: [
          { role: 'system', template: 'You translate into {{ language }}.' },
          { role: 'user', template: '{{ text }}' },
        ],
        variables: ['text', 'language'],
        defaults: { language: 'English' },
      },
    },
  ],
});
