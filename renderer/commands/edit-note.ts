import { shownText } from '../state/shown-text.ts';
import type { ColorName } from '../theme/colors.ts';
import { defineCommand } from './command.ts';

export interface EditNoteArgs {
  note: string;
  text?: string;
  /** `undefined` for the usual colour. */
  color?: ColorName | undefined;
}

export const editNote = defineCommand<EditNoteArgs>('note.edit', (doc, { note: id, ...change }) => {
  const note = doc.notes.get(id);
  if (!note) return undefined;
  const { color: old, ...plain } = note;
  const color = 'color' in change ? change.color : old;
  const text = change.text === undefined ? note.text : shownText(change.text, 20_000);
  return {
    patch: { notes: new Map([[id, { ...plain, text, ...(color !== undefined && { color }) }]]) },
    capture: 'merge',
    mergeKey: `note ${id} ${Object.keys(change).join(' ')}`,
    label: { key: 'note.edit' },
  };
});
