import { MessageSquareText } from 'lucide-react';
import { lazy } from 'react';
import { definePanel } from '../panel.ts';

export const panel = definePanel({
  id: 'prompts',
  title: 'panel.prompts',
  icon: MessageSquareText,
  place: 'left',
  order: 30,
  keys: ['Alt+P'],
  component: lazy(async () => ({ default: (await import('./prompts-panel.tsx')).PromptsPanel })),
});
