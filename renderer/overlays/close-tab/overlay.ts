import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'close-tab',
  component: lazy(async () => ({ default: (await import('./close-tab-dialog.tsx')).CloseTabDialog })),
});
