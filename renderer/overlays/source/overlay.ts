import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'source',
  component: lazy(async () => ({ default: (await import('./source-dialog.tsx')).SourceDialog })),
});
