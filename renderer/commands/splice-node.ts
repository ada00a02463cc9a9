import { Frames } from '../../app/core/graph/frames.ts';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import { type Connection, connectionFault, type PortRef, portsOfEdge } from '../nodes/connection.ts';
import { resolveNode } from '../nodes/ports-of.ts';
import type { Doc } from '../state/document.ts';
import { applyPatch, followedBy, type Patch } from '../state/patch.ts';
import { type AddNodeArgs, addNode } from './add-node.ts';
import { defineCommand, isRefusal } from './command.ts';
import { connectionPatch } from './connect-ports.ts';

export interface SpliceArgs {
  edge: string;
  /** A node that is there, or a new one. */
  node: string | AddNodeArgs;
}

/** Puts a node into a wire: what came in leads into it, and it leads on to where the wire led. */
export const spliceNode = defineCommand<SpliceArgs>('wire.splice', (doc, { edge, node: given }) => {
  const record = doc.edges.get(edge);
  if (!record) return undefined;
  const added = typeof given === 'string' ? undefined : addNode.run(doc, given);
  if (added && isRefusal(added)) return added;
  const base = added ? (applyPatch(doc, added.patch)?.doc ?? doc) : doc;
  const id = typeof given === 'string' ? given : [...(added?.select ?? [])][0];
  const node = id === undefined ? undefined : base.nodes.get(id);
  if (!node || record.from.node === node.id || record.to.node === node.id) return undefined;
  const ends = portsOfEdge(record, new Frames([...base.nodes.values()]));
  const cut: Patch = { edges: new Map([[edge, undefined]]) };
  const wires = wiresThrough(applyPatch(base, cut)?.doc ?? base, node, ends);
  if (!wires) return { refused: { key: 'connect.splice' } };
  return {
    patch: [added?.patch ?? {}, cut, wires].reduce(followedBy),
    capture: 'now',
    label: added?.label ?? { key: 'wire.splice' },
    select: [node.id],
  };
});

/** The first pair of ports of the node through which the wire can lead. */
function wiresThrough(doc: Doc, node: WorkflowNode, { from, to }: Connection): Patch | undefined {
  const { ports } = resolveNode(node);
  const free = (port: string) =>
    ports.inputs[port]?.many === true ||
    ![...doc.edges.values()].some((edge) => edge.to.node === node.id && edge.to.port === port);
  for (const input of Object.keys(ports.inputs).filter(free)) {
    const into: Connection = { from, to: { node: node.id, port: input, side: 'in' } satisfies PortRef };
    if (connectionFault(doc, into)) continue;
    const first = connectionPatch(doc, into);
    const now = applyPatch(doc, first)?.doc ?? doc;
    for (const output of Object.keys(ports.outputs)) {
      const outOf: Connection = { from: { node: node.id, port: output, side: 'out' }, to };
      if (!connectionFault(now, outOf)) return followedBy(first, connectionPatch(now, outOf));
    }
  }
  return undefined;
}
