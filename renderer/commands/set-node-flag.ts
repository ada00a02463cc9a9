import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import { defineCommand } from './command.ts';

export interface SetFlagArgs {
  nodes: readonly string[];
  flag: 'disabled' | 'personal';
  on: boolean;
}

export const setNodeFlag = defineCommand<SetFlagArgs>('node.flag', (doc, { nodes, flag, on }) => {
  const changed = nodes.flatMap((id): [string, WorkflowNode][] => {
    const node = doc.nodes.get(id);
    if (!node || (node[flag] ?? false) === on) return [];
    const { [flag]: _old, ...plain } = node;
    return [[id, on ? { ...plain, [flag]: true } : plain]];
  });
  if (changed.length === 0) return undefined;
  const key = flag === 'personal' ? 'node.personal' : on ? 'node.disable' : 'node.enable';
  return { patch: { nodes: new Map(changed) }, capture: 'now', label: { key } };
});
