import type { LayoutBends, LayoutNote } from '../../app/core/graph/workflow.ts';
import type { Doc, Position } from '../state/document.ts';
import { onCanvas, type Point } from '../state/graph-queries.ts';
import { type ItemRef, itemOf } from '../state/items.ts';
import { defineCommand } from './command.ts';

export interface MoveArgs {
  /** New places of nodes (inside a container counted from its corner) and notes. */
  to: ReadonlyMap<ItemRef, Point>;
  /** Moves by key go into one step until something else happens. */
  nudge?: boolean;
}

export const moveItems = defineCommand<MoveArgs>('items.move', (doc, { to, nudge }) => {
  const positions = new Map<string, Position>();
  const notes = new Map<string, LayoutNote>();
  for (const [ref, point] of to) {
    const { kind, id } = itemOf(ref);
    const place = onCanvas(point);
    const note = kind === 'note' ? doc.notes.get(id) : undefined;
    if (note) notes.set(id, { ...note, ...place });
    if (kind === 'node' && doc.nodes.has(id)) positions.set(id, { ...doc.positions.get(id), ...place });
  }
  const count = positions.size + notes.size;
  if (count === 0) return undefined;
  return {
    patch: { positions, notes, bends: movedBends(doc, positions) },
    capture: nudge ? 'merge' : 'now',
    ...(nudge && { mergeKey: `nudge ${[...to.keys()].sort().join(' ')}` }),
    label: { key: 'items.move', values: { count } },
  };
});

/** Wires between nodes that move alike move with them. */
function movedBends(doc: Doc, positions: ReadonlyMap<string, Position>): Map<string, LayoutBends> {
  const moved = new Map<string, LayoutBends>();
  for (const [id, bends] of doc.bends) {
    const edge = doc.edges.get(id);
    const [from, to] = [edge?.from.node ?? '', edge?.to.node ?? ''].map((node) => shift(doc, positions, node));
    if (!from || !to || from.x !== to.x || from.y !== to.y) continue;
    moved.set(
      id,
      bends.map(({ x, y }) => onCanvas({ x: x + from.x, y: y + from.y })),
    );
  }
  return moved;
}

function shift(doc: Doc, positions: ReadonlyMap<string, Position>, node: string): Point | undefined {
  const after = positions.get(node);
  const { x = 0, y = 0 } = doc.positions.get(node) ?? {};
  return after && { x: after.x - x, y: after.y - y };
}
