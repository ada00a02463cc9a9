import { useEffect } from 'react';
import { keysOf, pressedKeys } from '../actions/keys.ts';
import { actions, perform } from '../actions/registry.ts';
import type { Studio } from '../state/studio.ts';

const text = 'input:not([type="checkbox"], [type="radio"], [type="range"]), textarea, select, [contenteditable="true"]';
/** What keeps its keys to itself while it is open; a list that stands in a panel is no such layer. */
const layer = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]:not([data-inline])';

/** What Enter presses. */
const pressable = 'button, a[href], summary, [role="button"], [role="tab"], [role="option"]';

/** Does what keys stand for, wherever the focus is, unless a text or a layer wants them. */
export function useShortcuts(studio: Studio): void {
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      const keys = pressedKeys(event);
      if (event.defaultPrevented || event.isComposing || keys === undefined) return;
      const { target } = event;
      const element = target instanceof Element ? target : document.body;
      // The text of an editor lies in a shadow root, where the target is the element around it.
      const inText = element.matches(text) || element.shadowRoot?.activeElement != null;
      const { keys: chosen } = studio.view.getState();
      const action = actions.find((one) => keysOf(one, chosen).includes(keys));
      if (!action || (inText && action.inText !== true)) return;
      // Tab takes the focus on, for those who walk by keys; it is ours where a pointer pressed the canvas.
      if (keys === 'Tab' && !element.matches('[data-canvas][data-pointed]')) return;
      // What has the focus does its own thing first.
      if (keys === 'Enter' && element.closest(pressable)) return;
      if (element.closest(layer) || studio.overlay.getState().open !== undefined) return;
      if (action.onCanvas && element !== document.body && !element.closest('[data-canvas]')) return;
      event.preventDefault();
      perform(studio, action);
    }
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [studio]);
}
