import { capabilityReach } from '../capabilities/capabilities.ts';
import { edgeKind, Frames } from '../graph/frames.ts';
import type { Workflow, WorkflowNode } from '../graph/workflow.ts';
import type { AnyManifest, Registry } from '../nodekit/define-node.ts';
import { scopeOf } from '../run/step-path.ts';

/** Whether a node itself changes or sends something that lasts beyond the run. */
export function acts({ effect, needs }: AnyManifest): boolean {
  return (
    effect === 'irreversible' ||
    (effect === 'write' && needs.some((name: keyof typeof capabilityReach) => capabilityReach[name].acts))
  );
}

/** Whether a node itself brings in text that others wrote. */
function bringsText({ needs }: AnyManifest): boolean {
  return needs.some((name: keyof typeof capabilityReach) => capabilityReach[name].untrusted);
}

/** Nodes whose inputs or outputs may hold text of others. */
export interface UntrustedNodes {
  inputs: ReadonlySet<string>;
  outputs: ReadonlySet<string>;
}

/**
 * Follows text of others through the graph: from the nodes that bring it in along every wire, through containers and
 * the workflows that nodes run. It errs to the safe side: a node that gets such text gives such text. What a workflow is
 * started with counts as its user's own.
 */
export function untrustedNodes(workflow: Workflow, registry: Registry): UntrustedNodes {
  const flow = new TextFlow(workflow, registry);
  return { inputs: flow.inputs, outputs: flow.outputs };
}

class TextFlow {
  readonly inputs = new Set<string>();
  readonly outputs = new Set<string>();
  /** Inner source ports of containers, as `node.port`, that get what an earlier turn gave. */
  private readonly handedOn = new Set<string>();
  private readonly workflow: Workflow;
  private readonly registry: Registry;
  private readonly nodes: ReadonlyMap<string, WorkflowNode>;

  constructor(workflow: Workflow, registry: Registry) {
    this.workflow = workflow;
    this.registry = registry;
    this.nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
    for (const node of workflow.nodes) {
      const manifest = this.manifest(node.id);
      if (manifest && bringsText(manifest)) this.outputs.add(node.id);
    }
    const frames = new Frames(workflow.nodes);
    const edges = workflow.edges.map((edge) => ({ ...edge, kind: edgeKind(edge, frames) }));
    for (let before = -1; before !== this.size(); ) {
      before = this.size();
      for (const { from, to, kind } of edges) {
        const comes =
          kind === 'source' || kind === 'through'
            ? this.inputs.has(from.node) || this.handedOn.has(`${from.node}.${from.port}`)
            : this.outputs.has(from.node);
        if (!comes) continue;
        if (kind === 'sink' || kind === 'through') this.leaves(to.node, to.port);
        else this.enters(to.node);
      }
    }
  }

  private size(): number {
    return this.inputs.size + this.outputs.size + this.handedOn.size;
  }

  private manifest(id: string): AnyManifest | undefined {
    return this.registry.get(this.nodes.get(id)?.type ?? '')?.manifest;
  }

  private enters(id: string): void {
    if (this.inputs.has(id)) return;
    this.inputs.add(id);
    this.outputs.add(id);
    if (!this.manifest(id)?.runsWorkflow) return;
    // Its inputs are those of the workflow inside, where input nodes bring them in.
    for (const node of this.workflow.nodes) {
      const port = scopeOf(node.id) === `${id}/` && this.registry.get(node.type)?.manifest.workflowPort?.(node.config);
      if (port && port.direction === 'input') this.outputs.add(node.id);
    }
  }

  /** Through an inner sink port; one of the same name among the sources hands it to the next turn. */
  private leaves(id: string, port: string): void {
    this.outputs.add(id);
    this.handedOn.add(`${id}.${port}`);
    const parent = this.nodes.get(id)?.parent;
    if (this.manifest(id)?.tool && parent !== undefined) this.outputs.add(parent);
  }
}
