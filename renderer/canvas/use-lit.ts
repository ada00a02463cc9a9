import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { useStudio } from '../shell/studio-context.ts';
import { idsOf } from '../state/items.ts';
import { useCanvasDocument } from './canvas-context.ts';

/** While Shift is held, the wires of the node under the pointer stand out, else those of the one that is selected. */
export function useLit(): {
  /** Whether any do. */
  isLit: boolean;
  /** The pointer is on a node, or on none. */
  hover: (node: string | undefined, event: { shiftKey: boolean }) => void;
} {
  const { canvas } = useStudio();
  const { document } = useCanvasDocument();
  const isLit = useStore(canvas, ({ lit }) => lit !== undefined);
  const hovered = useRef<string>(undefined);

  const light = (isHeld: boolean) => {
    const [selected, ...more] = idsOf(document.store.getState().selection, 'node');
    const wanted = hovered.current ?? (more.length === 0 ? selected : undefined);
    const lit = isHeld ? wanted : undefined;
    if (canvas.getState().lit !== lit) canvas.setState({ lit });
  };
  const now = useRef(light);
  useEffect(() => {
    now.current = light;
  });

  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    const press = ({ key, target }: KeyboardEvent) => {
      const isText = target instanceof Element && target.matches('input, textarea, select, [contenteditable="true"]');
      // Other keys with Shift are no wish to see wires.
      now.current(key === 'Shift' && !isText);
    };
    window.addEventListener('keydown', press, { signal });
    window.addEventListener('keyup', () => now.current(false), { signal });
    window.addEventListener('blur', () => now.current(false), { signal });
    return () => {
      listening.abort();
      canvas.setState({ lit: undefined });
    };
  }, [canvas]);

  return {
    isLit,
    hover(node, { shiftKey }) {
      hovered.current = node;
      light(shiftKey);
    },
  };
}
