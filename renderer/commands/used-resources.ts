import type { Resources, WorkflowNode } from '../../app/core/graph/workflow.ts';
import { manifestOf } from '../nodes/node-types.ts';

/** The aliases that nodes may name, by their kind. */
export type AliasKind = keyof Resources;
const kinds = { collection: 'collections', prompt: 'prompts', profile: 'profiles' } as const;

/** A place in a node where an alias (or, where there is none, the name of the thing itself) stands. */
export interface NamedResource {
  kind: AliasKind;
  name: string;
  /** Path inside the config; undefined for a fallback of its policy. */
  field: string | undefined;
}

/** What a node names of the workspace, in its config and among the fallbacks of its calls. */
export function resourcesNamedBy({ type, config, policy }: WorkflowNode): NamedResource[] {
  const named: NamedResource[] = [];
  const manifest = manifestOf(type);
  const parsed = manifest?.config.safeParse(config);
  if (manifest?.reads && parsed?.success)
    for (const { kind, name, field = kind } of manifest.reads(parsed.data))
      if (kind in kinds) named.push({ kind: kinds[kind as keyof typeof kinds], name, field });
  for (const fallback of policy?.calls?.fallbacks ?? [])
    if ('profile' in fallback) named.push({ kind: 'profiles', name: fallback.profile, field: undefined });
  return named;
}

/** Of these aliases those that the nodes name. */
export function usedResources(nodes: Iterable<WorkflowNode>, resources: Resources): Resources {
  const used = new Map<AliasKind, Set<string>>();
  for (const node of nodes)
    for (const { kind, name } of resourcesNamedBy(node)) used.set(kind, (used.get(kind) ?? new Set()).add(name));
  const some = <T>(kind: AliasKind, table: { [alias: string]: T } | undefined) => {
    const entries = Object.entries(table ?? {}).filter(([alias]) => used.get(kind)?.has(alias));
    return entries.length === 0 ? {} : { [kind]: Object.fromEntries(entries) };
  };
  return {
    ...some('collections', resources.collections),
    ...some('prompts', resources.prompts),
    ...some('profiles', resources.profiles),
  };
}
