import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'chunks',
  component: lazy(async () => ({ default: (await import('./chunks-dialog.tsx')).ChunksDialog })),
});
