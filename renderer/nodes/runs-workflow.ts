import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import { resolveNode } from './ports-of.ts';

/** The workflow that a node runs, by the reference in its config, disabled or not; undefined for every other node. */
export function runsWorkflow(node: WorkflowNode): string | undefined {
  const { manifest, fits } = resolveNode(node);
  return fits ? manifest?.runsWorkflow?.reference(manifest.config.parse(node.config)) : undefined;
}
