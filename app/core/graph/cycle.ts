import { edgeKind, type Frames } from './frames.ts';
import type { Workflow } from './workflow.ts';

interface Link {
  to: string;
  edge: string;
}

/**
 * Who waits for whom, frame by frame: a wire into a container's body makes the container wait. Keys are node ids;
 * wires between a container and its own body do not count.
 */
export function waitsFor(workflow: Workflow, frames: Frames): Map<string, Link[]> {
  const links = new Map<string, Link[]>();
  for (const edge of workflow.edges) {
    if (edgeKind(edge, frames) !== 'wire') continue;
    const target = frames.liftTo(edge.to.node, frames.parentOf(edge.from.node));
    if (target === undefined) continue;
    const list = links.get(edge.from.node);
    if (list) list.push({ to: target, edge: edge.id });
    else links.set(edge.from.node, [{ to: target, edge: edge.id }]);
  }
  return links;
}

export interface Cycle {
  /** Each waits for the next; the first stands at the end once more. */
  nodes: string[];
  /** The wire that closes the circle. */
  edge: string;
}

/** As many circles as a person wants to read about. */
const MAX_CYCLES = 20;

/** Circles of a workflow: none when there is none, else some of them, each closed by another wire. Iterative: any depth. */
export function findCycles(workflow: Workflow, frames: Frames): Cycle[] {
  const links = waitsFor(workflow, frames);
  const state = new Map<string, 'open' | 'done'>();
  const cycles: Cycle[] = [];
  for (const { id } of workflow.nodes) {
    if (state.has(id)) continue;
    const trail: { id: string; next: number }[] = [{ id, next: 0 }];
    state.set(id, 'open');
    while (trail.length > 0) {
      const top = trail[trail.length - 1] as { id: string; next: number };
      const link = links.get(top.id)?.[top.next];
      top.next += 1;
      if (link === undefined) {
        state.set(top.id, 'done');
        trail.pop();
      } else if (state.get(link.to) === 'open') {
        const start = trail.findIndex((entry) => entry.id === link.to);
        cycles.push({ nodes: [...trail.slice(start).map((entry) => entry.id), link.to], edge: link.edge });
        if (cycles.length === MAX_CYCLES) return cycles;
      } else if (!state.has(link.to)) {
        state.set(link.to, 'open');
        trail.push({ id: link.to, next: 0 });
      }
    }
  }
  return cycles;
}
