import type { AnyManifest, NodeType, Registry } from '../../app/core/nodekit/define-node.ts';

/** The manifests of every node type: the folder of a node is all that says it exists. */
const modules = import.meta.glob<{ [name: string]: unknown }>('../../nodes/*/manifest.ts', { eager: true });

function isManifest(value: unknown): value is AnyManifest {
  return typeof value === 'object' && value !== null && 'type' in value && 'config' in value && 'family' in value;
}

/** Every node type by its name, without the code that runs it. */
export const nodeTypes: Registry = new Map(
  Object.values(modules)
    .flatMap((module) => Object.values(module).filter(isManifest))
    .map((manifest): [string, NodeType] => [manifest.type, { manifest }]),
);

/** Whether nodes can be put into one of this type: a container whose inside is not another workflow. */
export function holdsNodes(type: string): boolean {
  const manifest = manifestOf(type);
  return manifest?.body !== undefined && manifest.runsWorkflow === undefined;
}

export function manifestOf(type: string): AnyManifest | undefined {
  return nodeTypes.get(type)?.manifest;
}

/** What people call a type of node; undefined for one that this release does not know. */
export function titleOfType(type: string): string | undefined {
  return manifestOf(type)?.title;
}
