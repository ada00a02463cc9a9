import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const merge = defineNode({
  type: 'merge',
  version: 1,
  family: 'logic',
  title: 'Merge',
  summary: 'Brings several branches together.',
  icon: 'combine',
  config: later(() =>
    z.strictObject({
      mode: z
        .enum(['all', 'any', 'first'])
        .default('all')
        .describe(
          'all: the list of what arrived. any: one value, by the order of the wires. first: whichever comes first.',
        ),
    }),
  ),
  inputs: { values: { type: 'any', many: true, required: true } },
  outputs: { value: { type: 'any' } },
  join: ({ mode }) => (mode === 'first' ? 'race' : 'all'),
  needs: [],
  effect: 'pure',
  form: { mode: { widget: 'select', label: 'Mode' } },
  examples: [
    { title: 'Gather results of parallel steps', config: { mode: 'all' } },
    { title: 'Go on with the branch that was taken', config: { mode: 'any' } },
    { title: 'Go on with the fastest', config: { mode: 'first' } },
  ],
});
