import { extractSubflow } from '../commands/extract-subflow.ts';
import { type Extraction, type PortNames, workflowOfExtraction } from '../commands/extraction.ts';
import { unpackSubflow } from '../commands/unpack-subflow.ts';
import { runsWorkflow } from '../nodes/runs-workflow.ts';
import { enterWorkflow } from './enter-workflow.ts';
import { freeId, slug } from './free-id.ts';
import { positionOf } from './history.ts';
import type { ItemRef } from './items.ts';
import { fileOf, type OpenDocument } from './open-documents.ts';
import type { Studio } from './studio.ts';

export interface ConvertRequest {
  items: readonly ItemRef[];
  piece: Extraction;
  name: string;
  file: string;
  names: PortNames;
}

/** A file of that name for a workflow, as far as the list knows one that is free. */
export function freeFile(name: string, files: readonly string[]): string {
  const fileNamed = (id: string) => `workflows/${id}.flow.json`;
  const id = freeId(slug(name).toLowerCase(), (other) => files.includes(fileNamed(other)));
  return fileNamed(id);
}

/** An id that no workflow of the list has. */
function freeWorkflowId(name: string, ids: readonly string[]): string {
  const words = slug(name).toLowerCase().replaceAll('_', '-').slice(0, 55).padEnd(3, '-x');
  return `wf_${freeId(words, (other) => ids.includes(`wf_${other}`))}`;
}

/**
 * Writes what is selected as a workflow of its own, then puts a node that runs it in its place: one step for undo, which
 * leaves the file and says so.
 * @throws AppError file.exists when there is such a file, storage.*
 */
export async function convertToSubflow(studio: Studio, open: OpenDocument, request: ConvertRequest): Promise<void> {
  const { client, notices } = studio;
  const { items, piece, name, file, names } = request;
  const { document } = open;
  const ids = (await client.workflow.list({})).flatMap(({ id }) => id ?? []);
  const id = freeWorkflowId(name, ids);
  await client.workflow.save({ file, workflow: workflowOfExtraction(piece, { id, name, names }), base: null });
  const refused = document.run(extractSubflow, { items, workflow: id, name, names });
  if (refused) {
    // The drawing was changed meanwhile: nothing is left of a workflow that nobody runs.
    await client.workflow.remove({ file });
    notices.tell(refused, { tone: 'warning' });
    return;
  }
  document.seal();
  const entry = positionOf(document.store.getState().history);
  const [node] = document.store.getState().selection;
  notices.tell(
    { key: 'extract.done', values: { name, file } },
    {
      tone: 'success',
      actions: [
        {
          label: { key: 'subflow.open' },
          run: () => void enterWorkflow(studio, open, node ?? '').catch(notices.fail),
        },
      ],
    },
  );
  const stop = document.store.subscribe(({ history }, before) => {
    const isUndone = history.future.some((one) => one.id === entry);
    if (isUndone && !before.history.future.some((one) => one.id === entry)) tellOfFile(studio, { name, file });
    // Another edit took the place of what was undone: it never comes back.
    if (!isUndone && !history.past.some((one) => one.id === entry)) stop();
  });
}

function tellOfFile(studio: Studio, { name, file }: { name: string; file: string }): void {
  const { client, documents, notices } = studio;
  const remove = async () => {
    const tab = documents.store.getState().tabs.find((one) => fileOf(one) === file);
    if (tab) await documents.close(tab.key);
    await client.workflow.remove({ file });
  };
  notices.tell(
    { key: 'extract.undone', values: { name, file } },
    { actions: [{ label: { key: 'workflows.remove' }, run: () => void remove().catch(notices.fail) }] },
  );
}

/** Puts the nodes of the workflow that a node runs in its place. The file of that workflow stays as it is. */
export async function unpack(studio: Studio, { document }: OpenDocument, node: string): Promise<void> {
  const record = document.store.getState().doc.nodes.get(node);
  const reference = record && runsWorkflow(record);
  if (reference === undefined) return;
  const found = await studio.named.find(reference);
  if (!found) {
    studio.notices.tell({ key: 'subflow.missing', values: { reference } }, { tone: 'warning' });
    return;
  }
  const { workflow } = await studio.client.workflow.open({ file: found.file });
  const refused = workflow && document.run(unpackSubflow, { node, workflow });
  if (refused) studio.notices.tell(refused, { tone: 'warning' });
}
