import { Plus, StickyNote } from 'lucide-react';
import { addNote } from '../commands/add-note.ts';
import { defineAction } from './action.ts';
import { needsCanvas } from './unavailable.ts';

export const actions = [
  defineAction({
    id: 'add.node',
    title: 'action.add.node',
    group: 'add',
    icon: Plus,
    // Tab only where the canvas itself was pressed: see shell/use-shortcuts.ts.
    keys: ['N', 'Tab'],
    unavailable: needsCanvas,
    run: ({ canvas }) => canvas.getState().handle?.openAddMenu(),
  }),
  defineAction({
    id: 'add.note',
    title: 'action.add.note',
    group: 'add',
    icon: StickyNote,
    keys: ['Shift+N'],
    unavailable: needsCanvas,
    run({ canvas, documents }) {
      const at = canvas.getState().handle?.center() ?? { x: 0, y: 0 };
      documents.active()?.document.run(addNote, { at });
    },
  }),
];
