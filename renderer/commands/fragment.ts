import * as z from 'zod';
import {
  LayoutGroup,
  LayoutNote,
  limits,
  Resources,
  WorkflowEdge,
  WorkflowNode,
} from '../../app/core/graph/workflow.ts';
import type { Doc } from '../state/document.ts';
import { edgesAt, edgesWithin, outermost, placeOf, selectedNodes, withBodies } from '../state/graph-queries.ts';
import { type ItemRef, idsOf } from '../state/items.ts';

const coordinate = z.number().min(-1e7).max(1e7);

/** A piece of a workflow as text on the clipboard: plain data, read with the same care as a file. */
export const Fragment = z.strictObject({
  pipewright: z.literal('fragment'),
  version: z.literal(1),
  nodes: z.array(WorkflowNode).max(limits.nodes),
  edges: z.array(WorkflowEdge).max(limits.edges),
  /** Wires that led into the piece from outside it. */
  incoming: z.array(WorkflowEdge).max(limits.edges).default([]),
  positions: z.record(
    z.string(),
    z.strictObject({ x: coordinate, y: coordinate, w: coordinate.optional(), h: coordinate.optional() }),
  ),
  notes: z.array(LayoutNote).max(limits.nodes).default([]),
  groups: z.array(LayoutGroup).max(limits.nodes).default([]),
  colors: z.record(z.string(), z.string().max(32)).default({}),
  resources: Resources.default({}),
});
export type Fragment = z.infer<typeof Fragment>;

/** What is selected, with all inside its containers; undefined when that is nothing. */
export function fragmentOf(doc: Doc, items: Iterable<ItemRef>): Fragment | undefined {
  const refs = [...items];
  const nodes = withBodies(doc, selectedNodes(doc, refs));
  const noteIds = new Set(idsOf(refs, 'note'));
  const notes = [...doc.notes.values()].filter(({ id }) => noteIds.has(id));
  if (nodes.size === 0 && notes.length === 0) return undefined;
  const tops = new Set(outermost(doc, nodes));
  const groups = [...doc.groups.values()].filter((group) => group.nodes.every((id) => nodes.has(id)));
  return {
    pipewright: 'fragment',
    version: 1,
    // What is taken out of a container stands on its own.
    nodes: [...nodes].flatMap((id) => {
      const node = doc.nodes.get(id);
      if (!node) return [];
      const { parent: _parent, ...free } = node;
      return [tops.has(id) ? free : node];
    }),
    edges: edgesWithin(doc, nodes),
    incoming: edgesAt(doc, nodes).filter(({ from, to }) => !nodes.has(from.node) && nodes.has(to.node)),
    positions: Object.fromEntries(
      [...nodes].map((id) => [id, { ...doc.positions.get(id), ...(tops.has(id) ? placeOf(doc, id) : at(doc, id)) }]),
    ),
    notes,
    groups,
    colors: Object.fromEntries([...doc.colors].filter(([id]) => nodes.has(id))),
    resources: {
      ...(doc.collections.size > 0 && { collections: Object.fromEntries(doc.collections) }),
      ...(doc.prompts.size > 0 && { prompts: Object.fromEntries(doc.prompts) }),
      ...(doc.profiles.size > 0 && { profiles: Object.fromEntries(doc.profiles) }),
    },
  };
}

function at(doc: Doc, id: string) {
  const { x = 0, y = 0 } = doc.positions.get(id) ?? {};
  return { x, y };
}

/** The piece that a text holds; undefined for any other text. */
export function readFragment(text: string): Fragment | undefined {
  if (!text.includes('"pipewright"') || text.length > limits.bytes) return undefined;
  try {
    const parsed = Fragment.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
