/**
 * What can be selected on the canvas, as one text each: a node by its id, and `note:`, `group:` and `edge:` before the
 * id of the others (no id holds a colon).
 */
export type ItemRef = string;
export type ItemKind = 'node' | 'note' | 'group' | 'edge';

export function itemRef(kind: ItemKind, id: string): ItemRef {
  return kind === 'node' ? id : `${kind}:${id}`;
}

export function itemOf(ref: ItemRef): { kind: ItemKind; id: string } {
  const at = ref.indexOf(':');
  return at < 0 ? { kind: 'node', id: ref } : { kind: ref.slice(0, at) as ItemKind, id: ref.slice(at + 1) };
}

/** The ids of the items of one kind. */
export function idsOf(refs: Iterable<ItemRef>, kind: ItemKind): string[] {
  const ids: string[] = [];
  for (const ref of refs) {
    const item = itemOf(ref);
    if (item.kind === kind) ids.push(item.id);
  }
  return ids;
}
