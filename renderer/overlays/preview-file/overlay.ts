import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

export const overlay = defineOverlay({
  id: 'preview-file',
  component: lazy(async () => ({ default: (await import('./preview-file-dialog.tsx')).PreviewFileDialog })),
});
