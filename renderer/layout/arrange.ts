import * as dagre from '@dagrejs/dagre';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import { boundPorts, type Extent, extentOf, holders, partsOf } from '../canvas/node-parts.ts';
import { size } from '../canvas/node-size.ts';
import type { Doc, Position } from '../state/document.ts';
import { nodesByDepth, type Point } from '../state/graph-queries.ts';

const gap = { columns: 60, rows: 40 };

/** Places for all nodes: the flow runs from left to right, and what lies in a container is laid out inside it. */
export function arrange(doc: Doc): Map<string, Position> {
  const bound = boundPorts(doc);
  const holding = holders(doc);
  const places = new Map<string, Position>();
  const extents = new Map<string, Extent>();
  const frames = new Map<string | undefined, WorkflowNode[]>();
  for (const node of doc.nodes.values()) {
    const parent = node.parent !== undefined && doc.nodes.has(node.parent) ? node.parent : undefined;
    frames.set(parent, [...(frames.get(parent) ?? []), node]);
  }
  // From the innermost outwards: a container is as large as what lies in it.
  const inner = nodesByDepth(doc).flat().reverse();
  for (const node of inner) {
    const parts = partsOf(node, bound.get(node.id), holding.has(node.id));
    const corner = { x: size.inner, y: parts.bodyTop + size.edge };
    extents.set(node.id, extentOf(parts, layOut(doc, frames.get(node.id) ?? [], { extents, corner, places })));
  }
  layOut(doc, frames.get(undefined) ?? [], { extents, corner: { x: 0, y: 0 }, places });
  return places;
}

/** Lays out the nodes of one frame from `corner` on; gives how far they reach. */
function layOut(
  doc: Doc,
  nodes: readonly WorkflowNode[],
  to: { extents: ReadonlyMap<string, Extent>; corner: Point; places: Map<string, Position> },
): Extent | undefined {
  if (nodes.length === 0) return undefined;
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', ranksep: gap.columns, nodesep: gap.rows, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes)
    graph.setNode(id, { ...(to.extents.get(id) ?? { width: size.width, height: size.head }) });
  const here = new Set(nodes.map(({ id }) => id));
  // A wire into a body pulls the container that the body belongs to.
  const lifted = (id: string): string | undefined => {
    for (let at: string | undefined = id; at !== undefined; at = doc.nodes.get(at)?.parent) if (here.has(at)) return at;
    return undefined;
  };
  for (const { id, from, to: end } of doc.edges.values()) {
    const [source, target] = [lifted(from.node), lifted(end.node)];
    if (source !== undefined && target !== undefined && source !== target) graph.setEdge(source, target, {}, id);
  }
  dagre.layout(graph);
  let [width, height] = [0, 0];
  for (const { id } of nodes) {
    const box = graph.node(id);
    const place = {
      x: Math.round(to.corner.x + box.x - box.width / 2),
      y: Math.round(to.corner.y + box.y - box.height / 2),
    };
    to.places.set(id, place);
    width = Math.max(width, place.x + box.width);
    height = Math.max(height, place.y + box.height);
  }
  return { width, height };
}

/** Places for the nodes that have none, below those that have one: a file may come without any. */
export function missingPlaces(doc: Doc): Map<string, Position> {
  const missing = new Set([...doc.nodes.keys()].filter((id) => !doc.positions.has(id)));
  if (missing.size === 0) return new Map();
  const all = arrange(doc);
  const below = Math.max(
    -gap.rows,
    ...[...doc.positions].flatMap(([id, { y, h = size.body.height }]) =>
      doc.nodes.get(id)?.parent === undefined ? [y + h] : [],
    ),
  );
  return new Map(
    [...missing].flatMap((id): [string, Position][] => {
      const place = all.get(id);
      if (!place) return [];
      const isTop = doc.nodes.get(id)?.parent === undefined;
      return [[id, isTop ? { ...place, y: place.y + below + gap.rows } : place]];
    }),
  );
}
