import type { Registry } from '../nodekit/define-node.ts';
import { type Reach, reachText } from '../policy/reach.ts';
import { works } from './bypass.ts';
import type { Workflow } from './workflow.ts';

/** Everything that the nodes of a workflow reach, by their configs: each once, in order. Nothing is run to know it. */
export function workflowReaches(workflow: Workflow, registry: Registry): Reach[] {
  const found = new Map<string, Reach>();
  for (const node of workflow.nodes) {
    const manifest = registry.get(node.type)?.manifest;
    if (!manifest?.reaches || !works(node)) continue;
    const config = manifest.config.safeParse(node.config);
    if (config.success) for (const reach of manifest.reaches(config.data)) found.set(reachText(reach), reach);
  }
  return [...found.values()].sort((a, b) => (reachText(a) < reachText(b) ? -1 : 1));
}
