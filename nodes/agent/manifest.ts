import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const agent = defineNode({
  type: 'agent',
  version: 1,
  family: 'model',
  title: 'Agent',
  summary: 'Lets a model reach its answer by calling the tools inside, within bounds and under approval.',
  icon: 'bot',
  config: later(() =>
    z.strictObject({
      /** Alias of a model profile whose model can call tools. */
      profile: z.string().min(1).max(64),
      instructions: z.string().max(50_000).default('').describe('Told to the model before everything else.'),
      temperature: z.number().min(0).max(2).optional(),
      /** Tokens that each of its answers may have at most. */
      maxTokens: z.int().min(1).max(1_000_000).optional(),
      maxTurns: z.int().min(1).max(100).default(10).describe('How often the model is asked.'),
      maxCalls: z.int().min(1).max(500).default(30).describe('Tool calls in all; further ones are refused.'),
      /** No turn begins once model and tools have cost so much. */
      maxCostUsd: z.number().gt(0).max(1_000_000).optional(),
      /** No turn begins after so long, milliseconds; the time of approvals counts. */
      timeoutMs: z.int().min(1).max(31_536_000_000).optional(),
      onBound: z
        .enum(['answer', 'stop', 'fail'])
        .default('answer')
        .describe('answer: in the last turn the model gets no tools and must answer. stop: end with what there is.'),
      parallel: z.int().min(1).max(64).default(4).describe('Calls of one turn that run at the same time.'),
      untrusted: z
        .enum(['ask', 'refuse'])
        .default('ask')
        .describe('A call with effects once text of others is in the context: ask a person, or refuse it.'),
      untrustedInput: z
        .boolean()
        .default(false)
        .describe('What the agent is asked was itself written by others (a mail, a ticket).'),
      approvalTimeoutMs: z
        .int()
        .min(1000)
        .max(31_536_000_000)
        .optional()
        .describe('How long a person has to approve a call; then it counts as rejected.'),
      /** Characters of one tool result that the model is given; the rest is cut off, and it is told so. */
      maxResult: z.int().min(100).max(1_000_000).default(20_000),
      streaming: z.boolean().default(true),
    }),
  ),
  inputs: {
    task: { type: 'text', help: 'What is to be done: the last message of the user.' },
    messages: { type: 'messages', help: 'A conversation to go on with, or a rendered prompt.' },
  },
  outputs: {
    text: { type: 'text', help: 'The answer; silent when a bound came first and onBound is “stop”.' },
    messages: { type: 'messages', help: 'The conversation, calls and results included.' },
    calls: { type: 'list', help: 'Each call: turn, tool, arguments, verdict, and what it cost.' },
    info: { type: 'json', help: 'turns, calls, why it ended, costUsd, whether text of others was in the context.' },
    usage: { type: 'json', help: 'Tokens and cost of the model over all turns.' },
  },
  body: { sources: {}, sinks: {}, tools: true },
  needs: ['model', 'tools', 'waits', 'clock'],
  effect: 'read',
  reads: ({ profile }) => [{ kind: 'profile', name: profile }],
  form: {
    profile: { widget: 'profile', label: 'Model' },
    instructions: { widget: 'textarea', label: 'Instructions', code: true },
    temperature: { widget: 'slider', label: 'Temperature', group: 'Parameters' },
    maxTokens: { widget: 'number', label: 'Longest answer', unit: 'tokens', group: 'Parameters' },
    streaming: { widget: 'toggle', label: 'Stream', group: 'Parameters' },
    maxTurns: { widget: 'number', label: 'Turns at most', group: 'Bounds' },
    maxCalls: { widget: 'number', label: 'Calls at most', group: 'Bounds' },
    maxCostUsd: { widget: 'number', label: 'Cost at most', unit: 'USD', group: 'Bounds' },
    timeoutMs: { widget: 'number', label: 'Time at most', unit: 'ms', group: 'Bounds' },
    onBound: { widget: 'select', label: 'At a bound', group: 'Bounds' },
    parallel: { widget: 'number', label: 'Calls at once', group: 'Tools' },
    maxResult: { widget: 'number', label: 'Longest result', unit: 'characters', group: 'Tools' },
    untrusted: { widget: 'select', label: 'After text of others', group: 'Safety' },
    untrustedInput: { widget: 'toggle', label: 'The task is text of others', group: 'Safety' },
    approvalTimeoutMs: { widget: 'number', label: 'Time to approve', unit: 'ms', group: 'Safety' },
  },
  examples: [
    { title: 'Ten turns, at most half a dollar', config: { profile: 'smart', maxCostUsd: 0.5 } },
    {
      title: 'Never acts on what it has read',
      config: { profile: 'smart', instructions: 'You answer questions of customers.', untrusted: 'refuse' },
    },
  ],
});
