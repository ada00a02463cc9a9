import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { ItemRef } from '../../state/items.ts';
import type { ShownGraph } from '../../state/shown-graph.ts';

/** Calls `onChoose` whenever one item alone is chosen on the canvas. */
export function useChosenNode({ document }: ShownGraph, onChoose: (item: ItemRef) => void): void {
  const chosen = useStore(document.store, ({ selection }) => (selection.size === 1 ? [...selection][0] : undefined));
  const call = useRef(onChoose);
  useEffect(() => {
    call.current = onChoose;
  });
  useEffect(() => {
    if (chosen !== undefined) call.current(chosen);
  }, [chosen]);
}
