import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'export-file',
  component: lazy(async () => ({ default: (await import('./export-file-dialog.tsx')).ExportFileDialog })),
});
