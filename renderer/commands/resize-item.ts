import { coordinate, onCanvas } from '../state/graph-queries.ts';
import { type ItemRef, itemOf } from '../state/items.ts';
import type { Box } from './align-items.ts';
import { defineCommand } from './command.ts';

export interface ResizeArgs {
  item: ItemRef;
  box: Box;
}

/** Gives a note or a container a size. */
export const resizeItem = defineCommand<ResizeArgs>('item.resize', (doc, { item, box }) => {
  const { kind, id } = itemOf(item);
  const place = onCanvas(box);
  const size = { w: coordinate(box.width), h: coordinate(box.height) };
  const label = { key: 'item.resize' } as const;
  const note = doc.notes.get(id);
  if (kind === 'note' && note)
    return { patch: { notes: new Map([[id, { ...note, ...place, ...size }]]) }, capture: 'now', label };
  if (kind !== 'node' || !doc.nodes.has(id)) return undefined;
  return { patch: { positions: new Map([[id, { ...place, ...size }]]) }, capture: 'now', label };
});
