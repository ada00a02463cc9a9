import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'connect',
  component: lazy(async () => ({ default: (await import('./connect-dialog.tsx')).ConnectDialog })),
});
