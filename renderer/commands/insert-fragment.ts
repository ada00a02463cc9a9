import type { LayoutGroup, LayoutNote, WorkflowEdge, WorkflowNode } from '../../app/core/graph/workflow.ts';
import { connectionFault } from '../nodes/connection.ts';
import type { Doc, Position } from '../state/document.ts';
import { freeId, withoutNumber } from '../state/free-id.ts';
import { onCanvas, type Point } from '../state/graph-queries.ts';
import { itemRef } from '../state/items.ts';
import { applyPatch, followedBy, type Patch } from '../state/patch.ts';
import { defineCommand, type Edit } from './command.ts';
import { connectionPatch, freeEdgeId } from './connect-ports.ts';
import type { Fragment } from './fragment.ts';
import { usedResources } from './used-resources.ts';

export interface InsertArgs {
  fragment: Fragment;
  /** How far from where it was taken. */
  offset: Point;
  /** Keep the wires that led into the piece, where their sources are here. */
  keepIncoming?: boolean;
  label?: Edit['label'];
}

/** Puts a copy of a piece into the document, under new ids, with the references that it needs. */
export const insertFragment = defineCommand<InsertArgs>('fragment.insert', (doc, args) => {
  const { fragment, offset } = args;
  const ids = freshIds(doc, fragment);
  const nodes = new Map(fragment.nodes.map((node): [string, WorkflowNode] => renamed(node, ids)));
  if (nodes.size === 0 && fragment.notes.length === 0) return undefined;
  const positions = new Map<string, Position>();
  for (const [id, fresh] of ids) {
    const { x, y, ...size } = fragment.positions[id] ?? { x: 0, y: 0 };
    const isTop = nodes.get(fresh)?.parent === undefined;
    positions.set(fresh, { ...(isTop ? onCanvas({ x: x + offset.x, y: y + offset.y }) : { x, y }), ...size });
  }
  const edges = new Map<string, WorkflowEdge>();
  for (const edge of fragment.edges) {
    const [from, to] = [ids.get(edge.from.node), ids.get(edge.to.node)];
    if (from === undefined || to === undefined) continue;
    const wire = {
      from: { ...edge.from, node: from, side: 'out' as const },
      to: { ...edge.to, node: to, side: 'in' as const },
    };
    const id = freeEdgeId(doc, wire, (other) => doc.edges.has(other) || edges.has(other));
    edges.set(id, { id, from: { node: from, port: edge.from.port }, to: { node: to, port: edge.to.port } });
  }
  const notes = copies<LayoutNote>(doc.notes, fragment.notes, (note) => ({
    ...note,
    ...onCanvas({ x: note.x + offset.x, y: note.y + offset.y }),
  }));
  const groups = copies<LayoutGroup>(doc.groups, fragment.groups, (group) => ({
    ...group,
    nodes: group.nodes.flatMap((id) => ids.get(id) ?? []),
  }));
  const colors = new Map(
    Object.entries(fragment.colors).flatMap(([id, color]): [string, string][] => {
      const fresh = ids.get(id);
      return fresh === undefined ? [] : [[fresh, color]];
    }),
  );
  let patch: Patch = { nodes, positions, edges, notes, groups, colors, ...missingResources(doc, fragment) };
  if (args.keepIncoming) patch = followedBy(patch, incoming(doc, fragment, ids, patch));
  const count = nodes.size + notes.size;
  return {
    patch,
    capture: 'now',
    label: args.label ?? { key: 'fragment.insert', values: { count } },
    select: [...nodes.keys(), ...[...notes.keys()].map((id) => itemRef('note', id))],
  };
});

/** The ids that the nodes of a piece get in a document, by those that they have. */
export function freshIds(doc: Doc, { nodes }: Pick<Fragment, 'nodes'>): Map<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set(doc.nodes.keys());
  for (const { id } of nodes) {
    const fresh = freeId(withoutNumber(id), (other) => taken.has(other));
    taken.add(fresh);
    ids.set(id, fresh);
  }
  return ids;
}

function renamed(node: WorkflowNode, ids: ReadonlyMap<string, string>): [string, WorkflowNode] {
  const id = ids.get(node.id) ?? node.id;
  const { parent: old, ...free } = node;
  const parent = old === undefined ? undefined : ids.get(old);
  return [id, { ...free, id, ...(parent !== undefined && { parent }) }];
}

function copies<T extends { id: string }>(
  there: ReadonlyMap<string, T>,
  list: readonly T[],
  change: (one: T) => T,
): Map<string, T> {
  const made = new Map<string, T>();
  for (const one of list) {
    const id = freeId(withoutNumber(one.id), (other) => there.has(other) || made.has(other));
    made.set(id, { ...change(one), id });
  }
  return made;
}

/** References that the piece's nodes name and the document does not have; those that it has win. */
function missingResources(doc: Doc, { nodes, resources }: Fragment): Patch {
  const { collections, prompts, profiles } = usedResources(nodes, resources);
  const missing = <T>(table: ReadonlyMap<string, T>, given: { [alias: string]: T } | undefined) =>
    new Map(Object.entries(given ?? {}).filter(([alias]) => !table.has(alias)));
  return {
    collections: missing(doc.collections, collections),
    prompts: missing(doc.prompts, prompts),
    profiles: missing(doc.profiles, profiles),
  };
}

function incoming(doc: Doc, fragment: Fragment, ids: ReadonlyMap<string, string>, insertion: Patch): Patch {
  let now = applyPatch(doc, insertion)?.doc ?? doc;
  let patch: Patch = {};
  for (const { from, to } of fragment.incoming) {
    const node = ids.get(to.node);
    if (node === undefined || !now.nodes.has(from.node)) continue;
    const wire = { from: { ...from, side: 'out' as const }, to: { ...to, node, side: 'in' as const } };
    if (connectionFault(now, wire)) continue;
    const more = connectionPatch(now, wire);
    now = applyPatch(now, more)?.doc ?? now;
    patch = followedBy(patch, more);
  }
  return patch;
}
