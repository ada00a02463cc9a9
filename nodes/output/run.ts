import type { Run } from '../../app/core/nodekit/index.ts';
import type { output } from './manifest.ts';

export const run: Run<typeof output> = ({ inputs }) => ({ value: inputs.value });
