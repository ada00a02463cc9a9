import { Coins } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';

export const panel = definePanel({
  id: 'costs',
  title: 'panel.costs',
  icon: Coins,
  place: 'dock',
  order: 50,
  component: lazy(async () => ({ default: (await import('./costs-panel.tsx')).CostsPanel })),
});
