import { shownLine } from '../state/shown-text.ts';
import { defineCommand } from './command.ts';

export interface RenameArgs {
  node: string;
  /** One line; nothing for what the type is called. */
  name: string;
}

export const renameNode = defineCommand<RenameArgs>('node.rename', (doc, { node: id, name }) => {
  const node = doc.nodes.get(id);
  if (!node) return undefined;
  const { name: _old, ...unnamed } = node;
  const line = shownLine(name, 200);
  return {
    patch: { nodes: new Map([[id, line === '' ? unnamed : { ...unnamed, name: line }]]) },
    capture: 'now',
    label: { key: 'node.rename' },
  };
});
