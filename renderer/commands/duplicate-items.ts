import type { Point } from '../state/graph-queries.ts';
import type { ItemRef } from '../state/items.ts';
import { defineCommand } from './command.ts';
import { fragmentOf } from './fragment.ts';
import { insertFragment } from './insert-fragment.ts';

export interface DuplicateArgs {
  items: readonly ItemRef[];
  offset: Point;
  keepIncoming?: boolean;
}

export const duplicateItems = defineCommand<DuplicateArgs>('items.duplicate', (doc, { items, ...rest }) => {
  const fragment = fragmentOf(doc, items);
  if (!fragment) return undefined;
  const count = fragment.nodes.length + fragment.notes.length;
  return insertFragment.run(doc, { fragment, ...rest, label: { key: 'items.duplicate', values: { count } } });
});
