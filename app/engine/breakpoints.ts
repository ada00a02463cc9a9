import type { Json } from '../core/graph/json.ts';
import type { PlanNode } from '../core/plan/plan.ts';

/** Where a run stops before a step: at a node (in every frame), or where a wire brings a value. */
export interface Breakpoint {
  node?: string;
  edge?: string;
  /** Decides by the step's inputs; without it the run stops every time. */
  when?: (about: { step: string; inputs: { [port: string]: Json } }) => boolean;
}

/** Why the run must stop before this step; undefined when it need not. */
export function breakpointFor(
  breakpoints: readonly Breakpoint[],
  node: PlanNode,
  step: string,
  inputs: { [port: string]: Json },
): string | undefined {
  for (const { node: id, edge, when } of breakpoints) {
    const meant = id === node.id || (edge !== undefined && node.wires.some((wire) => wire.edge === edge));
    if (!meant || (when && !when({ step, inputs }))) continue;
    return edge === undefined ? `breakpoint at node ${node.id}` : `breakpoint on wire ${edge}`;
  }
  return undefined;
}
