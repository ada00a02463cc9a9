import type { Workflow } from '../graph/workflow.ts';
import type { ResourceRef } from '../nodekit/define-node.ts';
import { scopeOf } from '../run/step-path.ts';

const tables = { profile: 'profiles', collection: 'collections' } as const;

/**
 * What a node means by the name of a resource. For profiles and collections the workspace's name behind an alias of the
 * file that the node stands in (one that is no alias stands for itself), for prompts the key of the pinned text.
 */
export function resourceName(workflow: Workflow, node: string, kind: ResourceRef['kind'], name: string): string {
  const key = scopeOf(node) + name;
  if (kind === 'prompt') return key;
  if (kind !== 'profile' && kind !== 'collection') return name;
  const aliases = workflow.resources[tables[kind]];
  return (aliases && Object.hasOwn(aliases, key) ? aliases[key]?.name : undefined) ?? name;
}
