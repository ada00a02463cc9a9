import { SearchCheck } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';

export const panel = definePanel({
  id: 'why',
  title: 'panel.why',
  icon: SearchCheck,
  place: 'dock',
  order: 23,
  component: lazy(async () => ({ default: (await import('./why-panel.tsx')).WhyPanel })),
});
