import { ListFilter } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';

export const panel = definePanel({
  id: 'retrieval',
  title: 'panel.retrieval',
  icon: ListFilter,
  place: 'dock',
  order: 26,
  component: lazy(async () => ({ default: (await import('./retrieval-panel.tsx')).RetrievalPanel })),
});
