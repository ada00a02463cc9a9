import type { Json } from '../../app/core/graph/json.ts';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import type { Doc } from '../state/document.ts';
import type { Patch } from '../state/patch.ts';
import { followedBy } from '../state/patch.ts';
import { standsFor } from './add-node.ts';
import { defineCommand } from './command.ts';

export interface SetConfigArgs {
  node: string;
  field: string;
  /** `undefined` takes the field out, so that its default holds. */
  value: Json | undefined;
}

/** Sets one field of a node's config. Typing into a field is one step. */
export const setConfig = defineCommand<SetConfigArgs>('config.set', (doc, { node: id, field, value }) => {
  const node = doc.nodes.get(id);
  if (!node) return undefined;
  const { [field]: _old, ...rest } = node.config;
  const after: WorkflowNode = { ...node, config: value === undefined ? rest : { ...rest, [field]: value } };
  return {
    patch: followedBy(renamedInterface(doc, node, after), { nodes: new Map([[id, after]]) }),
    capture: 'merge',
    mergeKey: `config ${id} ${field}`,
    label: { key: 'config.set', values: { field } },
  };
});

/** A declared input or output that only this node stands for is renamed with it. */
function renamedInterface(doc: Doc, before: WorkflowNode, after: WorkflowNode): Patch {
  for (const direction of ['input', 'output'] as const) {
    const [old, now] = [standsFor(before, direction), standsFor(after, direction)];
    if (old === undefined || now === undefined || old === now) continue;
    const isShared = [...doc.nodes.values()].some(
      (other) => other.id !== before.id && standsFor(other, direction) === old,
    );
    if (direction === 'input') {
      const record = doc.inputs.get(old);
      if (isShared || !record || doc.inputs.has(now)) continue;
      return {
        inputs: new Map([
          [old, undefined],
          [now, record],
        ]),
      };
    }
    const record = doc.outputs.get(old);
    if (isShared || !record || doc.outputs.has(now)) continue;
    return {
      outputs: new Map([
        [old, undefined],
        [now, record],
      ]),
    };
  }
  return {};
}
