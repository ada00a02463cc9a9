import { waitsFor } from '../../app/core/graph/cycle.ts';
import { Frames } from '../../app/core/graph/frames.ts';
import type { PortTypeName } from '../../app/core/graph/ports.ts';
import { FORMAT, type Workflow, type WorkflowEdge, type WorkflowNode } from '../../app/core/graph/workflow.ts';
import { portsOfEdge } from '../nodes/connection.ts';
import { interfaceNode } from '../nodes/interface-nodes.ts';
import { manifestOf } from '../nodes/node-types.ts';
import { portAt, resolveNode } from '../nodes/ports-of.ts';
import { type Doc, type WorkflowInput, type WorkflowOutput, workflowOf } from '../state/document.ts';
import { freeId } from '../state/free-id.ts';
import {
  edgesAt,
  onCanvas,
  outermost,
  type Point,
  selectedNodes,
  shownName,
  withBodies,
} from '../state/graph-queries.ts';
import type { ItemRef } from '../state/items.ts';
import type { Words } from '../strings/text.ts';
import type { Refusal } from './command.ts';
import { type Fragment, fragmentOf } from './fragment.ts';
import { usedResources } from './used-resources.ts';

/** A port of the workflow that a piece becomes: the wires that cross its border from or to one place. */
export interface CrossPort {
  /** What it may be called; a person may call it otherwise. */
  name: string;
  type: PortTypeName;
  /** Whether the whole piece waits for a value here. Of outputs always false. */
  required: boolean;
  /** What passes is personal data. */
  personal: boolean;
  /** The outer end for an input, the inner end for an output. */
  from: WorkflowEdge['from'];
  edges: readonly WorkflowEdge[];
}

/** A piece of a workflow that can become a workflow of its own. */
export interface Extraction {
  /** Its nodes, with all that lies in containers. */
  nodes: ReadonlySet<string>;
  /** Those that lie in no container of the piece. */
  tops: readonly string[];
  /** The container that it lies in. */
  parent: string | undefined;
  fragment: Fragment;
  inputs: readonly CrossPort[];
  outputs: readonly CrossPort[];
  /** What will not be quite the same. */
  warnings: readonly Words[];
}

/** What a selection would be as a workflow of its own, or why it cannot be one. */
export function extraction(doc: Doc, items: Iterable<ItemRef>): Extraction | Refusal {
  const refs = [...items];
  const nodes = withBodies(doc, selectedNodes(doc, refs));
  const fragment = fragmentOf(doc, refs);
  const records = [...nodes].flatMap((id) => doc.nodes.get(id) ?? []);
  if (!fragment || records.every(({ type }) => manifestOf(type)?.inert)) return refused('extract.nothing');
  const tops = outermost(doc, nodes);
  const reason = reasonAgainst(doc, records, tops);
  if (reason) return { refused: reason };

  const frames = new Frames([...doc.nodes.values()]);
  const crossing = edgesAt(doc, nodes);
  const into = crossing.filter(({ from, to }) => !nodes.has(from.node) && nodes.has(to.node));
  const outOf = crossing.filter(({ from, to }) => nodes.has(from.node) && !nodes.has(to.node));
  const race = records.find((node) => isRace(node) && into.some(({ to }) => to.node === node.id));
  if (race) return refused('extract.race', { node: nameOf(doc, race.id) });
  const circle = circleAround(doc, frames, nodes);
  if (circle) return refused('extract.cycle', { nodes: circle.map((id) => nameOf(doc, id)).join(' → ') });

  const ports = (edges: readonly WorkflowEdge[], name: (group: readonly WorkflowEdge[]) => string) => {
    const taken = new Set<string>();
    return grouped(edges).map((group): CrossPort => {
      const [first] = group as [WorkflowEdge];
      const source = doc.nodes.get(first.from.node);
      const { from } = portsOfEdge(first, frames);
      const free = fieldName(name(group), (other) => taken.has(other));
      taken.add(free);
      return {
        name: free,
        type: (source && portAt(source, from.side, from.port)?.type) ?? 'any',
        required: false,
        personal: isPersonal(doc, first.from.node),
        from: first.from,
        edges: group,
      };
    });
  };
  const own = tops.filter((id) => isWorking(doc, id));
  const skipped = skipping(doc, own, crossing);
  const inputs = ports(into, (group) => inputName(doc, group)).map((port) => ({
    ...port,
    // Required only where the piece does nothing without it: a subflow is skipped as a whole.
    required: skipped(port.edges).size === own.length,
  }));
  const idle = skipped(into);
  const warnings: Words[] = [];
  const busy = own.filter((id) => !idle.has(id));
  if (inputs.length > 0 && busy.length > 0)
    warnings.push({ key: 'extract.idle', values: { nodes: busy.map((id) => nameOf(doc, id)).join(', ') } });
  const shared = groupsOf(records).filter((group) =>
    groupsOf([...doc.nodes.values()].filter(({ id }) => !nodes.has(id))).includes(group),
  );
  for (const group of new Set(shared)) warnings.push({ key: 'extract.concurrency', values: { group } });
  return {
    nodes,
    tops,
    parent: doc.nodes.get(tops[0] ?? '')?.parent,
    fragment,
    inputs,
    outputs: ports(outOf, (group) => outputName(doc, group, outOf)),
    warnings,
  };
}

function refused(key: Words['key'], values: Words['values'] = {}): Refusal {
  return { refused: { key, values } };
}

function reasonAgainst(doc: Doc, records: readonly WorkflowNode[], tops: readonly string[]): Words | undefined {
  const named = (key: Words['key'], id: string): Words => ({ key, values: { node: nameOf(doc, id) } });
  const parents = new Set(tops.map((id) => doc.nodes.get(id)?.parent));
  if (parents.size > 1) return { key: 'extract.frames' };
  for (const node of records) {
    const { manifest, fits } = resolveNode(node);
    if (!manifest) return named('extract.unknown', node.id);
    if (fits && manifest.workflowPort) return named('extract.interface', node.id);
    if (manifest.tool && tops.includes(node.id)) return named('extract.tool', node.id);
  }
  const [parent] = parents;
  const around = parent === undefined ? undefined : doc.nodes.get(parent);
  if (around && manifestOf(around.type)?.body?.tools) return named('extract.tools', around.id);
  return undefined;
}

const nameOf = (doc: Doc, id: string) => shownName(doc, id, (type) => manifestOf(type)?.title);

function isRace(node: WorkflowNode): boolean {
  const { manifest, fits } = resolveNode(node);
  return fits && manifest?.join?.(manifest.config.parse(node.config)) === 'race';
}

function isPersonal(doc: Doc, id: string): boolean {
  for (let at: string | undefined = id; at !== undefined; at = doc.nodes.get(at)?.parent)
    if (doc.nodes.get(at)?.personal) return true;
  return false;
}

function isWorking(doc: Doc, id: string): boolean {
  const node = doc.nodes.get(id);
  return node !== undefined && node.disabled !== true && manifestOf(node.type)?.inert !== true;
}

/** Groups of nodes that share places in a run. */
function groupsOf(nodes: readonly WorkflowNode[]): string[] {
  return nodes.flatMap(({ policy }) => policy?.concurrency?.group ?? []);
}

/** Edges that begin at one port together, each group and all groups in the order of their ids. */
function grouped(edges: readonly WorkflowEdge[]): WorkflowEdge[][] {
  const groups = new Map<string, WorkflowEdge[]>();
  for (const edge of [...edges].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const key = `${edge.from.node} ${edge.from.port}`;
    groups.set(key, [...(groups.get(key) ?? []), edge]);
  }
  return [...groups.values()];
}

/**
 * Works out, as the engine does it, which nodes are skipped when nothing comes over some wires: those with a required
 * port that gets nothing, and those where every wire stays silent.
 */
function skipping(doc: Doc, tops: readonly string[], edges: readonly WorkflowEdge[]) {
  const own = new Set(tops);
  const incoming = new Map<string, WorkflowEdge[]>();
  const outgoing = new Map<string, WorkflowEdge[]>();
  for (const edge of edges) {
    // Wires at the inner sinks of a container bring nothing to it before it works.
    if (own.has(edge.to.node) && doc.nodes.get(edge.from.node)?.parent !== edge.to.node)
      incoming.set(edge.to.node, [...(incoming.get(edge.to.node) ?? []), edge]);
    outgoing.set(edge.from.node, [...(outgoing.get(edge.from.node) ?? []), edge]);
  }
  return (silent: readonly WorkflowEdge[]): ReadonlySet<string> => {
    const skipped = new Set<string>();
    const quiet = new Set(silent.map(({ id }) => id));
    const waiting = silent.map(({ to }) => to.node);
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const node = doc.nodes.get(id);
      const wires = incoming.get(id);
      if (!node || !wires || skipped.has(id)) continue;
      const { inputs } = resolveNode(node).ports;
      const heard = new Set(wires.filter((edge) => !quiet.has(edge.id)).map(({ to }) => to.port));
      const misses = wires.some(({ to }) => inputs[to.port]?.required === true && !heard.has(to.port));
      if (!misses && heard.size > 0) continue;
      skipped.add(id);
      for (const edge of outgoing.get(id) ?? []) {
        quiet.add(edge.id);
        waiting.push(edge.to.node);
      }
    }
    return skipped;
  };
}

/** Nodes outside through which the piece would wait for itself. */
function circleAround(doc: Doc, frames: Frames, nodes: ReadonlySet<string>): string[] | undefined {
  const links = waitsFor(workflowOf(doc), frames);
  const before = new Map<string, string | undefined>();
  const waiting = [...nodes].flatMap((id) => (links.get(id) ?? []).map(({ to }) => to)).filter((id) => !nodes.has(id));
  for (const id of waiting) before.set(id, undefined);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop())
    for (const { to } of links.get(id) ?? []) {
      if (nodes.has(to)) {
        const circle: string[] = [];
        for (let at: string | undefined = id; at !== undefined; at = before.get(at)) circle.unshift(at);
        return circle;
      }
      if (before.has(to)) continue;
      before.set(to, id);
      waiting.push(to);
    }
  return undefined;
}

/** A name as the interface of a workflow takes it. */
function fieldName(wish: string, isTaken: (name: string) => boolean): string {
  const id = freeId(/^[A-Za-z]/.test(wish) ? wish : `v_${wish}`, (other) => isTaken(other.replaceAll('-', '_')));
  return id.replaceAll('-', '_');
}

/** Names that say nothing about what passes. */
const vague = new Set(['value', 'values']);

function inputName(doc: Doc, group: readonly WorkflowEdge[]): string {
  const [first] = group as [WorkflowEdge];
  const targets = new Set(group.map(({ to }) => to.port.replace('config/', '')));
  const [target = ''] = targets;
  const source = doc.nodes.get(first.from.node);
  const { manifest, fits } = source ? resolveNode(source) : { manifest: undefined, fits: false };
  const declared = fits && source ? manifest?.workflowPort?.(manifest.config.parse(source.config))?.name : undefined;
  if (declared !== undefined) return declared;
  if (targets.size === 1 && !vague.has(target)) return target;
  return vague.has(first.from.port) ? nameOf(doc, first.from.node).toLowerCase() : first.from.port;
}

function outputName(doc: Doc, group: readonly WorkflowEdge[], all: readonly WorkflowEdge[]): string {
  const [{ from }] = group as [WorkflowEdge];
  const isOnly = all.every((edge) => edge.from.port !== from.port || edge.from.node === from.node);
  return vague.has(from.port) || !isOnly ? nameOf(doc, from.node).toLowerCase() : from.port;
}

/** What the ports of a piece are called, in its order. */
export interface PortNames {
  inputs: readonly string[];
  outputs: readonly string[];
}

/** What the workflow made of a piece takes and gives. */
export function interfaceOf({ inputs, outputs }: Extraction, names: PortNames): Pick<Workflow, 'inputs' | 'outputs'> {
  return {
    inputs: Object.fromEntries(
      inputs.map(({ type, required }, at): [string, WorkflowInput] => [names.inputs[at] ?? '', { type, required }]),
    ),
    outputs: Object.fromEntries(
      outputs.map(({ type }, at): [string, WorkflowOutput] => [names.outputs[at] ?? '', { type }]),
    ),
  };
}

const COLUMN = 300;
const ROW = 100;

/** The workflow that a piece becomes: its nodes as they are, between nodes for its inputs and outputs. */
export function workflowOfExtraction(
  piece: Extraction,
  { id, name, names }: { id: string; name: string; names: PortNames },
): Workflow {
  const { fragment, inputs, outputs } = piece;
  const taken = new Set(fragment.nodes.map((node) => node.id));
  const fresh = (wish: string) => {
    const free = freeId(wish, (other) => taken.has(other));
    taken.add(free);
    return free;
  };
  const tops = fragment.nodes.filter(({ parent }) => parent === undefined);
  const placed = tops.map((node) => fragment.positions[node.id] ?? { x: 0, y: 0 });
  const [left, top, right] = [
    Math.min(...placed.map(({ x }) => x)),
    Math.min(...placed.map(({ y }) => y)),
    Math.max(...placed.map(({ x, w = 0 }) => x + w)),
  ];
  const positions: Fragment['positions'] = {};
  const topIds = new Set(tops.map((node) => node.id));
  for (const [node, place] of Object.entries(fragment.positions))
    positions[node] = topIds.has(node) ? { ...place, ...onCanvas({ x: place.x - left, y: place.y - top }) } : place;

  const nodes: WorkflowNode[] = [...fragment.nodes];
  const edges: WorkflowEdge[] = [...fragment.edges];
  const edgeIds = new Set(edges.map((edge) => edge.id));
  const put = (node: WorkflowNode, personal: boolean, place: Point) => {
    nodes.push(personal ? { ...node, personal } : node);
    positions[node.id] = onCanvas(place);
  };
  inputs.forEach(({ edges: group, personal }, at) => {
    const inputName = names.inputs[at] ?? '';
    const { node, port } = interfaceNode('input', fresh(inputName), inputName);
    put(node, personal, { x: -COLUMN, y: at * ROW });
    for (const edge of group) {
      edgeIds.add(edge.id);
      edges.push({ ...edge, from: { node: node.id, port } });
    }
  });
  outputs.forEach(({ from, personal }, at) => {
    const outputName = names.outputs[at] ?? '';
    const { node, port } = interfaceNode('output', fresh(outputName), outputName);
    put(node, personal, { x: right - left + COLUMN, y: at * ROW });
    const edge = freeId(`${node.id}-${port}-from-${from.node}`, (other) => edgeIds.has(other));
    edgeIds.add(edge);
    edges.push({ id: edge, from, to: { node: node.id, port } });
  });
  const layout = {
    positions,
    ...(fragment.notes.length > 0 && {
      notes: fragment.notes.map((note) => ({ ...note, ...onCanvas({ x: note.x - left, y: note.y - top }) })),
    }),
    ...(fragment.groups.length > 0 && { groups: fragment.groups }),
    ...(Object.keys(fragment.colors).length > 0 && { colors: fragment.colors }),
  };
  return {
    format: FORMAT,
    id,
    name,
    ...interfaceOf(piece, names),
    resources: usedResources(fragment.nodes, fragment.resources),
    nodes,
    edges,
    layout,
  };
}
