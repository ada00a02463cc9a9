import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'new-workflow',
  component: lazy(async () => ({ default: (await import('./new-workflow-dialog.tsx')).NewWorkflowDialog })),
});
