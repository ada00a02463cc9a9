import type { Json } from '../../app/core/graph/json.ts';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import type { Doc } from '../state/document.ts';
import type { Patch } from '../state/patch.ts';
import { followedBy } from '../state/patch.ts';
import { standsFor } from './add-node.ts';
import { defineCommand } from './command.ts';

export interface SetConfigArgs {
  /** One node, or several that get the same value. */
  node: string | readonly string[];
  field: string;
  /** `undefined` takes the field out, so that its default holds. */
  value: Json | undefined;
}

/** Sets one field of the config of a node, or of several. Typing into a field is one step. */
export const setConfig = defineCommand<SetConfigArgs>('config.set', (doc, { node: given, field, value }) => {
  const nodes = [given].flat().flatMap((id) => doc.nodes.get(id) ?? []);
  if (nodes.length === 0) return undefined;
  const patches = nodes.map((node): Patch => {
    const { [field]: _old, ...rest } = node.config;
    const after: WorkflowNode = { ...node, config: value === undefined ? rest : { ...rest, [field]: value } };
    return followedBy(renamedInterface(doc, node, after), { nodes: new Map([[node.id, after]]) });
  });
  return {
    patch: patches.reduce(followedBy),
    capture: 'merge',
    mergeKey: `config ${nodes.map(({ id }) => id).join(' ')} ${field}`,
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
