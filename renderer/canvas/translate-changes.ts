import type { EdgeChange, NodeChange } from '@xyflow/react';
import { moveItems } from '../commands/move-items.ts';
import { resizeItem } from '../commands/resize-item.ts';
import type { DocumentStore } from '../state/document-store.ts';
import { type ItemRef, itemOf } from '../state/items.ts';
import { isLocked } from '../state/locks.ts';
import type { CanvasItem, Dragged, WireItem } from './flow-graph.ts';

/**
 * The one place where what the canvas library reports becomes what the studio does. A drag lives beside the document
 * until it ends; then it is one command. Sizes that the library measured are not wanted: they are worked out.
 */
export function translateNodeChanges(
  changes: readonly NodeChange<CanvasItem>[],
  about: {
    document: DocumentStore;
    dragged: Dragged;
    items: readonly CanvasItem[];
    /** While copies are dragged: what is really moved in place of what the library moves. */
    copies?: ReadonlyMap<ItemRef, ItemRef> | undefined;
  },
): Dragged {
  const { document, items, copies } = about;
  const dragged = new Map(about.dragged);
  let ended = false;
  let resized: ItemRef | undefined;
  const itemAt = (ref: ItemRef) => items.find(({ id }) => id === ref);

  for (const change of changes) {
    if (change.type === 'position' && change.position) {
      const { kind, id } = itemOf(change.id);
      if (copies) moveCopy(change.id, change.position);
      else if (kind === 'group') moveGroup(id, change.position);
      else dragged.set(change.id, { ...dragged.get(change.id), ...change.position });
      ended ||= change.dragging === false;
    }
    if (change.type === 'dimensions' && change.setAttributes && change.dimensions) {
      const item = itemAt(change.id);
      const place = dragged.get(change.id) ?? item?.position ?? { x: 0, y: 0 };
      dragged.set(change.id, { ...place, ...change.dimensions });
    }
    if (change.type === 'dimensions' && change.resizing === false) resized = change.id;
  }

  /** The original stays; its copy is as far from where it was made as the library moved the original. */
  function moveCopy(ref: ItemRef, to: { x: number; y: number }): void {
    const [original, copy] = [itemAt(ref), copies?.get(ref)];
    if (!original || copy === undefined) return;
    const { doc } = document.store.getState();
    const { kind, id } = itemOf(copy);
    const at = kind === 'note' ? doc.notes.get(id) : doc.positions.get(id);
    if (at) dragged.set(copy, { x: at.x + to.x - original.position.x, y: at.y + to.y - original.position.y });
  }

  /** A group has no place of its own: its nodes move. */
  function moveGroup(id: string, to: { x: number; y: number }): void {
    const group = itemAt(`group:${id}`);
    if (!group) return;
    const by = { x: to.x - group.position.x, y: to.y - group.position.y };
    for (const node of document.store.getState().doc.groups.get(id)?.nodes ?? []) {
      const { doc } = document.store.getState();
      const item = itemAt(node);
      // The library moves what is selected by itself; what is locked stays.
      if (item?.selected || isLocked(doc, node)) continue;
      const at = dragged.get(node) ?? item?.position ?? doc.positions.get(node) ?? { x: 0, y: 0 };
      dragged.set(node, { x: at.x + by.x, y: at.y + by.y });
    }
  }

  select(changes, document);
  if (resized !== undefined) {
    const box = dragged.get(resized);
    dragged.clear();
    if (box?.width !== undefined && box.height !== undefined)
      document.run(resizeItem, { item: resized, box: { ...box, width: box.width, height: box.height } });
  } else if (ended) {
    const to = new Map(dragged);
    dragged.clear();
    document.run(moveItems, { to });
  }
  return same(dragged, about.dragged) ? about.dragged : dragged;
}

export function translateEdgeChanges(changes: readonly EdgeChange<WireItem>[], document: DocumentStore): void {
  select(changes, document);
}

function select(changes: readonly { type: string; id?: string; selected?: boolean }[], document: DocumentStore): void {
  const chosen = changes.filter(({ type }) => type === 'select');
  if (chosen.length === 0) return;
  const selection = new Set(document.store.getState().selection);
  for (const { id = '', selected } of chosen) {
    if (selected) selection.add(id);
    else selection.delete(id);
  }
  document.select(selection);
}

function same(a: Dragged, b: Dragged): boolean {
  return a.size === 0 && b.size === 0;
}
