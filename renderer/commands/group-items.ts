import type { LayoutGroup } from '../../app/core/graph/workflow.ts';
import { freeId } from '../state/free-id.ts';
import { selectedNodes } from '../state/graph-queries.ts';
import { type ItemRef, itemRef } from '../state/items.ts';
import { shownLine } from '../state/shown-text.ts';
import { defineCommand } from './command.ts';
import { withoutNodes } from './remove-items.ts';

export interface GroupArgs {
  items: readonly ItemRef[];
  title: string;
}

/** Draws a frame round the selected nodes. A node is in one group at most: it leaves the one that it was in. */
export const groupItems = defineCommand<GroupArgs>('group.add', (doc, { items, title }) => {
  const nodes = [...selectedNodes(doc, items)];
  if (nodes.length === 0) return undefined;
  const id = freeId('group', (other) => doc.groups.has(other));
  const group: LayoutGroup = { id, title: shownLine(title, 200), nodes: nodes.sort() };
  return {
    patch: { groups: new Map([...withoutNodes(doc, new Set(nodes)), [id, group]]) },
    capture: 'now',
    label: { key: 'group.add' },
    select: [itemRef('group', id)],
  };
});
