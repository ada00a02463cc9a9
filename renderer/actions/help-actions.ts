import { Command, Keyboard } from 'lucide-react';
import { openOverlay } from '../state/studio.ts';
import { defineAction } from './action.ts';

export const actions = [
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
