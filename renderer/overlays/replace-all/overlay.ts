import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'replace-all',
  component: lazy(async () => ({ default: (await import('./replace-all-dialog.tsx')).ReplaceAllDialog })),
});
