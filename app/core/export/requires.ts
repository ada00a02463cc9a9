import { works } from '../graph/bypass.ts';
import type { Workflow, WorkflowNode } from '../graph/workflow.ts';
import { workflowReaches } from '../graph/workflow-reaches.ts';
import type { Registry, ResourceRef } from '../nodekit/define-node.ts';
import { resourceName } from '../plan/resource-name.ts';
import type { NodeCallPolicy } from '../policy/call-policy.ts';
import { reachText } from '../policy/reach.ts';
import type { WorkspaceConfig } from '../workspace/workspace-config.ts';
import type { Exported, Requires } from './exported-workflow.ts';

/** Capabilities that reach nothing beyond the run itself. */
const ofTheRun = new Set(['tokenizer', 'log', 'clock', 'random', 'ids', 'body', 'workflow']);

/** What the nodes of workflows read, by the names of the workspace, and what they are given to work with. */
export interface Reached {
  profiles: Set<string>;
  collections: Set<string>;
  documents: Set<string>;
  tables: boolean;
  abilities: Set<string>;
  nodes: Map<string, number>;
}

/** Everything that some workflows reach, by the configs of their nodes. Nothing is run to know it. */
export function reachedBy(workflows: Iterable<Workflow>, registry: Registry): Reached {
  const reached: Reached = {
    ...{ profiles: new Set(), collections: new Set(), documents: new Set() },
    ...{ tables: false, abilities: new Set(), nodes: new Map() },
  };
  for (const workflow of workflows) for (const node of workflow.nodes) addNode(reached, workflow, node, registry);
  return reached;
}

function addNode(reached: Reached, workflow: Workflow, node: WorkflowNode, registry: Registry): void {
  const manifest = registry.get(node.type)?.manifest;
  reached.nodes.set(node.type, Math.max(node.version, reached.nodes.get(node.type) ?? 0));
  const config = manifest?.config.safeParse(node.config);
  if (!manifest || !config?.success || !works(node)) return;
  for (const need of manifest.needs) if (!ofTheRun.has(need)) reached.abilities.add(need);
  for (const { kind, name } of (manifest.reads?.(config.data) ?? []) as ResourceRef[]) {
    const meant = resourceName(workflow, node.id, kind, name);
    if (kind === 'profile') reached.profiles.add(meant);
    else if (kind === 'collection') reached.collections.add(meant);
    else if (kind === 'documents') reached.documents.add(meant);
    else if (kind === 'tables') reached.tables = true;
  }
  for (const name of askedInstead(node.policy?.calls)) reached.profiles.add(name);
}

/** Profiles that a policy turns to. */
function askedInstead({ fallbacks = [] }: Pick<NodeCallPolicy, 'fallbacks'> = {}): string[] {
  return fallbacks.flatMap((fallback) => ('profile' in fallback ? [fallback.profile] : []));
}

type ConfigPart = Pick<WorkspaceConfig, 'profiles' | 'collections' | 'tables'>;

/** The part of a workspace's configuration that is reached: collections with their embedders, profiles with fallbacks. */
export function reachedConfig(reached: Reached, config: ConfigPart): ConfigPart {
  const collections = picked(config.collections, reached.collections);
  const names = new Set([...reached.profiles, ...Object.values(collections).map(({ embedder }) => embedder)]);
  for (const name of names) {
    const profile = Object.hasOwn(config.profiles, name) ? config.profiles[name] : undefined;
    for (const other of askedInstead(profile)) names.add(other);
  }
  return { profiles: picked(config.profiles, names), collections, tables: reached.tables ? config.tables : {} };
}

function picked<T>(all: { [name: string]: T }, names: ReadonlySet<string>): { [name: string]: T } {
  return Object.fromEntries(
    Object.entries(all)
      .filter(([name]) => names.has(name))
      .sort(),
  );
}

/** The list that stands in an exported file, made from the rest of it. */
export function requiresOf(
  { workflows, config, fingerprints }: Pick<Exported, 'workflows' | 'config' | 'fingerprints'>,
  registry: Registry,
): Requires {
  const reached = reachedBy(Object.values(workflows), registry);
  const byName = <T>(all: { [name: string]: T }) => Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    nodes: Object.fromEntries([...reached.nodes].sort()),
    abilities: [...reached.abilities].sort(),
    profiles: byName(config.profiles).map(([name, { use, provider, model, baseUrl, secret }]) => ({
      ...{ name, use, provider, model },
      ...(baseUrl !== undefined && { origin: new URL(baseUrl).origin }),
      ...(secret !== undefined && { secret }),
      ...(provider === 'built-in' && { builtIn: true as const }),
    })),
    secrets: [...new Set(Object.values(config.profiles).flatMap(({ secret }) => secret ?? []))].sort(),
    collections: byName(config.collections).map(([name, { embedder, documents }]) => {
      const fingerprint = fingerprints[name];
      return { name, embedder, documents, ...(fingerprint !== undefined && { fingerprint }) };
    }),
    tables: byName(config.tables).map(([name, { file }]) => ({ name, file })),
    documents: [...reached.documents].sort(),
    grants: [
      ...new Set(Object.values(workflows).flatMap((one) => workflowReaches(one, registry).map(reachText))),
    ].sort(),
  };
}
