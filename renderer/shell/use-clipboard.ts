import { useEffect } from 'react';
import { selectedText } from '../actions/clipboard-actions.ts';
import { removeItems } from '../commands/remove-items.ts';
import type { Studio } from '../state/studio.ts';
import { takeText } from '../state/take-text.ts';
import { t } from '../strings/text.ts';

/** Copy, cut and paste by the keys of the machine, where no text is meant. */
export function useClipboard(studio: Studio): void {
  useEffect(() => {
    let withShift = false;
    const isOurs = ({ target }: Event) => {
      const element = target instanceof Element ? target : document.body;
      const isText =
        element.matches('input, textarea, select, [contenteditable="true"]') || element.shadowRoot !== null;
      return !isText && !element.closest('[role="dialog"]') && window.getSelection()?.isCollapsed !== false;
    };
    const press = (event: KeyboardEvent) => {
      withShift = event.shiftKey;
    };
    function take(event: ClipboardEvent): void {
      const open = studio.documents.active();
      const text = open && isOurs(event) ? selectedText(open) : undefined;
      if (!open || text === undefined) return;
      event.clipboardData?.setData('text/plain', text);
      event.preventDefault();
      if (event.type === 'cut')
        open.document.run(removeItems, { items: [...open.document.store.getState().selection] });
    }
    function paste(event: ClipboardEvent): void {
      const text = event.clipboardData?.getData('text/plain') ?? '';
      // A word from elsewhere is no piece of a workflow: pasted by mistake, it does nothing.
      if (!isOurs(event) || !text.trimStart().startsWith('{')) return;
      event.preventDefault();
      takeText(studio, text, { name: t('import.clipboard'), keepIncoming: withShift });
    }
    window.addEventListener('keydown', press, true);
    document.addEventListener('copy', take);
    document.addEventListener('cut', take);
    document.addEventListener('paste', paste);
    return () => {
      window.removeEventListener('keydown', press, true);
      document.removeEventListener('copy', take);
      document.removeEventListener('cut', take);
      document.removeEventListener('paste', paste);
    };
  }, [studio]);
}
