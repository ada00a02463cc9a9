import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const map = defineNode({
  type: 'map',
  version: 1,
  family: 'logic',
  title: 'Map',
  summary: 'Runs the nodes inside it once for each item of a list.',
  icon: 'rows',
  config: later(() =>
    z.strictObject({
      concurrency: z.int().min(1).max(256).default(8).describe('Items that are worked on at the same time.'),
      onItemError: z
        .enum(['fail', 'collect'])
        .default('fail')
        .describe('Stop at the first error, or go on and list errors.'),
      onSilent: z.enum(['drop', 'null']).default('drop').describe('What stands for an item without a result.'),
    }),
  ),
  inputs: { items: { type: 'list', required: true } },
  outputs: {
    results: { type: 'list', help: 'In the order of the items, whatever the order they were finished in.' },
    errors: { type: 'list', help: 'One entry for each item that failed: index, code, message.' },
  },
  body: {
    sources: { item: { type: 'any' }, index: { type: 'number', help: 'Counted from 0.' } },
    sinks: { result: { type: 'any' } },
  },
  needs: ['body'],
  effect: 'pure',
  form: {
    concurrency: { widget: 'number', label: 'At the same time' },
    onItemError: { widget: 'select', label: 'When an item fails' },
    onSilent: { widget: 'select', label: 'When an item gives nothing' },
  },
  examples: [
    { title: 'One after the other', config: { concurrency: 1 } },
    { title: 'Keep going, keep places', config: { onItemError: 'collect', onSilent: 'null' } },
  ],
});
