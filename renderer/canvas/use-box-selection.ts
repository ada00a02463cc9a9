import { type PointerEvent, type RefObject, useRef } from 'react';
import { followPointer } from './follow-pointer.ts';

/**
 * Keeps a click with Shift apart from a box that is drawn with it. The library begins its box at the press, even on a
 * node, and takes whatever lies under it, so a click would replace the selection. Here the press waits: let go in its
 * place it is the click that adds; moved, the library is handed the press at the place where it was.
 */
export function useBoxSelection(root: RefObject<HTMLDivElement | null>): {
  /** Begins where the press is meant so; true when it did. */
  begin: (event: PointerEvent) => boolean;
} {
  const isHanding = useRef(false);
  return {
    begin(event) {
      const { target, shiftKey, button, clientX, clientY, pointerId, pointerType, isPrimary } = event;
      if (isHanding.current || !shiftKey || button !== 0 || !(target instanceof Element)) return false;
      if (!target.closest('.react-flow__node, .react-flow__edge')) return false;
      // A press that is prevented comes as no mouse event: neither does the node move nor a text get selected.
      event.preventDefault();
      let isBox = false;
      followPointer(event, {
        move() {
          const pane = isBox ? null : root.current?.querySelector('.react-flow__pane');
          if (!pane) return;
          isBox = true;
          isHanding.current = true;
          const press = { clientX, clientY, pointerId, pointerType, isPrimary, button, shiftKey };
          pane.dispatchEvent(new window.PointerEvent('pointerdown', { ...press, bubbles: true, cancelable: true }));
          isHanding.current = false;
        },
        end() {},
      });
      return true;
    },
  };
}
