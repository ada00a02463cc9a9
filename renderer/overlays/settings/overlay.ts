import { lazy } from 'react';
import { defineOverlay } from '../overlay.ts';

/** Opened with the id of a section (sections.ts), or with nothing. */
export const overlay = defineOverlay({
  id: 'settings',
  component: lazy(async () => ({ default: (await import('./settings-dialog.tsx')).SettingsDialog })),
});
