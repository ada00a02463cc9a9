import { ChartGantt } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';

export const panel = definePanel({
  id: 'trace',
  title: 'panel.trace',
  icon: ChartGantt,
  place: 'dock',
  order: 20,
  component: lazy(async () => ({ default: (await import('./trace-panel.tsx')).TracePanel })),
});
