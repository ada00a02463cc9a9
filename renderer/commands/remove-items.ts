import type { LayoutGroup, WorkflowEdge } from '../../app/core/graph/workflow.ts';
import { connectionFault } from '../nodes/connection.ts';
import type { Doc } from '../state/document.ts';
import { edgesAt, withBodies } from '../state/graph-queries.ts';
import { type ItemRef, idsOf } from '../state/items.ts';
import { applyPatch, followedBy, type Patch } from '../state/patch.ts';
import { defineCommand } from './command.ts';
import { connectionPatch } from './connect-ports.ts';

export interface RemoveArgs {
  items: readonly ItemRef[];
  /** Join what led into the nodes with what led out of them, where the types fit. */
  reconnect?: boolean;
}

/** Removes what is selected: nodes with all inside them and their wires, wires, notes, and groups without their nodes. */
export const removeItems = defineCommand<RemoveArgs>('items.remove', (doc, { items, reconnect }) => {
  const nodes = withBodies(doc, idsOf(items, 'node'));
  const edges = [...idsOf(items, 'edge').filter((id) => doc.edges.has(id)), ...edgesAt(doc, nodes).map(({ id }) => id)];
  const notes = idsOf(items, 'note').filter((id) => doc.notes.has(id));
  const groups = idsOf(items, 'group').filter((id) => doc.groups.has(id));
  const count = nodes.size + notes.length + groups.length + (nodes.size === 0 ? edges.length : 0);
  if (count === 0) return undefined;
  const gone = <T>(ids: Iterable<string>): [string, T | undefined][] => [...ids].map((id) => [id, undefined]);
  let patch: Patch = {
    nodes: new Map(gone(nodes)),
    positions: new Map(gone(nodes)),
    colors: new Map(gone(nodes)),
    edges: new Map(gone(edges)),
    notes: new Map(gone(notes)),
    groups: new Map<string, LayoutGroup | undefined>([...withoutNodes(doc, nodes), ...gone<LayoutGroup>(groups)]),
  };
  if (reconnect) patch = followedBy(patch, joined(doc, nodes, patch));
  return { patch, capture: 'now', label: { key: 'items.remove', values: { count } }, select: [] };
});

/** The groups that lose members, without them; a group that held nothing else goes. */
export function withoutNodes(doc: Doc, nodes: ReadonlySet<string>): [string, LayoutGroup | undefined][] {
  return [...doc.groups.values()]
    .filter((group) => group.nodes.some((id) => nodes.has(id)))
    .map((group) => {
      const left = group.nodes.filter((id) => !nodes.has(id));
      return [group.id, left.length === 0 ? undefined : { ...group, nodes: left }];
    });
}

/** Wires that lead past the removed nodes: from each source of theirs to each target, where such a wire may be. */
function joined(doc: Doc, nodes: ReadonlySet<string>, removal: Patch): Patch {
  const around = edgesAt(doc, nodes);
  const into = around.filter(({ from, to }) => !nodes.has(from.node) && nodes.has(to.node));
  const outOf = around.filter(({ from, to }) => nodes.has(from.node) && !nodes.has(to.node));
  let now = applyPatch(doc, removal)?.doc ?? doc;
  let patch: Patch = {};
  const taken = new Set<string>();
  for (const target of outOf)
    for (const source of into) {
      const place = `${target.to.node} ${target.to.port}`;
      if (taken.has(place)) continue;
      const wire = wireBetween(source, target);
      if (connectionFault(now, wire)) continue;
      const more = connectionPatch(now, wire);
      now = applyPatch(now, more)?.doc ?? now;
      patch = followedBy(patch, more);
      taken.add(place);
    }
  return patch;
}

function wireBetween(source: WorkflowEdge, target: WorkflowEdge) {
  return { from: { ...source.from, side: 'out' as const }, to: { ...target.to, side: 'in' as const } };
}
