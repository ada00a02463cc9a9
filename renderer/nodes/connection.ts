import { findCycles } from '../../app/core/graph/cycle.ts';
import { edgeKind, Frames } from '../../app/core/graph/frames.ts';
import { accepts } from '../../app/core/graph/ports.ts';
import type { WorkflowEdge } from '../../app/core/graph/workflow.ts';
import type { Doc } from '../state/document.ts';
import type { Words } from '../strings/text.ts';
import { type PortSide, portAt } from './ports-of.ts';

/** One end of a wire on the canvas: which port of which node, and on which side of it. */
export interface PortRef {
  node: string;
  port: string;
  side: PortSide;
}

/** A wire as it is drawn: it begins at an output or at a container's inner source, and ends at an input or inner sink. */
export interface Connection {
  from: PortRef;
  to: PortRef;
}

export const isStart = ({ side }: PortRef): boolean => side === 'out' || side === 'source';

/** The two ends in the order of the flow, whichever was drawn first; undefined when both are starts or both are ends. */
export function directed(one: PortRef, other: PortRef): Connection | undefined {
  if (isStart(one) === isStart(other)) return undefined;
  return isStart(one) ? { from: one, to: other } : { from: other, to: one };
}

/**
 * Why a wire may not be drawn; undefined when it may. A wire that is in the way at a port that takes one only is no
 * reason: it is replaced. `ignore` is a wire that goes away at the same time (its end is being moved).
 */
export function connectionFault(doc: Doc, { from, to }: Connection, ignore?: string): Words | undefined {
  const source = doc.nodes.get(from.node);
  const target = doc.nodes.get(to.node);
  const start = source && portAt(source, from.side, from.port);
  const end = target && portAt(target, to.side, to.port);
  if (!source || !target || !start || !end) return { key: 'connect.noPort' };
  if (!accepts(end.type, start.type)) return { key: 'connect.types', values: { from: start.type, to: end.type } };
  const edges = [...doc.edges.values()].filter(({ id }) => id !== ignore);
  const exists = edges.some(
    (edge) =>
      edge.from.node === from.node &&
      edge.from.port === from.port &&
      edge.to.node === to.node &&
      edge.to.port === to.port,
  );
  if (exists) return { key: 'connect.exists' };
  const nodes = [...doc.nodes.values()];
  const frames = new Frames(nodes);
  const edge: WorkflowEdge = { id: ' ', from: endOf(from), to: endOf(to) };
  const kind = edgeKind(edge, frames);
  const asDrawn = { outsource: 'illegal', sourcein: 'source', outsink: 'sink', outin: 'wire', sourcesink: 'through' };
  const wanted = asDrawn[`${from.side}${to.side}` as keyof typeof asDrawn];
  if (kind === 'through' && wanted === 'wire') return { key: 'connect.self' };
  if (kind === 'illegal' || kind !== wanted) return { key: 'connect.frame' };
  if (kind !== 'wire') return undefined;
  const [cycle] = findCycles({ nodes, edges: [...edges, edge] } as unknown as Parameters<typeof findCycles>[0], frames);
  if (!cycle) return undefined;
  const names = cycle.nodes.map((id) => doc.nodes.get(id)?.name ?? id).join(' → ');
  return { key: 'connect.cycle', values: { nodes: names } };
}

export function endOf({ node, port }: PortRef): WorkflowEdge['from'] {
  return { node, port };
}

/** The two ends of an edge with their sides. */
export function portsOfEdge(edge: WorkflowEdge, frames: Frames): Connection {
  const kind = edgeKind(edge, frames);
  return {
    from: { ...edge.from, side: kind === 'source' || kind === 'through' ? 'source' : 'out' },
    to: { ...edge.to, side: kind === 'sink' || kind === 'through' ? 'sink' : 'in' },
  };
}
