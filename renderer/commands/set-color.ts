import type { ColorName } from '../theme/colors.ts';
import { defineCommand } from './command.ts';

export interface SetColorArgs {
  nodes: readonly string[];
  /** `undefined` for that of the node's family. */
  color: ColorName | undefined;
}

export const setColor = defineCommand<SetColorArgs>('node.color', (doc, { nodes, color }) => {
  const known = nodes.filter((id) => doc.nodes.has(id));
  if (known.length === 0) return undefined;
  return {
    patch: { colors: new Map(known.map((id) => [id, color])) },
    capture: 'now',
    label: { key: 'node.color' },
  };
});
