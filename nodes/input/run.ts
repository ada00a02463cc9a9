import type { Run } from '../../app/core/nodekit/index.ts';
import type { input } from './manifest.ts';

export const run: Run<typeof input> = ({ config }, { cap }) => ({ value: cap.workflow.input(config.name) });
