import { Frames } from '../../app/core/graph/frames.ts';
import type { WorkflowEdge } from '../../app/core/graph/workflow.ts';
import { type Connection, connectionFault, endOf, portsOfEdge } from '../nodes/connection.ts';
import { portAt } from '../nodes/ports-of.ts';
import type { Doc } from '../state/document.ts';
import { freeId } from '../state/free-id.ts';
import { itemRef } from '../state/items.ts';
import type { Patch } from '../state/patch.ts';
import { defineCommand } from './command.ts';

/** Draws a wire. One that was at a port which takes one only gives way to it. */
export const connectPorts = defineCommand<Connection>('wire.connect', (doc, wire) => {
  const refused = connectionFault(doc, wire);
  if (refused) return { refused };
  const patch = connectionPatch(doc, wire);
  const [added] = [...(patch.edges ?? new Map()).entries()].filter(([, edge]) => edge !== undefined);
  return {
    patch,
    capture: 'now',
    label: { key: 'wire.connect' },
    ...(added && { select: [itemRef('edge', added[0])] }),
  };
});

/** The patch of a wire that may be drawn; `edge` keeps its id when its end is moved. */
export function connectionPatch(doc: Doc, wire: Connection, edge?: string): Patch {
  const edges = new Map<string, WorkflowEdge | undefined>();
  const target = doc.nodes.get(wire.to.node);
  const takesMany = target ? portAt(target, wire.to.side, wire.to.port)?.many === true : false;
  if (!takesMany) for (const other of wiresInto(doc, wire)) edges.set(other.id, undefined);
  const id = edge ?? freeEdgeId(doc, wire);
  edges.set(id, { id, from: endOf(wire.from), to: endOf(wire.to) });
  return { edges };
}

/** Wires that end at the same port on the same side. */
function wiresInto(doc: Doc, { to }: Connection): WorkflowEdge[] {
  const same = [...doc.edges.values()].filter((edge) => edge.to.node === to.node && edge.to.port === to.port);
  if (same.length === 0) return same;
  const frames = new Frames([...doc.nodes.values()]);
  return same.filter((edge) => portsOfEdge(edge, frames).to.side === to.side);
}

/** Edges are named for where they lead, as people name them in files: `answer-value-from-model`. */
export function freeEdgeId(doc: Doc, { from, to }: Connection, isTaken = (id: string) => doc.edges.has(id)): string {
  return freeId(`${to.node}-${to.port.replace('/', '-')}-from-${from.node}`, isTaken);
}
