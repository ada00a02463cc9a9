import type { Workflow, WorkflowNode } from './workflow.ts';

/**
 * Which container each node lies in. The root frame is `null`. Assumes that parents exist and do not run in a circle
 * (validation reports both before anything else looks).
 */
export class Frames {
  private readonly parents = new Map<string, string | null>();

  constructor(nodes: readonly WorkflowNode[]) {
    for (const node of nodes) this.parents.set(node.id, node.parent ?? null);
  }

  has(nodeId: string): boolean {
    return this.parents.has(nodeId);
  }

  parentOf(nodeId: string): string | null {
    return this.parents.get(nodeId) ?? null;
  }

  /** The containers around a node, innermost first, ending with the root. */
  around(nodeId: string): (string | null)[] {
    const chain: (string | null)[] = [];
    for (let at: string | null = this.parentOf(nodeId); ; at = this.parentOf(at)) {
      chain.push(at);
      if (at === null) return chain;
    }
  }

  /** Whether `frame` is one of those around a node, the root included. */
  isWithin(nodeId: string, frame: string | null): boolean {
    for (let at = this.parentOf(nodeId); at !== frame; at = this.parentOf(at)) if (at === null) return false;
    return true;
  }

  /** `nodeId` or the container around it that lies directly in `frame`; undefined when it lies elsewhere. */
  liftTo(nodeId: string, frame: string | null): string | undefined {
    for (let at = nodeId; ; ) {
      const parent = this.parentOf(at);
      if (parent === frame) return at;
      if (parent === null) return undefined;
      at = parent;
    }
  }
}

/** How an edge lies to the frames: where it starts, where it ends. */
export type EdgeKind =
  /** Between nodes that see each other: the source stands in the target's frame or in one around it. */
  | 'wire'
  /** From a container's inner source port to a node inside it. */
  | 'source'
  /** From a node inside a container to the container's inner sink port. */
  | 'sink'
  /** From a container's inner source port straight to its own inner sink port. */
  | 'through'
  /** Leads into or out of a container otherwise. */
  | 'illegal';

export function edgeKind(edge: Workflow['edges'][number], frames: Frames): EdgeKind {
  const { from, to } = edge;
  if (from.node === to.node) return 'through';
  if (frames.isWithin(to.node, from.node)) return 'source';
  if (frames.parentOf(from.node) === to.node) return 'sink';
  if (frames.isWithin(to.node, frames.parentOf(from.node))) return 'wire';
  return 'illegal';
}
