import type { ItemRef } from './items.ts';
import type { Studio } from './studio.ts';
import { showPanel } from './view-store.ts';

/** Opens a workflow, selects one of its items and brings it into sight. @throws what opening it fails with */
export async function showItem(studio: Studio, file: string, ref: ItemRef | undefined): Promise<void> {
  const { documents, canvas, view } = studio;
  await documents.open(file);
  const open = documents.active();
  if (!open) return;
  open.document.select(ref === undefined ? [] : [ref]);
  showPanel(view, 'right', 'inspector');
  const { handle } = canvas.getState();
  if (ref === undefined) return;
  // A canvas that is yet to be drawn begins with it.
  if (handle?.key === open.key) handle.reveal(ref);
  else canvas.setState({ first: { key: open.key, node: ref } });
}
