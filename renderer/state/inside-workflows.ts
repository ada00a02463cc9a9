import type { Workflow, WorkflowNode } from '../../app/core/graph/workflow.ts';
import { runsWorkflow } from '../nodes/runs-workflow.ts';
import type { DebugState, MarkedWorkflow } from './debugging.ts';
import { type Doc, docOf } from './document.ts';

export interface InsidePorts {
  /** What lies on the disk under a reference: of that a run takes the workflows inside, whatever their tabs hold. */
  read(reference: string): Promise<{ file: string; workflow: Workflow }>;
  /** What a person marked in a workflow, whether a tab shows it or not. */
  debugOf(file: string, workflowId: string): DebugState;
}

/** The workflows that nodes run, at any depth, each read once. @returns the one that a node runs */
export async function loadInside(
  doc: Doc,
  { read, debugOf }: InsidePorts,
): Promise<(node: WorkflowNode) => MarkedWorkflow | undefined> {
  const found = new Map<string, MarkedWorkflow | undefined>();
  async function visit(around: Doc): Promise<void> {
    const references = [...around.nodes.values()].map(runsWorkflow).filter((one) => one !== undefined);
    const fresh = [...new Set(references)].filter((one) => !found.has(one));
    for (const reference of fresh) found.set(reference, undefined);
    await Promise.all(
      fresh.map(async (reference) => {
        // Why one cannot be read is told when the run begins.
        const inside = await read(reference).catch(() => undefined);
        if (!inside) return;
        const marked = { doc: docOf(inside.workflow), debug: debugOf(inside.file, inside.workflow.id) };
        found.set(reference, marked);
        await visit(marked.doc);
      }),
    );
  }
  await visit(doc);
  return (node) => found.get(runsWorkflow(node) ?? '');
}
