import * as z from 'zod';
import { defineNode, later, valuePort, variableNames, variablePorts } from '../../app/core/nodekit/index.ts';

export const log = defineNode({
  type: 'log',
  version: 1,
  family: 'io',
  title: 'Log',
  summary: 'Writes an entry into the log of the run and passes the value on.',
  icon: 'scroll-text',
  config: later(() =>
    z.strictObject({
      level: z.enum(['debug', 'info', 'warning', 'error']).default('info'),
      message: z.string().min(1).max(20_000).describe('A template: {{ value }} and the variables.'),
      /** Whether the values are kept beside the message, for programs. */
      data: z.boolean().default(true),
      /** Further names for the message, each an input. */
      variables: variableNames(['value']),
    }),
  ),
  inputs: { value: { type: 'any' } },
  outputs: { value: { type: 'any', help: 'The same value.' } },
  ports: ({ message, variables }) => ({ inputs: { ...valuePort(message), ...variablePorts(variables) } }),
  needs: ['log'],
  effect: 'pure',
  form: {
    level: { widget: 'select', label: 'Level' },
    message: { widget: 'template', label: 'Message' },
    data: { widget: 'toggle', label: 'Keep the values too' },
    variables: { widget: 'list', label: 'Variables' },
  },
  examples: [
    { title: 'What was asked', config: { message: 'asked: {{ value }}' } },
    {
      title: 'A doubtful answer',
      config: {
        level: 'warning',
        message: 'confidence {{ confidence.score }}',
        variables: ['confidence'],
        data: false,
      },
    },
  ],
});
