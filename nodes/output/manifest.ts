import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const output = defineNode({
  type: 'output',
  version: 1,
  family: 'io',
  title: 'Output',
  summary: 'Gives a value out as a result of the workflow.',
  icon: 'arrow-right-to-line',
  config: later(() =>
    z.strictObject({
      name: z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/)
        .describe('Name of the output, as the workflow declares it under `outputs`.'),
    }),
  ),
  inputs: { value: { type: 'any', required: true } },
  outputs: { value: { type: 'any', help: 'The same value, to go on with.' } },
  needs: [],
  effect: 'pure',
  workflowPort: ({ name }) => ({ direction: 'output', name }),
  form: { name: { widget: 'text', label: 'Name' } },
  examples: [{ title: 'The answer', config: { name: 'answer' } }],
});
