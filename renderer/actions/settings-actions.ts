import { Settings } from 'lucide-react';
import { openOverlay } from '../state/studio.ts';
import { defineAction } from './action.ts';

export const actions = [
  defineAction({
    id: 'help.settings',
    title: 'action.help.settings',
    group: 'help',
    icon: Settings,
    keys: ['Mod+,'],
    inText: true,
    run: (studio) => openOverlay(studio, 'settings'),
  }),
];
