import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const cache = defineNode({
  type: 'cache',
  version: 1,
  family: 'logic',
  title: 'Cache',
  summary: 'Runs the nodes inside it only when it has no fresh result for the same key.',
  icon: 'database-zap',
  config: later(() =>
    z.strictObject({
      ttlMs: z
        .int()
        .min(1)
        .max(31_536_000_000)
        .default(86_400_000)
        .describe('How long a result stays fresh, milliseconds.'),
      namespace: z.string().max(200).default('').describe('Change it to start with an empty cache.'),
    }),
  ),
  inputs: { key: { type: 'any', required: true, help: 'All that the result depends on; compared exactly.' } },
  outputs: {
    value: { type: 'any' },
    hit: { type: 'boolean' },
    info: { type: 'json', help: 'key: a preview of its hash; hit; ageMs: how old the result is.' },
  },
  body: { sources: { key: { type: 'any' } }, sinks: { value: { type: 'any' } } },
  needs: ['body', 'cache', 'clock'],
  effect: 'write',
  form: {
    ttlMs: { widget: 'number', label: 'Fresh for', unit: 'ms' },
    namespace: { widget: 'text', label: 'Namespace' },
  },
  examples: [
    { title: 'For a day', config: {} },
    { title: 'For ten minutes', config: { ttlMs: 600_000 } },
  ],
});
