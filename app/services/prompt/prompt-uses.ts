import { nodePorts } from '../../core/graph/node-ports.ts';
import type { Workflow } from '../../core/graph/workflow.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import { promptsOf } from '../../core/plan/prompts-before.ts';

/** A node that a prompt file is written for, and what flows into its variables there. */
export interface PromptNode {
  id: string;
  name: string;
  /** Types of the wires that lead to it, by the name of the input. */
  inputs: { [name: string]: string };
}

export interface PromptUse {
  workflowFile: string;
  workflowName: string;
  workflowId: string;
  nodes: PromptNode[];
}

/** The prompt files that a workflow reads, and by which nodes. */
export function promptsUsedBy(workflow: Workflow, registry: Registry): Map<string, PromptNode[]> {
  const used = new Map<string, PromptNode[]>();
  for (const node of workflow.nodes) {
    for (const alias of promptsOf(node, workflow, registry)) {
      const file = workflow.resources.prompts?.[alias]?.file;
      if (file === undefined) continue;
      const inputs = Object.fromEntries(
        workflow.edges.flatMap(({ from, to }) => {
          const type = to.node === node.id ? outputType(workflow, registry, from) : undefined;
          return type === undefined ? [] : [[to.port, type]];
        }),
      );
      used.set(file, [...(used.get(file) ?? []), { id: node.id, name: node.name ?? node.id, inputs }]);
    }
  }
  return used;
}

/** What flows out of a port; an input of the workflow gives what is declared for it. */
function outputType(
  { nodes, inputs }: Workflow,
  registry: Registry,
  { node: id, port }: { node: string; port: string },
): string | undefined {
  const node = nodes.find((one) => one.id === id);
  const manifest = node && registry.get(node.type)?.manifest;
  const config = manifest?.config.safeParse(node?.config);
  if (!node || !manifest || !config?.success) return undefined;
  const stands = manifest.workflowPort?.(config.data);
  if (stands?.direction === 'input') return inputs[stands.name]?.type;
  const ports = nodePorts(node, manifest, config.data);
  return (ports.outputs[port] ?? ports.sources?.[port])?.type;
}
