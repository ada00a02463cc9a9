import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'extract-subflow',
  component: lazy(async () => ({ default: (await import('./extract-subflow-dialog.tsx')).ExtractSubflowDialog })),
});
