import type * as z from 'zod';
import type { OfferedTool, ToolOffer } from '../capabilities/capabilities.ts';
import { type Passage, passageOf } from '../graph/bypass.ts';
import { edgeKind, Frames } from '../graph/frames.ts';
import { jsonHash } from '../graph/hash.ts';
import { boundField, type NodePorts, nodePorts } from '../graph/node-ports.ts';
import { needsCheck, type Port, portSchemas } from '../graph/ports.ts';
import type { Policy, Workflow, WorkflowEdge, WorkflowNode } from '../graph/workflow.ts';
import type { AnyManifest, NodeType, Registry, ResourceRef } from '../nodekit/define-node.ts';
import { resourceName } from './resource-name.ts';
import { ancestorsOf } from './slice.ts';
import { acts, type UntrustedNodes, untrustedNodes } from './untrusted.ts';

/** Where a value comes from: `up` frames outwards, an inner source port of the container or an output of a node there. */
export type WireSource =
  | { kind: 'node'; up: number; order: number; port: string }
  | { kind: 'source'; up: number; port: string };

export interface PlanWire {
  edge: string;
  port: string;
  source: WireSource;
  /** Checks a value at run time where the types of the two ends do not settle it. */
  check?: z.ZodType;
}

export interface PlanNode {
  id: string;
  /** Place in its frame's `nodes`: a topological order, ties by id. */
  order: number;
  type: NodeType;
  manifest: AnyManifest;
  config: unknown;
  policy: Policy;
  disabled: boolean;
  /** It does no work: what comes in here goes out there. Its other inputs have no wires. */
  passage?: Passage;
  personal: boolean;
  ports: NodePorts;
  /** Incoming wires, by the order of their ports and, within one, of their edges' ids. */
  wires: readonly PlanWire[];
  /** Input ports by name, with the positions of their wires; required ones and those of many wires are marked. */
  inputs: readonly { name: string; port: Port; field?: string; wires: readonly number[] }[];
  race: boolean;
  /** How many settlings in its own frame it waits for. */
  waitsFor: number;
  /** Whom its settling concerns in its frame, once for each wire. */
  wakes: readonly number[];
  /** Hash of all that its work depends on besides inputs and fingerprints. */
  memoBase: string;
  /** What it reads besides its inputs, by the workspace's names; for a container with what the nodes inside read. */
  reads: readonly ResourceRef[];
  /** For a container: wires from around it to nodes inside, as if they were its own. */
  captures: readonly PlanWire[];
  /** A container's inside. */
  body?: PlanFrame;
  /** A container of tools: each by its node. */
  tools?: ReadonlyMap<string, PlanTool>;
  /** What flows in may hold text of others. */
  untrustedInput: boolean;
  /** The inside is a workflow of its own: it runs once, and its steps are named after the container alone. */
  isWorkflow: boolean;
}

export interface PlanFrame {
  nodes: readonly PlanNode[];
  /** What leads to the container's inner sink ports. */
  sinks: readonly PlanWire[];
  /** How many settlings inside end the frame. */
  size: number;
}

/** One tool of a container, ready to run alone. */
export interface PlanTool {
  offer: OfferedTool;
  frame: PlanFrame;
}

export interface Plan {
  root: PlanFrame;
  /** Output name to the node that gives it. */
  outputs: ReadonlyMap<string, PlanNode>;
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

/**
 * Turns a valid workflow into frames of nodes in an order that runs. `targets` keeps only these nodes and what they
 * need (run-to). Call it on validated workflows only.
 */
export function buildPlan(workflow: Workflow, registry: Registry, targets?: readonly string[]): Plan {
  const builder = new PlanBuilder(workflow, registry, targets);
  const root = builder.frame(null);
  const outputs = new Map<string, PlanNode>();
  for (const node of root.nodes) {
    const port = node.manifest.workflowPort?.(node.config);
    if (port?.direction === 'output' && !node.disabled) outputs.set(port.name, node);
  }
  return { root, outputs };
}

class PlanBuilder {
  private readonly frames: Frames;
  private readonly children = new Map<string | null, WorkflowNode[]>();
  private readonly incoming = new Map<string, WorkflowEdge[]>();
  private readonly sinkEdges = new Map<string, WorkflowEdge[]>();
  /** Wires by the frame that they start in: only there somebody waits for them. */
  private readonly wiresFrom = new Map<string | null, WorkflowEdge[]>();
  /** Node to its place in its own frame, once that frame is ordered. */
  private readonly orders = new Map<string, number>();
  private readonly registry: Registry;
  private readonly workflow: Workflow;
  private untrusted: UntrustedNodes | undefined;
  private readonly outputPorts = new Map<string, NodePorts>();

  constructor(workflow: Workflow, registry: Registry, targets?: readonly string[]) {
    this.registry = registry;
    this.workflow = workflow;
    this.frames = new Frames(workflow.nodes);
    const kept = targets ? ancestorsOf(workflow, this.frames, targets) : undefined;
    for (const node of [...workflow.nodes].sort(byId)) {
      if (kept && !kept.has(node.id)) continue;
      if (registry.get(node.type)?.manifest.inert) continue;
      push(this.children, node.parent ?? null, node);
    }
    for (const edge of [...workflow.edges].sort(byId)) {
      if (kept && !(kept.has(edge.from.node) && kept.has(edge.to.node))) continue;
      const kind = edgeKind(edge, this.frames);
      if (kind === 'sink' || kind === 'through') push(this.sinkEdges, edge.to.node, edge);
      else push(this.incoming, edge.to.node, edge);
      if (kind === 'wire') push(this.wiresFrom, this.frames.parentOf(edge.from.node), edge);
    }
  }

  frame(container: string | null): PlanFrame {
    const members = this.ordered(this.children.get(container) ?? [], container);
    members.forEach((node, order) => {
      this.orders.set(node.id, order);
      this.portsOf(node);
    });
    const nodes = members.map((node) => this.planNode(node, container));
    this.link(nodes, container);
    const sinks = container === null ? [] : this.sinkWires(container);
    return { nodes, sinks, size: nodes.length };
  }

  private portsOf(node: WorkflowNode): NodePorts {
    const { manifest } = this.registry.get(node.type) as NodeType;
    const ports = nodePorts(node, manifest, manifest.config.parse(node.config));
    this.outputPorts.set(node.id, ports);
    return ports;
  }

  /** Members of a frame with each after those it waits for; among the free ones the smallest id first. */
  private ordered(members: readonly WorkflowNode[], container: string | null): WorkflowNode[] {
    const waits = new Map(members.map((node) => [node.id, new Set<string>()]));
    for (const edge of this.wiresFrom.get(container) ?? []) {
      const target = this.frames.liftTo(edge.to.node, container);
      if (target !== undefined) waits.get(target)?.add(edge.from.node);
    }
    const wakes = new Map<string, string[]>();
    for (const [id, sources] of waits) for (const source of sources) push(wakes, source, id);
    const byName = new Map(members.map((node) => [node.id, node]));
    const ready = members.filter((node) => waits.get(node.id)?.size === 0).map((node) => node.id);
    const result: WorkflowNode[] = [];
    for (let i = 0; i < ready.length; i += 1) {
      const id = ready[i] as string;
      result.push(byName.get(id) as WorkflowNode);
      for (const next of (wakes.get(id) ?? []).sort()) {
        const left = waits.get(next);
        left?.delete(id);
        if (left?.size === 0) ready.push(next);
      }
    }
    return result;
  }

  private planNode(node: WorkflowNode, container: string | null): PlanNode {
    const type = this.registry.get(node.type) as NodeType;
    const { manifest } = type;
    const config = manifest.config.parse(node.config);
    const ports = this.outputPorts.get(node.id) as NodePorts;
    const wires: PlanWire[] = [];
    const byPort = new Map<string, number[]>();
    const passage = node.bypassed ? passageOf(manifest, ports) : undefined;
    for (const edge of this.incoming.get(node.id) ?? []) {
      if (passage && edge.to.port !== passage.input) continue;
      const field = boundField(edge.to.port, manifest);
      const port: Port = ports.inputs[edge.to.port] ?? { type: 'any' };
      push(byPort, edge.to.port, wires.length);
      wires.push(this.wire(edge, field === undefined ? port : undefined, container));
    }
    if (manifest.tool) {
      push(byPort, 'arguments', wires.length);
      wires.push({ edge: '', port: 'arguments', source: { kind: 'source', up: 0, port: 'arguments' } });
    }
    const names = new Set([...Object.keys(ports.inputs), ...byPort.keys()]);
    const inputs = [...names].map((name) => {
      const field = boundField(name, manifest);
      const port = ports.inputs[name] ?? ({ type: 'any' } as Port);
      return {
        name,
        port: passage ? { ...port, required: name === passage.input } : port,
        ...(field !== undefined && { field }),
        wires: byPort.get(name) ?? [],
      };
    });
    const body = manifest.body ? this.frame(node.id) : undefined;
    const tools = body && manifest.body?.tools ? this.tools(body) : undefined;
    return {
      id: node.id,
      order: this.orders.get(node.id) as number,
      type,
      manifest,
      config,
      policy: node.policy ?? {},
      // A bypass that cannot be is refused by the check; what is not checked does not work.
      disabled: node.disabled ?? (node.bypassed === true && !passage),
      ...(passage && { passage }),
      personal: node.personal ?? false,
      ports,
      wires,
      inputs,
      race: !passage && manifest.join?.(config) === 'race',
      waitsFor: 0,
      wakes: [],
      memoBase: this.memoBase(node, config),
      reads: [
        ...(passage ? [] : this.reads(node, manifest, config)),
        ...(body?.nodes.flatMap((inner) => inner.reads) ?? []),
      ],
      captures: body ? capturesOf(body) : [],
      ...(body && { body }),
      ...(tools && { tools }),
      untrustedInput: tools !== undefined && this.textOfOthers().inputs.has(node.id),
      isWorkflow: manifest.runsWorkflow !== undefined,
    };
  }

  /** Worked out where a container of tools asks for it. */
  private textOfOthers(): UntrustedNodes {
    this.untrusted ??= untrustedNodes(this.workflow, this.registry);
    return this.untrusted;
  }

  private tools(body: PlanFrame): ReadonlyMap<string, PlanTool> {
    const tools = body.nodes.filter(({ manifest, disabled }) => manifest.tool && !disabled);
    return new Map(
      tools.map((node) => {
        const { spec, approval, effects } = (node.manifest.tool as (config: unknown) => ToolOffer)(node.config);
        // What cannot be taken back is approved each time, whatever the file says.
        const final = some(node, ({ manifest }) => manifest.effect === 'irreversible');
        const offer: OfferedTool = {
          node: node.id,
          spec,
          approval: final && approval === 'untrusted' ? 'effects' : approval,
          effects: final || (effects === 'auto' ? some(node, ({ manifest }) => acts(manifest)) : effects === 'yes'),
          untrusted: this.textOfOthers().outputs.has(node.id),
        };
        const result: PlanWire = {
          edge: '',
          port: 'result',
          source: { kind: 'node', up: 0, order: 0, port: 'result' },
        };
        return [node.id, { offer, frame: { nodes: [{ ...node, order: 0 }], sinks: [result], size: 1 } }];
      }),
    );
  }

  private reads(node: WorkflowNode, manifest: AnyManifest, config: unknown): ResourceRef[] {
    return (manifest.reads?.(config) ?? []).map((ref) => ({
      ...ref,
      name: resourceName(this.workflow, node.id, ref.kind, ref.name),
    }));
  }

  private wire(edge: WorkflowEdge, to: Port | undefined, frame: string | null): PlanWire {
    const kind = edgeKind(edge, this.frames);
    const isSource = kind === 'source' || kind === 'through';
    const ports = this.outputPorts.get(edge.from.node) as NodePorts;
    const from = (isSource ? ports.sources : ports.outputs)[edge.from.port];
    const up = this.distance(frame, isSource ? edge.from.node : this.frames.parentOf(edge.from.node));
    const source: WireSource = isSource
      ? { kind: 'source', up, port: edge.from.port }
      : { kind: 'node', up, order: this.orders.get(edge.from.node) as number, port: edge.from.port };
    const check = to && from && needsCheck(to.type, from.type) ? portSchemas[to.type] : undefined;
    return { edge: edge.id, port: edge.to.port, source, ...(check && { check }) };
  }

  /** How many frames outwards `outer` lies from `inner`. */
  private distance(inner: string | null, outer: string | null): number {
    let up = 0;
    for (let at = inner; at !== outer; at = this.frames.parentOf(at as string)) up += 1;
    return up;
  }

  private sinkWires(container: string): PlanWire[] {
    const sinks = (this.outputPorts.get(container) as NodePorts).sinks;
    return (this.sinkEdges.get(container) ?? []).map((edge) => this.wire(edge, sinks[edge.to.port], container));
  }

  /** Fills in who waits for whom, wires into a container's body included. */
  private link(nodes: readonly PlanNode[], container: string | null): void {
    const wakes = nodes.map(() => [] as number[]);
    for (const edge of this.wiresFrom.get(container) ?? []) {
      const target = this.frames.liftTo(edge.to.node, container);
      const from = this.orders.get(edge.from.node);
      const to = target === undefined ? undefined : this.orders.get(target);
      if (from === undefined || to === undefined || !nodes[to]) continue;
      wakes[from]?.push(to);
    }
    nodes.forEach((node, i) => {
      node.wakes = wakes[i] as number[];
      for (const to of wakes[i] as number[]) (nodes[to] as PlanNode).waitsFor += 1;
    });
  }

  private memoBase(node: WorkflowNode, config: unknown): string {
    const inside = (id: string): unknown[] =>
      (this.children.get(id) ?? []).map((child) => [
        child.id,
        child.type,
        child.version,
        child.config,
        child.disabled ?? false,
        ...(child.bypassed ? ['bypassed'] : []),
        this.incoming.get(child.id) ?? [],
        inside(child.id),
      ]);
    const body = this.registry.get(node.type)?.manifest.body
      ? [inside(node.id), this.sinkEdges.get(node.id) ?? []]
      : null;
    return jsonHash([node.type, node.version, config, body]);
  }
}

/** Whether a node, or one inside it, is such a one; what is disabled or bypassed is none. */
function some(node: PlanNode, isOne: (node: PlanNode) => boolean): boolean {
  if (node.disabled || node.passage) return false;
  return isOne(node) || (node.body?.nodes.some((inner) => some(inner, isOne)) ?? false);
}

/** Wires that come into a body from beyond its container, counted from the container's own frame. */
function capturesOf(body: PlanFrame): PlanWire[] {
  const captures: PlanWire[] = [];
  for (const wire of [...body.nodes.flatMap((node) => [...node.wires, ...node.captures]), ...body.sinks]) {
    if (wire.source.up > 0) captures.push({ ...wire, source: { ...wire.source, up: wire.source.up - 1 } });
  }
  return captures;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
