import { TriangleAlert } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';
import { ProblemsBadge } from './problems-badge.tsx';

export const panel = definePanel({
  id: 'problems',
  title: 'panel.problems',
  icon: TriangleAlert,
  place: 'dock',
  order: 20,
  component: lazy(async () => ({ default: (await import('./problems-panel.tsx')).ProblemsPanel })),
  badge: ProblemsBadge,
});
