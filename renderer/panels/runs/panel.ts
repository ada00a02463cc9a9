import { List } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';

export const panel = definePanel({
  id: 'runs',
  title: 'panel.runs',
  icon: List,
  place: 'dock',
  order: 30,
  component: lazy(async () => ({ default: (await import('./runs-panel.tsx')).RunsPanel })),
});
