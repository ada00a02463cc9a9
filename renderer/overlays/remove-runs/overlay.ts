import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

/** Opened with the ids of runs. */
export const overlay = defineOverlay({
  id: 'remove-runs',
  component: lazy(async () => ({ default: (await import('./remove-runs-dialog.tsx')).RemoveRunsDialog })),
});
