import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'commands',
  component: lazy(async () => ({ default: (await import('./commands-dialog.tsx')).CommandsDialog })),
});
