import { GitCompareArrows } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';

export const panel = definePanel({
  id: 'compare',
  title: 'panel.compare',
  icon: GitCompareArrows,
  place: 'dock',
  order: 35,
  component: lazy(async () => ({ default: (await import('./compare-panel.tsx')).ComparePanel })),
});
