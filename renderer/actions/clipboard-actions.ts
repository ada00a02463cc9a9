import { ClipboardCopy, ClipboardPaste, Scissors } from 'lucide-react';
import { fragmentOf } from '../commands/fragment.ts';
import { removeItems } from '../commands/remove-items.ts';
import type { OpenDocument } from '../state/open-documents.ts';
import { takeText } from '../state/take-text.ts';
import { t } from '../strings/text.ts';
import { defineAction } from './action.ts';
import { needsDocument, needsSelection } from './unavailable.ts';

/** What is selected as text; other windows and editors can take it. */
export function selectedText({ document }: OpenDocument): string | undefined {
  const { doc, selection } = document.store.getState();
  const fragment = fragmentOf(doc, selection);
  return fragment && JSON.stringify(fragment, undefined, 1);
}

/*
 * Their keys are those of the machine: the browser turns them into events that carry the clipboard
 * (shell/use-clipboard.ts). From a menu the clipboard has to be asked for.
 */
export const actions = [
  defineAction({
    id: 'edit.copy',
    title: 'action.edit.copy',
    machineKeys: 'Mod+C',
    group: 'edit',
    icon: ClipboardCopy,
    unavailable: needsSelection,
    async run({ documents }) {
      const open = documents.active();
      const text = open && selectedText(open);
      if (text !== undefined) await navigator.clipboard.writeText(text);
    },
  }),
  defineAction({
    id: 'edit.cut',
    title: 'action.edit.cut',
    machineKeys: 'Mod+X',
    group: 'edit',
    icon: Scissors,
    unavailable: needsSelection,
    async run({ documents }) {
      const open = documents.active();
      const text = open && selectedText(open);
      if (!open || text === undefined) return;
      await navigator.clipboard.writeText(text);
      open.document.run(removeItems, { items: [...open.document.store.getState().selection] });
    },
  }),
  defineAction({
    id: 'edit.paste',
    title: 'action.edit.paste',
    machineKeys: 'Mod+V',
    group: 'edit',
    icon: ClipboardPaste,
    unavailable: needsDocument,
    async run(studio) {
      takeText(studio, await navigator.clipboard.readText(), { name: t('import.clipboard') });
    },
  }),
];
