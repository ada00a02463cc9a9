import { Search } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';

export const panel = definePanel({
  id: 'search',
  title: 'panel.search',
  icon: Search,
  place: 'left',
  order: 15,
  component: lazy(async () => ({ default: (await import('./search-panel.tsx')).SearchPanel })),
});
