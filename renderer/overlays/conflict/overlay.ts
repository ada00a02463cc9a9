import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'conflict',
  component: lazy(async () => ({ default: (await import('./conflict-dialog.tsx')).ConflictDialog })),
});
