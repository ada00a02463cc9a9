import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'node-docs',
  component: lazy(async () => ({ default: (await import('./node-docs-dialog.tsx')).NodeDocsDialog })),
});
