import { Bug } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';

export const panel = definePanel({
  id: 'debug',
  title: 'panel.debug',
  icon: Bug,
  place: 'left',
  order: 40,
  component: lazy(async () => ({ default: (await import('./debug-panel.tsx')).DebugPanel })),
});
