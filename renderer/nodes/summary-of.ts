import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import type { AnyManifest } from '../../app/core/nodekit/define-node.ts';

const LONGEST = 60;

/**
 * One line that tells this node from others of its type: the first field of its form that says something short. Fields
 * stand in the order in which the form has them, so the manifest decides.
 */
export function summaryOf(node: WorkflowNode, manifest: AnyManifest | undefined): string | undefined {
  for (const field of Object.keys(manifest?.form ?? {})) {
    const value = node.config[field];
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const line = String(value).replace(/\s+/g, ' ').trim();
    if (line !== '') return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
  }
  return undefined;
}
