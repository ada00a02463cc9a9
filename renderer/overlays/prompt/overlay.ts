import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'prompt',
  component: lazy(async () => ({ default: (await import('./prompt-dialog.tsx')).PromptDialog })),
});
