import { History } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';

export const panel = definePanel({
  id: 'versions',
  title: 'panel.versions',
  icon: History,
  place: 'dock',
  order: 40,
  component: lazy(async () => ({ default: (await import('./versions-panel.tsx')).VersionsPanel })),
});
