import { edgeKind, type Frames } from '../graph/frames.ts';
import type { Workflow } from '../graph/workflow.ts';

/**
 * The nodes that `targets` need, with themselves: everything upstream, containers whole. A target inside a container
 * means the container.
 */
export function ancestorsOf(workflow: Workflow, frames: Frames, targets: readonly string[]): Set<string> {
  const sources = new Map<string, string[]>();
  const inside = new Map<string, string[]>();
  for (const edge of workflow.edges) {
    if (edgeKind(edge, frames) === 'wire') add(sources, edge.to.node, edge.from.node);
  }
  for (const node of workflow.nodes) if (node.parent !== undefined) add(inside, node.parent, node.id);
  const kept = new Set<string>();
  const open = targets.map((id) => frames.liftTo(id, null) ?? id);
  while (open.length > 0) {
    const id = open.pop() as string;
    if (kept.has(id)) continue;
    kept.add(id);
    for (const next of [...(sources.get(id) ?? []), ...(inside.get(id) ?? [])]) {
      open.push(next, frames.liftTo(next, null) ?? next);
    }
  }
  return kept;
}

/**
 * The nodes downstream of `starts`, with themselves, in every frame. A container counts when something inside does; one
 * that is itself reached counts with all that is inside.
 */
export function descendantsOf(workflow: Workflow, frames: Frames, starts: readonly string[]): Set<string> {
  const targets = new Map<string, string[]>();
  for (const edge of workflow.edges) add(targets, edge.from.node, edge.to.node);
  const inside = new Map<string, string[]>();
  for (const node of workflow.nodes) if (node.parent !== undefined) add(inside, node.parent, node.id);
  const reached = new Set<string>();
  const whole = new Set<string>();
  const open = starts.map((id) => ({ id, fromInside: false }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { id, fromInside } = next;
    if (!fromInside && !whole.has(id)) {
      whole.add(id);
      for (const inner of inside.get(id) ?? []) open.push({ id: inner, fromInside });
    }
    if (reached.has(id)) continue;
    reached.add(id);
    const parent = frames.parentOf(id);
    for (const to of targets.get(id) ?? []) open.push({ id: to, fromInside: to === parent });
    if (parent !== null) open.push({ id: parent, fromInside: true });
  }
  return reached;
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
