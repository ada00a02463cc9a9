import { shownLine } from '../state/shown-text.ts';
import type { ColorName } from '../theme/colors.ts';
import { defineCommand } from './command.ts';

export interface EditGroupArgs {
  group: string;
  title?: string;
  color?: ColorName | undefined;
  /** Shown as one small box in place of its nodes. */
  collapsed?: boolean;
}

export const editGroup = defineCommand<EditGroupArgs>('group.edit', (doc, { group: id, ...change }) => {
  const group = doc.groups.get(id);
  if (!group) return undefined;
  const { color: old, collapsed: wasCollapsed, ...plain } = group;
  const collapsed = change.collapsed ?? wasCollapsed ?? false;
  const color = 'color' in change ? change.color : old;
  const title = change.title === undefined ? group.title : shownLine(change.title, 200);
  return {
    patch: {
      groups: new Map([
        [id, { ...plain, title, ...(color !== undefined && { color }), ...(collapsed && { collapsed }) }],
      ]),
    },
    capture: 'now',
    label: { key: 'group.edit' },
  };
});
