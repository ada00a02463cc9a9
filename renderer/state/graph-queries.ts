import type { WorkflowEdge, WorkflowNode } from '../../app/core/graph/workflow.ts';
import type { Doc } from './document.ts';
import { type ItemRef, idsOf } from './items.ts';

/** The nodes and everything inside them, at any depth. */
export function withBodies(doc: Doc, nodes: Iterable<string>): Set<string> {
  const all = new Set([...nodes].filter((id) => doc.nodes.has(id)));
  // Parents may come after their children in the table, so until nothing is added any more.
  for (let size = -1; size !== all.size; ) {
    size = all.size;
    for (const { id, parent } of doc.nodes.values()) if (parent !== undefined && all.has(parent)) all.add(id);
  }
  return all;
}

/** Of these nodes those whose container is not among them: moving these moves all. */
export function outermost(doc: Doc, nodes: ReadonlySet<string>): string[] {
  return [...nodes].filter((id) => {
    for (let at = doc.nodes.get(id)?.parent; at !== undefined; at = doc.nodes.get(at)?.parent)
      if (nodes.has(at)) return false;
    return true;
  });
}

/** Wires that begin or end at one of the nodes. */
export function edgesAt(doc: Doc, nodes: ReadonlySet<string>): WorkflowEdge[] {
  return [...doc.edges.values()].filter(({ from, to }) => nodes.has(from.node) || nodes.has(to.node));
}

/** Wires that begin and end at one of the nodes. */
export function edgesWithin(doc: Doc, nodes: ReadonlySet<string>): WorkflowEdge[] {
  return [...doc.edges.values()].filter(({ from, to }) => nodes.has(from.node) && nodes.has(to.node));
}

/** The nodes that a selection means: its own, and those of its groups. */
export function selectedNodes(doc: Doc, items: Iterable<ItemRef>): Set<string> {
  const refs = [...items];
  const ofGroups = idsOf(refs, 'group').flatMap((id) => doc.groups.get(id)?.nodes ?? []);
  return new Set([...idsOf(refs, 'node'), ...ofGroups].filter((id) => doc.nodes.has(id)));
}

/** What a person calls a node: its name, else what its type is called. */
export function shownName(doc: Doc, id: string, titleOf: (type: string) => string | undefined): string {
  const node = doc.nodes.get(id);
  if (!node) return id;
  return node.name ?? titleOf(node.type) ?? node.type;
}

export interface Point {
  x: number;
  y: number;
}

/** Farthest from the middle that a file takes. */
const FARTHEST = 1e7;

/** A coordinate as files hold it: whole, and within their bounds. */
export function coordinate(value: number): number {
  return Number.isNaN(value) ? 0 : Math.max(-FARTHEST, Math.min(FARTHEST, Math.round(value)));
}

export function onCanvas({ x, y }: Point): Point {
  return { x: coordinate(x), y: coordinate(y) };
}

/** Where a node stands on the whole canvas: positions inside containers count from the container's corner. */
export function placeOf(doc: Doc, id: string): Point {
  const place = { x: 0, y: 0 };
  for (let at: string | undefined = id; at !== undefined; at = doc.nodes.get(at)?.parent) {
    const position = doc.positions.get(at);
    place.x += position?.x ?? 0;
    place.y += position?.y ?? 0;
  }
  return place;
}

/** Nodes with everything that lies in no container first, then what lies in those, and so on. */
export function nodesByDepth(doc: Doc): WorkflowNode[][] {
  const levels: WorkflowNode[][] = [];
  const depths = new Map<string, number>();
  const depthOf = (node: WorkflowNode): number => {
    const known = depths.get(node.id);
    if (known !== undefined) return known;
    const parent = node.parent === undefined ? undefined : doc.nodes.get(node.parent);
    // Of a file whose containers run in a circle something is shown all the same.
    depths.set(node.id, 0);
    const depth = parent ? depthOf(parent) + 1 : 0;
    depths.set(node.id, depth);
    return depth;
  };
  for (const node of doc.nodes.values()) {
    const depth = depthOf(node);
    levels[depth] ??= [];
    levels[depth].push(node);
  }
  return levels.map((level) => level ?? []);
}
