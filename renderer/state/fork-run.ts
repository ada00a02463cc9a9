import type { FrozenGraph } from './frozen-graph.ts';
import { addressOfRun } from './frozen-graph.ts';
import type { OpenDocument } from './open-documents.ts';
import type { ForkRequest } from './run-session.ts';
import { saveFirst } from './save-first.ts';
import type { Studio } from './studio.ts';
import { showPanel } from './view-store.ts';

/**
 * Starts a new run that takes over all of another up to a step, on the workflow as it is now, and shows it there; where
 * the workflow is gone, on what the other run worked on. @throws what the host says
 */
export async function forkRun(studio: Studio, graph: OpenDocument | FrozenGraph, request: ForkRequest): Promise<void> {
  const { client, documents, view } = studio;
  if (graph.kind === 'frozen' && graph.about.file === undefined) {
    const { run, step, values } = request;
    const { runId } = await client.run.start({ fork: { run, at: step }, edits: { [step]: values } });
    return documents.open(addressOfRun(runId));
  }
  if (graph.kind === 'frozen') await documents.open(graph.about.file ?? '');
  const open = documents.active();
  if (!open || !(await saveFirst(studio, open))) return;
  await open.run.fork(request);
  // Why it could not start, and how to mend it, stands there.
  if (open.run.store.getState().status === 'refused') showPanel(view, 'dock', 'run');
}
