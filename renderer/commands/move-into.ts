import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import { holdsNodes } from '../nodes/node-types.ts';
import type { Position } from '../state/document.ts';
import { onCanvas, outermost, placeOf, withBodies } from '../state/graph-queries.ts';
import { defineCommand } from './command.ts';

export interface MoveIntoArgs {
  nodes: readonly string[];
  /** The container; `undefined` takes the nodes out of theirs. */
  parent: string | undefined;
}

/** Puts nodes into a container or takes them out; they stay where they stand on the canvas, and so do their wires. */
export const moveInto = defineCommand<MoveIntoArgs>('node.moveInto', (doc, { nodes: given, parent }) => {
  const container = parent === undefined ? undefined : doc.nodes.get(parent);
  if (parent !== undefined && (!container || !holdsNodes(container.type)))
    return { refused: { key: 'node.noContainer' } };
  const moved = outermost(doc, new Set(given.filter((id) => doc.nodes.has(id)))).filter(
    (id) => doc.nodes.get(id)?.parent !== parent,
  );
  if (parent !== undefined && withBodies(doc, moved).has(parent)) return { refused: { key: 'node.intoItself' } };
  if (moved.length === 0) return undefined;
  const corner = parent === undefined ? { x: 0, y: 0 } : placeOf(doc, parent);
  const nodes = new Map<string, WorkflowNode>();
  const positions = new Map<string, Position>();
  for (const id of moved) {
    const node = doc.nodes.get(id);
    if (!node) continue;
    const { parent: _old, ...free } = node;
    const place = placeOf(doc, id);
    nodes.set(id, { ...free, ...(parent !== undefined && { parent }) });
    positions.set(id, { ...doc.positions.get(id), ...onCanvas({ x: place.x - corner.x, y: place.y - corner.y }) });
  }
  return { patch: { nodes, positions }, capture: 'now', label: { key: 'node.moveInto' } };
});
