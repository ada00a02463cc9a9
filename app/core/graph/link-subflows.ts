import type { WorkflowBudget } from '../budget/budget.ts';
import type { Registry } from '../nodekit/define-node.ts';
import type { Resources, Workflow, WorkflowEdge, WorkflowInterface, WorkflowNode } from './workflow.ts';

/** A workflow with the texts of its prompts by alias. */
export interface WorkflowSource {
  workflow: Workflow;
  prompts: { [alias: string]: string };
}

/** What stays known of a workflow that was put into another one. */
export interface LinkedFlow {
  id: string;
  budget?: WorkflowBudget;
}

/** A workflow into which those that its nodes run were put. */
export interface LinkedSource extends WorkflowSource {
  /** By the id of the node that runs them; absent where no node does. */
  flows?: { [node: string]: LinkedFlow };
}

/** The workflow that a node runs, by the reference in its config; undefined for every other node, and a disabled one. */
export function workflowRunBy(node: WorkflowNode, registry: Registry): string | undefined {
  const manifest = registry.get(node.type)?.manifest;
  if (!manifest?.runsWorkflow || node.disabled) return undefined;
  const parsed = manifest.config.safeParse(node.config);
  return parsed.success ? manifest.runsWorkflow.reference(parsed.data) : undefined;
}

/** The workflow with the interfaces of those that its nodes run put into their configs: from there come their ports. */
export function withInterfaces(
  workflow: Workflow,
  flows: ReadonlyMap<string, WorkflowInterface>,
  registry: Registry,
): Workflow {
  let changed = false;
  const nodes = workflow.nodes.map((node) => {
    const reference = workflowRunBy(node, registry);
    const flow = reference === undefined ? undefined : flows.get(reference);
    const runs = registry.get(node.type)?.manifest.runsWorkflow;
    if (!flow || !runs) return node;
    changed = true;
    const { inputs, outputs } = flow;
    return { ...node, config: runs.withInterface(node.config, { inputs, outputs }) };
  });
  return changed ? { ...workflow, nodes } : workflow;
}

/**
 * Puts the workflows that nodes run into them, so that what comes out runs by itself: a node that runs a workflow holds
 * its nodes, whose ids begin with its own (`answer/ask`), as do the aliases of its resources. Call it on checked
 * workflows only: references are known and run in no circle.
 */
export function linkSubflows(
  root: WorkflowSource,
  flows: ReadonlyMap<string, WorkflowSource>,
  registry: Registry,
): LinkedSource {
  if (root.workflow.nodes.every((node) => workflowRunBy(node, registry) === undefined)) return root;
  const linker = new Linker(flows, registry);
  linker.add(root, { scope: '', personal: false });
  const { nodes, edges, resources, prompts, linked } = linker;
  return { workflow: { ...root.workflow, nodes, edges, resources }, prompts, flows: linked };
}

interface Place {
  /** Before every id: empty for the workflow that is run. */
  scope: string;
  /** The node that runs it. */
  container?: string;
  /** That node is marked personal, and so is all that it holds. */
  personal: boolean;
}

class Linker {
  readonly nodes: WorkflowNode[] = [];
  readonly edges: WorkflowEdge[] = [];
  readonly resources: Resources = {};
  readonly prompts: { [alias: string]: string } = {};
  readonly linked: { [node: string]: LinkedFlow } = {};
  private readonly flows: ReadonlyMap<string, WorkflowSource>;
  private readonly registry: Registry;

  constructor(flows: ReadonlyMap<string, WorkflowSource>, registry: Registry) {
    this.flows = flows;
    this.registry = registry;
  }

  add(source: WorkflowSource, place: Place): void {
    const { scope } = place;
    const workflow = withInterfaces(source.workflow, this.interfaces(), this.registry);
    for (const node of workflow.nodes) this.addNode(node, workflow, place);
    for (const { id, from, to } of workflow.edges) {
      const [source_, target] = [
        { ...from, node: scope + from.node },
        { ...to, node: scope + to.node },
      ];
      this.edges.push({ id: scope + id, from: source_, to: target });
    }
    for (const kind of ['collections', 'prompts', 'profiles'] as const) {
      const entries = Object.entries(workflow.resources[kind] ?? {});
      if (entries.length === 0) continue;
      const scoped = Object.fromEntries(entries.map(([alias, value]) => [scope + alias, value]));
      Object.assign(this.resources, { [kind]: { ...this.resources[kind], ...scoped } });
    }
    for (const [alias, text] of Object.entries(source.prompts)) this.prompts[scope + alias] = text;
  }

  private interfaces(): ReadonlyMap<string, WorkflowInterface> {
    return new Map([...this.flows].map(([reference, { workflow }]) => [reference, workflow]));
  }

  private addNode(node: WorkflowNode, { id: workflowId }: Workflow, place: Place): void {
    const { scope, container } = place;
    const id = scope + node.id;
    const parent = node.parent === undefined ? container : scope + node.parent;
    const reference = workflowRunBy(node, this.registry);
    const inside = reference === undefined ? undefined : this.flows.get(reference);
    const personal = place.personal || node.personal === true || (inside !== undefined && this.isPersonal(inside));
    this.nodes.push({
      ...node,
      id,
      ...(parent !== undefined && { parent }),
      ...(personal && { personal }),
      ...(node.policy && { policy: scopedPolicy(node.policy, scope === '' ? '' : `${workflowId}/`) }),
    });
    const port = this.portOf(node);
    if (container !== undefined && port?.direction === 'output' && !node.disabled) {
      const to = { node: container, port: port.name };
      this.edges.push({ id: `${id}/${port.name}`, from: { node: id, port: 'value' }, to });
    }
    if (!inside) return;
    const { id: linkedId, budget } = inside.workflow;
    this.linked[id] = { id: linkedId, ...(budget && { budget }) };
    this.add(inside, { scope: `${id}/`, container: id, personal });
  }

  /** What flows in or out of a workflow through a node marked personal flows through whoever runs it. */
  private isPersonal({ workflow }: WorkflowSource): boolean {
    return workflow.nodes.some((node) => node.personal && this.portOf(node) !== undefined);
  }

  private portOf(node: WorkflowNode) {
    const manifest = this.registry.get(node.type)?.manifest;
    return manifest?.workflowPort?.(manifest.config.parse(node.config));
  }
}

/** A group of one workflow has nothing to do with one of the same name in another. */
function scopedPolicy(policy: NonNullable<WorkflowNode['policy']>, scope: string): NonNullable<WorkflowNode['policy']> {
  const { concurrency } = policy;
  return concurrency ? { ...policy, concurrency: { ...concurrency, group: scope + concurrency.group } } : policy;
}
