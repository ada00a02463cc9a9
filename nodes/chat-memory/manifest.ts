import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const chatMemory = defineNode({
  type: 'chat-memory',
  version: 1,
  family: 'model',
  title: 'Chat memory',
  summary: 'Gives the nodes inside it what was said in a session before, and keeps what is said now.',
  icon: 'message-square-text',
  config: later(() =>
    z
      .strictObject({
        /** Workflows that name the same space share its sessions. */
        space: z
          .string()
          .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'A name of letters, digits, hyphens and underscores.')
          .default('chat'),
        /** The last turns that are given word for word. */
        turns: z.int().min(0).max(200).default(10),
        /** Tokens that they may have together, by our counter. */
        tokens: z.int().min(0).max(1_000_000).default(4000),
        /** What becomes of older ones. drop: they are not given. summary: a model sums them up. */
        older: z.enum(['drop', 'summary']).default('drop'),
        /** Alias of a model profile; for summary. */
        profile: z.string().min(1).max(64).optional(),
        /** Tokens that a summary may have. */
        summaryTokens: z.int().min(50).max(8000).default(400),
      })
      .refine(({ older, profile }) => older !== 'summary' || profile !== undefined, {
        path: ['profile'],
        message: 'With `older: summary` a profile is needed.',
      }),
  ),
  inputs: {
    session: { type: 'text', required: true, help: 'Who talks: the same text, the same conversation.' },
    message: { type: 'text', required: true, help: 'What is said now.' },
  },
  outputs: {
    reply: { type: 'text', help: 'What was answered; silent when the body gave none.' },
    value: { type: 'any', help: 'What else the body handed out.' },
    messages: { type: 'messages', help: 'The conversation as it was given, with this turn at its end.' },
    info: { type: 'json', help: 'Which turn this is; how many were given, dropped, summed up.' },
  },
  body: {
    sources: {
      message: { type: 'text' },
      history: { type: 'messages', help: 'The summary, if there is one, and the last turns; for a prompt.' },
    },
    sinks: {
      reply: { type: 'text', help: 'Kept as the answer of this turn; when silent, nothing is kept.' },
      value: { type: 'any', help: 'Handed out, and not kept.' },
    },
  },
  keepsSession: { input: 'session', space: ({ space }) => space },
  needs: ['body', 'memory', 'model', 'tokenizer'],
  effect: 'write',
  reads: ({ older, profile }) =>
    older === 'summary' && profile !== undefined ? [{ kind: 'profile', name: profile }] : [],
  form: {
    space: { widget: 'text', label: 'Space' },
    turns: { widget: 'slider', label: 'Turns word for word' },
    tokens: { widget: 'number', label: 'At most', unit: 'tokens' },
    older: { widget: 'select', label: 'Older turns' },
    profile: { widget: 'profile', label: 'Model that sums up', group: 'Summary' },
    summaryTokens: { widget: 'number', label: 'Longest summary', unit: 'tokens', group: 'Summary' },
  },
  examples: [
    { title: 'The last ten turns', config: {} },
    { title: 'Long conversations', config: { turns: 12, older: 'summary', profile: 'fast' } },
  ],
});
