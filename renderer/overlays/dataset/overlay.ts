import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'dataset',
  component: lazy(async () => ({ default: (await import('./dataset-dialog.tsx')).DatasetDialog })),
});
