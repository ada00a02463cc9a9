import { jsonHash } from './hash.ts';
import { canonicalFileText } from './json.ts';
import type { Workflow } from './workflow.ts';

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Nodes and edges in the order of their ids, so that two files with the same logic have the same text. */
export function orderWorkflow(workflow: Workflow): Workflow {
  return { ...workflow, nodes: [...workflow.nodes].sort(byId), edges: [...workflow.edges].sort(byId) };
}

/** The logic of a workflow without what only its picture needs. */
export function withoutLayout(workflow: Workflow): Omit<Workflow, 'layout' | '$schema'> {
  const { layout: _layout, $schema: _schema, ...logic } = orderWorkflow(workflow);
  return logic;
}

/** SHA-256 of the logic: moving a box keeps it, any change to what runs changes it. Grants hang on it. */
export function contentHash(workflow: Workflow): string {
  return jsonHash(withoutLayout(workflow));
}

/** The form in which workflow files are written. */
export function workflowFileText(workflow: Workflow): string {
  return canonicalFileText(orderWorkflow(workflow));
}
