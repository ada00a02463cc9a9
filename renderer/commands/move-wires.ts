import { Frames } from '../../app/core/graph/frames.ts';
import { connectionFault, directed, isStart, type PortRef, portsOfEdge } from '../nodes/connection.ts';
import type { Doc } from '../state/document.ts';
import { applyPatch, followedBy, type Patch } from '../state/patch.ts';
import { defineCommand } from './command.ts';
import { connectionPatch } from './connect-ports.ts';

export interface MoveWiresArgs {
  from: PortRef;
  to: PortRef;
}

/** The wires at a port, in the order of their ids. */
export function wiresAt(doc: Doc, port: PortRef): string[] {
  const frames = new Frames([...doc.nodes.values()]);
  const end = isStart(port) ? 'from' : 'to';
  return [...doc.edges.values()]
    .filter((edge) => edge[end].node === port.node && edge[end].port === port.port)
    .filter((edge) => portsOfEdge(edge, frames)[end].side === port.side)
    .map(({ id }) => id)
    .sort();
}

/** Moves all wires of a port to another: all of them, or none where one could not be there. */
export const moveWires = defineCommand<MoveWiresArgs>('wire.moveAll', (doc, { from, to }) => {
  if (isStart(from) !== isStart(to)) return { refused: { key: 'connect.noPort' } };
  const edges = wiresAt(doc, from);
  const isSame = from.node === to.node && from.port === to.port && from.side === to.side;
  if (edges.length === 0 || isSame) return undefined;
  const frames = new Frames([...doc.nodes.values()]);
  let now = doc;
  let patch: Patch = {};
  for (const id of edges) {
    const edge = now.edges.get(id);
    // A port that takes one wire only has the last of them.
    if (!edge) continue;
    const ends = portsOfEdge(edge, frames);
    const wire = directed(to, isStart(from) ? ends.to : ends.from);
    const refused = wire ? connectionFault(now, wire, id) : { key: 'connect.noPort' as const };
    if (!wire || refused) return { refused: refused ?? { key: 'connect.noPort' } };
    const more = connectionPatch(now, wire, id);
    now = applyPatch(now, more)?.doc ?? now;
    patch = followedBy(patch, more);
  }
  return { patch, capture: 'now', label: { key: 'wire.moveAll', values: { count: edges.length } } };
});
