import { Shapes } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';

export const panel = definePanel({
  id: 'nodes',
  title: 'panel.nodes',
  icon: Shapes,
  place: 'left',
  order: 20,
  component: lazy(async () => ({ default: (await import('./nodes-panel.tsx')).NodesPanel })),
});
