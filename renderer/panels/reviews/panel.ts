import { UserCheck } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';
import { ReviewsBadge } from './reviews-badge.tsx';

export const panel = definePanel({
  id: 'reviews',
  title: 'panel.reviews',
  icon: UserCheck,
  place: 'dock',
  order: 25,
  keys: ['Alt+R'],
  component: lazy(async () => ({ default: (await import('./reviews-panel.tsx')).ReviewsPanel })),
  badge: ReviewsBadge,
});
