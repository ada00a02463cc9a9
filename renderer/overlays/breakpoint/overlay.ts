import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'breakpoint',
  component: lazy(async () => ({ default: (await import('./breakpoint-dialog.tsx')).BreakpointDialog })),
});
