import type { Run } from '../../app/core/nodekit/index.ts';
import type { merge } from './manifest.ts';

export const run: Run<typeof merge> = ({ config, inputs }, { detail }) => {
  detail({ arrived: inputs.values.length });
  return { value: config.mode === 'all' ? inputs.values : inputs.values[0] };
};
