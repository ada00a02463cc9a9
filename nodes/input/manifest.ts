import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const input = defineNode({
  type: 'input',
  version: 1,
  family: 'io',
  title: 'Input',
  summary: 'Brings a value that the run was started with into the graph.',
  icon: 'arrow-right-from-line',
  config: later(() =>
    z.strictObject({
      name: z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/)
        .describe('Name of the input, as the workflow declares it under `inputs`.'),
    }),
  ),
  inputs: {},
  outputs: { value: { type: 'any', help: 'Silent when the input is optional and was not given.' } },
  needs: ['workflow'],
  effect: 'pure',
  workflowPort: ({ name }) => ({ direction: 'input', name }),
  form: { name: { widget: 'text', label: 'Name' } },
  examples: [{ title: 'The question', config: { name: 'question' } }],
});
