import { SlidersHorizontal } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';

export const panel = definePanel({
  id: 'inspector',
  title: 'panel.inspector',
  icon: SlidersHorizontal,
  place: 'right',
  order: 10,
  component: lazy(async () => ({ default: (await import('./inspector-panel.tsx')).InspectorPanel })),
});
