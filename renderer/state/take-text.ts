import { readFragment } from '../commands/fragment.ts';
import { insertFragment } from '../commands/insert-fragment.ts';
import type { Point } from './graph-queries.ts';
import { openOverlay, type Studio } from './studio.ts';

export interface TakeOptions {
  /** What it is called, for whoever is asked about it. */
  name: string;
  /** Where it goes on the canvas; the middle of what is seen when left out. */
  at?: Point | undefined;
  keepIncoming?: boolean;
}

/**
 * Takes in a text that was pasted or dropped: a piece of a workflow goes onto the canvas, anything else is shown as a file
 * from elsewhere before anything is done with it. Both are read with care; nothing of them runs.
 */
export function takeText(studio: Studio, text: string, { name, at, keepIncoming = false }: TakeOptions): void {
  const fragment = readFragment(text);
  const open = studio.documents.active();
  if (!fragment || !open) {
    openOverlay(studio, 'preview-file', { name, text });
    return;
  }
  const places = [...Object.values(fragment.positions), ...fragment.notes];
  const [left, top] = [Math.min(...places.map(({ x }) => x)), Math.min(...places.map(({ y }) => y))];
  const corner = at ?? studio.canvas.getState().handle?.center() ?? { x: left + 30, y: top + 30 };
  const offset = { x: Math.round(corner.x - left), y: Math.round(corner.y - top) };
  open.document.run(insertFragment, { fragment, offset, keepIncoming });
}
