import { Command, Keyboard, Signpost } from 'lucide-react';
import { openOverlay } from '../state/studio.ts';
import { startTour } from '../state/tour.ts';
import { defineAction } from './action.ts';

export const actions = [
  defineAction({
    id: 'help.tour',
    title: 'action.help.tour',
    group: 'help',
    icon: Signpost,
    run: (studio) => startTour(studio, true),
  }),
  defineAction({
    id: 'help.commands',
    title: 'action.help.commands',
    group: 'help',
    icon: Command,
    keys: ['Mod+K', 'Mod+Shift+P'],
    inText: true,
    run: (studio) => openOverlay(studio, 'commands'),
  }),
  defineAction({
    id: 'help.shortcuts',
    title: 'action.help.shortcuts',
    group: 'help',
    icon: Keyboard,
    keys: ['?'],
    run: (studio) => openOverlay(studio, 'shortcuts'),
  }),
];
