import { Database } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';

export const panel = definePanel({
  id: 'knowledge',
  title: 'panel.knowledge',
  icon: Database,
  place: 'dock',
  order: 45,
  component: lazy(async () => ({ default: (await import('./knowledge-panel.tsx')).KnowledgePanel })),
});
