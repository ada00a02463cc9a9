import { freeId } from '../state/free-id.ts';
import { onCanvas, type Point } from '../state/graph-queries.ts';
import { itemRef } from '../state/items.ts';
import { shownText } from '../state/shown-text.ts';
import { defineCommand } from './command.ts';

export interface AddNoteArgs {
  at: Point;
  text?: string;
}

export const addNote = defineCommand<AddNoteArgs>('note.add', (doc, { at, text = '' }) => {
  const id = freeId('note', (other) => doc.notes.has(other));
  const note = { id, text: shownText(text, 20_000), ...onCanvas(at), w: 240, h: 120 };
  return {
    patch: { notes: new Map([[id, note]]) },
    capture: 'now',
    label: { key: 'note.add' },
    select: [itemRef('note', id)],
  };
});
