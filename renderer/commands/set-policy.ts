import type { Policy } from '../../app/core/graph/workflow.ts';
import { defineCommand } from './command.ts';

export interface SetPolicyArgs {
  node: string;
  /** Parts to change; `undefined` takes one out. */
  policy: { readonly [K in keyof Policy]?: Policy[K] | undefined };
}

/** What the engine does around a node: time limit, retry, errors, cache, concurrency. */
export const setPolicy = defineCommand<SetPolicyArgs>('policy.set', (doc, { node: id, policy }) => {
  const node = doc.nodes.get(id);
  if (!node) return undefined;
  const { policy: old, ...plain } = node;
  const entries = Object.entries({ ...old, ...policy }).filter(([, value]) => value !== undefined);
  const after = entries.length === 0 ? plain : { ...plain, policy: Object.fromEntries(entries) as Policy };
  return {
    patch: { nodes: new Map([[id, after]]) },
    capture: 'merge',
    mergeKey: `policy ${id} ${Object.keys(policy).sort().join(' ')}`,
    label: { key: 'policy.set' },
  };
});
