import type { WorkflowInterface, WorkflowNode } from '../../app/core/graph/workflow.ts';
import { manifestOf } from '../nodes/node-types.ts';
import { defineCommand } from './command.ts';

export interface UpdateInterfacesArgs {
  /** What the workflow that a node runs takes and gives now, by the node's id. */
  faces: ReadonlyMap<string, WorkflowInterface>;
}

/**
 * Gives nodes that run other workflows the ports that those have now. It follows files that nobody undoes here, and the
 * engine reads them anew in any case: no step of the history.
 */
export const updateInterfaces = defineCommand<UpdateInterfacesArgs>('subflow.interface', (doc, { faces }) => {
  const nodes = new Map<string, WorkflowNode>();
  for (const [id, face] of faces) {
    const node = doc.nodes.get(id);
    const runs = node && manifestOf(node.type)?.runsWorkflow;
    if (runs) nodes.set(id, { ...node, config: runs.withInterface(node.config, face) });
  }
  return { patch: { nodes }, capture: 'never', label: { key: 'subflow.interface' } };
});
