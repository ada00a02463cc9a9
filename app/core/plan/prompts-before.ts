import type { Workflow, WorkflowNode } from '../graph/workflow.ts';
import type { Registry } from '../nodekit/define-node.ts';
import { resourceName } from './resource-name.ts';

/**
 * Which prompt files the requests of a node are made of: its own, or else those of the nodes that its values come from,
 * up to the nearest one on each way that has any. Beyond a node that itself asks a model nothing is looked for: what
 * comes from there is an answer.
 *
 * @returns aliases in the linked workflow, each once, in the order of the workflow's nodes
 */
export function promptsBefore(workflow: Workflow, registry: Registry, nodeId: string): string[] {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const sources = new Map<string, string[]>();
  for (const { from, to } of workflow.edges) {
    const before = sources.get(to.node);
    if (before) before.push(from.node);
    else sources.set(to.node, [from.node]);
  }
  const found = new Map<string, string[]>();
  const seen = new Set([nodeId]);
  for (const id of seen) {
    const node = nodes.get(id);
    if (node === undefined) continue;
    const prompts = promptsOf(node, workflow, registry);
    if (prompts.length > 0) found.set(id, prompts);
    if (prompts.length > 0 || (id !== nodeId && asksModel(node, registry))) continue;
    for (const source of sources.get(id) ?? []) seen.add(source);
  }
  return [...new Set(workflow.nodes.flatMap(({ id }) => found.get(id) ?? []))];
}

/** Aliases of the prompt files that a node reads. */
export function promptsOf({ id, type, config }: WorkflowNode, workflow: Workflow, registry: Registry): string[] {
  const manifest = registry.get(type)?.manifest;
  const read = manifest?.reads && manifest.config.safeParse(config);
  if (!manifest?.reads || !read?.success) return [];
  return manifest
    .reads(read.data)
    .flatMap(({ kind, name }) => (kind === 'prompt' ? [resourceName(workflow, id, kind, name)] : []));
}

function asksModel({ type }: WorkflowNode, registry: Registry): boolean {
  return registry.get(type)?.manifest.needs.includes('model') ?? false;
}
