import { Play } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';

export const panel = definePanel({
  id: 'run',
  title: 'panel.run',
  icon: Play,
  place: 'dock',
  order: 10,
  component: lazy(async () => ({ default: (await import('./run-panel.tsx')).RunPanel })),
});
