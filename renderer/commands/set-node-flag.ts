import { passageOf } from '../../app/core/graph/bypass.ts';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import { resolveNode } from '../nodes/ports-of.ts';
import type { Doc } from '../state/document.ts';
import type { StringKey, Words } from '../strings/text.ts';
import { defineCommand } from './command.ts';

export interface SetFlagArgs {
  nodes: readonly string[];
  flag: 'disabled' | 'bypassed' | 'personal';
  on: boolean;
}

const labels: Readonly<Record<SetFlagArgs['flag'], { on: StringKey; off: StringKey }>> = {
  disabled: { on: 'node.disable', off: 'node.enable' },
  bypassed: { on: 'node.bypass', off: 'node.work' },
  personal: { on: 'node.personal', off: 'node.personal' },
};

/** Disables nodes, bypasses them (where a value can go past), or marks what they handle as personal. */
export const setNodeFlag = defineCommand<SetFlagArgs>('node.flag', (doc, { nodes, flag, on }) => {
  const refused = on && flag === 'bypassed' ? noPassage(doc, nodes) : undefined;
  if (refused) return { refused };
  const changed = nodes.flatMap((id): [string, WorkflowNode][] => {
    const node = doc.nodes.get(id);
    if (!node || (node[flag] ?? false) === on) return [];
    const { [flag]: _old, ...plain } = node;
    return [[id, on ? { ...plain, [flag]: true } : plain]];
  });
  if (changed.length === 0) return undefined;
  const key = labels[flag][on ? 'on' : 'off'];
  return { patch: { nodes: new Map(changed) }, capture: 'now', label: { key } };
});

/** Why one of the nodes cannot be bypassed. */
function noPassage(doc: Doc, nodes: readonly string[]): Words | undefined {
  for (const id of nodes) {
    const node = doc.nodes.get(id);
    if (!node) continue;
    const { manifest, ports } = resolveNode(node);
    if (manifest && passageOf(manifest, ports)) continue;
    const values = { node: node.name ?? manifest?.title ?? node.type };
    return { key: manifest?.body ? 'node.noPassageInside' : 'node.noPassage', values };
  }
  return undefined;
}
