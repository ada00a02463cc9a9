import type { Position } from '../state/document.ts';
import { onCanvas } from '../state/graph-queries.ts';
import { defineCommand } from './command.ts';

export interface ArrangeArgs {
  /** As a layout gives them, with the sizes of containers. */
  positions: ReadonlyMap<string, Position>;
  /** Places for nodes that had none: nobody did that, so nobody undoes it. */
  initial?: boolean;
}

export const arrangeNodes = defineCommand<ArrangeArgs>('nodes.arrange', (doc, { positions, initial }) => {
  const known = [...positions]
    .filter(([id]) => doc.nodes.has(id))
    .map(([id, place]): [string, Position] => [id, { ...place, ...onCanvas(place) }]);
  if (known.length === 0) return undefined;
  return { patch: { positions: new Map(known) }, capture: initial ? 'never' : 'now', label: { key: 'nodes.arrange' } };
});
