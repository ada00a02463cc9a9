import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'pin',
  component: lazy(async () => ({ default: (await import('./pin-dialog.tsx')).PinDialog })),
});
