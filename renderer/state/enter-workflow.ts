import { runsWorkflow } from '../nodes/runs-workflow.ts';
import { fileOf } from './open-documents.ts';
import type { ShownGraph } from './shown-graph.ts';
import type { Studio } from './studio.ts';

/** Opens the workflow that a node runs; tells where there is none. */
export async function enterWorkflow(studio: Studio, { document }: ShownGraph, node: string): Promise<void> {
  const record = document.store.getState().doc.nodes.get(node);
  const reference = record && runsWorkflow(record);
  if (reference === undefined) return;
  const found = await studio.named.find(reference);
  if (!found) {
    studio.notices.tell({ key: 'subflow.missing', values: { reference } }, { tone: 'warning' });
    return;
  }
  await studio.places.enter(found.file, { file: document.store.getState().file, node });
}

/** What the workflow of a file is called: by itself where it is open, else by its file. */
export function nameOfFile(studio: Studio, file: string): string {
  const tab = studio.documents.store.getState().tabs.find((one) => fileOf(one) === file);
  const name = tab?.kind === 'document' ? tab.document.store.getState().doc.head.get('name') : undefined;
  return name ?? file.replace(/^.*\//, '').replace(/\.flow\.json$/, '');
}
