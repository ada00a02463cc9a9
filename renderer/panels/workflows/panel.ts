import { Files } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';

export const panel = definePanel({
  id: 'workflows',
  title: 'panel.workflows',
  icon: Files,
  place: 'left',
  order: 10,
  component: lazy(async () => ({ default: (await import('./workflows-panel.tsx')).WorkflowsPanel })),
});
