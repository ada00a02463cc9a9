import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'add-case',
  component: lazy(async () => ({ default: (await import('./add-case-dialog.tsx')).AddCaseDialog })),
});
