import type { Json, JsonObject } from '../../app/core/graph/json.ts';
import type { Resources, Workflow, WorkflowEdge, WorkflowNode } from '../../app/core/graph/workflow.ts';
import { manifestOf } from '../nodes/node-types.ts';
import { resolveNode } from '../nodes/ports-of.ts';
import { type Doc, docOf } from '../state/document.ts';
import { freeId } from '../state/free-id.ts';
import { shownName } from '../state/graph-queries.ts';
import { applyPatch, followedBy, type Patch } from '../state/patch.ts';
import type { Words } from '../strings/text.ts';
import { standsFor } from './add-node.ts';
import { defineCommand, isRefusal, type Refusal } from './command.ts';
import { type Fragment, fragmentOf } from './fragment.ts';
import { freshIds, insertFragment } from './insert-fragment.ts';
import { removeItems } from './remove-items.ts';
import { type AliasKind, resourcesNamedBy, usedResources } from './used-resources.ts';

export interface UnpackArgs {
  /** A node that runs another workflow. */
  node: string;
  /** That workflow, as its file has it. */
  workflow: Workflow;
}

/** Puts the nodes of the workflow that a node runs in its place; the wires lead where they led. */
export const unpackSubflow = defineCommand<UnpackArgs>('subflow.unpack', (doc, { node: id, workflow }) => {
  const node = doc.nodes.get(id);
  if (!node || !manifestOf(node.type)?.runsWorkflow) return undefined;
  const inner = docOf(workflow);
  const wires = wiresAround(doc, node, inner);
  if (isRefusal(wires)) return wires;
  const reason = reasonAgainst(doc, node, inner, wires);
  if (reason) return { refused: reason };

  const fragment = fragmentInside(doc, node, inner);
  const without = removeItems.run(doc, { items: [id] });
  if (!without || isRefusal(without)) return without;
  const rest = applyPatch(doc, without.patch)?.doc ?? doc;
  const ids = freshIds(rest, fragment);
  const corner = doc.positions.get(id) ?? { x: 0, y: 0 };
  const tops = fragment.nodes.filter(({ parent }) => parent === undefined);
  const places = tops.map((top) => fragment.positions[top.id] ?? { x: 0, y: 0 });
  const offset = {
    x: corner.x - Math.min(...places.map(({ x }) => x), ...fragment.notes.map(({ x }) => x)),
    y: corner.y - Math.min(...places.map(({ y }) => y), ...fragment.notes.map(({ y }) => y)),
  };
  const inserted =
    fragment.nodes.length + fragment.notes.length === 0 ? undefined : insertFragment.run(rest, { fragment, offset });
  if (inserted && isRefusal(inserted)) return inserted;

  // What lay in no container lies now in that of the node.
  const put = new Map(inserted?.patch.nodes);
  for (const [fresh, record] of put)
    if (record && record.parent === undefined && node.parent !== undefined)
      put.set(fresh, { ...record, parent: node.parent });
  const isTaken = (edge: string) => rest.edges.has(edge);
  const kept = wires.inside.some((edge) => isTaken(edge.id)) ? `${id.slice(0, 20)}-` : '';
  const edges = new Map<string, WorkflowEdge>(wires.outside.map((edge) => [edge.id, moved(edge, ids)]));
  for (const edge of wires.inside) {
    // In the order that they had: a port that takes several wires reads them in it.
    const name = freeId(`${kept}${edge.id}`, (other) => isTaken(other) || edges.has(other));
    edges.set(name, { ...moved(edge, ids), id: name });
  }
  const groups = new Map(without.patch.groups);
  for (const group of doc.groups.values())
    if (group.nodes.includes(id))
      groups.set(group.id, {
        ...group,
        nodes: [...group.nodes.filter((one) => one !== id), ...tops.map((top) => ids.get(top.id) ?? top.id)].sort(),
      });
  const patch: Patch = [
    without.patch,
    inserted?.patch ?? {},
    { nodes: put, edges, groups: new Map([...(inserted?.patch.groups ?? []), ...groups]) },
  ].reduce(followedBy);
  return { patch, capture: 'now', label: { key: 'subflow.unpack' }, select: inserted?.select ?? [] };
});

/** An end of a wire: outside, where the document has it, or inside, where the other workflow has it. */
interface End {
  node: string;
  port: string;
  isInner: boolean;
}

interface Wire {
  id: string;
  from: End;
  to: End;
}

interface Wires {
  /** Those of the other workflow, without the nodes of its interface. */
  inside: readonly Wire[];
  /** Those that led out of the node. */
  outside: readonly Wire[];
}

/** The wires that are to be: past the node that goes, and past the nodes that stood for inputs and outputs inside. */
function wiresAround(doc: Doc, node: WorkflowNode, inner: Doc): Wires | Refusal {
  const around = [...doc.edges.values()];
  const intoNode = around.filter(({ to }) => to.node === node.id);
  const sourceOf = (name: string) => intoNode.find(({ to }) => to.port === name)?.from;
  /** Where a value inside comes from; undefined where no wire brings one. */
  const origin = (end: WorkflowEdge['from'], depth = 0): End | undefined => {
    const record = inner.nodes.get(end.node);
    const input = record && standsFor(record, 'input');
    if (input !== undefined) {
      const source = sourceOf(input);
      return source && { ...source, isInner: false };
    }
    const isOutput = record !== undefined && standsFor(record, 'output') !== undefined;
    if (!isOutput || depth > inner.nodes.size) return { ...end, isInner: true };
    const before = [...inner.edges.values()].find(({ to }) => to.node === end.node);
    return before && origin(before.from, depth + 1);
  };
  const inside: Wire[] = [];
  for (const edge of [...inner.edges.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const target = inner.nodes.get(edge.to.node);
    if (target && standsFor(target, 'output') !== undefined) continue;
    const from = origin(edge.from);
    const input = standsFor(inner.nodes.get(edge.from.node) ?? node, 'input') ?? edge.from.port;
    if (!from) return { refused: { key: 'unpack.unwired', values: { input } } };
    inside.push({ id: edge.id, from, to: { ...edge.to, isInner: true } });
  }
  const outside: Wire[] = [];
  for (const edge of around.filter(({ from }) => from.node === node.id)) {
    const stand = [...inner.nodes.values()].filter((one) => standsFor(one, 'output') === edge.from.port);
    const [only, more] = stand;
    const into = [...inner.edges.values()].find(({ to }) => to.node === only?.id);
    const from = into && origin(into.from);
    if (!only || more || !from) return { refused: { key: 'unpack.output', values: { output: edge.from.port } } };
    outside.push({ id: edge.id, from, to: { ...edge.to, isInner: false } });
  }
  return { inside, outside };
}

function moved({ id, from, to }: Wire, ids: ReadonlyMap<string, string>): WorkflowEdge {
  const end = ({ node, port, isInner }: End) => ({ node: isInner ? (ids.get(node) ?? node) : node, port });
  return { id, from: end(from), to: end(to) };
}

function reasonAgainst(doc: Doc, node: WorkflowNode, inner: Doc, { inside }: Wires): Words | undefined {
  const { inputs } = resolveNode(node).ports;
  if (node.disabled) return { key: 'unpack.disabled' };
  if (Object.keys(node.policy ?? {}).length > 0) return { key: 'unpack.policy' };
  const stray = [...doc.edges.values()].find(({ to }) => to.node === node.id && !Object.hasOwn(inputs, to.port));
  if (stray) return { key: 'unpack.stray', values: { port: stray.to.port } };
  const name = (id: string) => shownName(inner, id, (type) => manifestOf(type)?.title);
  for (const one of inner.nodes.values()) {
    if (!manifestOf(one.type)) return { key: 'extract.unknown', values: { node: name(one.id) } };
    const port = standsFor(one, 'input') ?? standsFor(one, 'output');
    if (port !== undefined && one.disabled) return { key: 'unpack.output', values: { output: port } };
    if (port !== undefined && one.parent !== undefined) return { key: 'unpack.nested', values: { port } };
  }
  // Wires that lead from outside to a port that takes one only would meet another there.
  const targets = new Set<string>();
  for (const { to } of inside) {
    const target = inner.nodes.get(to.node);
    const many = target && resolveNode(target).ports.inputs[to.port]?.many === true;
    const place = `${to.node} ${to.port}`;
    if (!many && targets.has(place)) return { key: 'unpack.stray', values: { port: to.port } };
    targets.add(place);
  }
  return undefined;
}

/** The nodes of the other workflow but those of its interface, with aliases that mean the same here. */
function fragmentInside(doc: Doc, node: WorkflowNode, inner: Doc): Fragment {
  const items = [...inner.nodes.values()].filter(
    (one) => standsFor(one, 'input') === undefined && standsFor(one, 'output') === undefined,
  );
  const whole = fragmentOf(inner, [...inner.nodes.keys(), ...[...inner.notes.keys()].map((id) => `note:${id}`)]);
  const ids = new Set(items.map(({ id }) => id));
  const resources = usedResources(items, whole?.resources ?? {});
  const renamed = renamedAliases(doc, resources);
  const nodes = items.map((one) => {
    const mine = withAliases(one, renamed);
    return node.personal ? { ...mine, personal: true } : mine;
  });
  const table = <T>(kind: AliasKind, given: { [alias: string]: T } | undefined) =>
    Object.fromEntries(Object.entries(given ?? {}).map(([alias, value]) => [renamed(kind, alias), value]));
  return {
    pipewright: 'fragment',
    version: 1,
    nodes,
    edges: [],
    incoming: [],
    positions: Object.fromEntries(Object.entries(whole?.positions ?? {}).filter(([id]) => ids.has(id))),
    notes: whole?.notes ?? [],
    groups: (whole?.groups ?? []).flatMap((group) => {
      const left = group.nodes.filter((id) => ids.has(id));
      return left.length === 0 ? [] : [{ ...group, nodes: left }];
    }),
    colors: Object.fromEntries(Object.entries(whole?.colors ?? {}).filter(([id]) => ids.has(id))),
    resources: {
      collections: table('collections', resources.collections),
      prompts: table('prompts', resources.prompts),
      profiles: table('profiles', resources.profiles),
    },
  };
}

type Renamed = (kind: AliasKind, alias: string) => string;

/** A new alias for each that stands for something else here. */
function renamedAliases(doc: Doc, resources: Resources): Renamed {
  const names = new Map<string, string>();
  for (const kind of ['collections', 'prompts', 'profiles'] as const) {
    const own: ReadonlyMap<string, object> = doc[kind];
    const given: { [alias: string]: object } = resources[kind] ?? {};
    const taken = new Set([...own.keys(), ...Object.keys(given)]);
    for (const [alias, value] of Object.entries(given)) {
      const here = own.get(alias);
      if (here === undefined || JSON.stringify(here) === JSON.stringify(value)) continue;
      const fresh = freeId(alias, (other) => taken.has(other.replaceAll('-', '_'))).replaceAll('-', '_');
      taken.add(fresh);
      names.set(`${kind} ${alias}`, fresh);
    }
  }
  return (kind, alias) => names.get(`${kind} ${alias}`) ?? alias;
}

function withAliases(node: WorkflowNode, renamed: Renamed): WorkflowNode {
  let { config, policy } = node;
  for (const { kind, name, field } of resourcesNamedBy(node)) {
    const now = renamed(kind, name);
    if (now !== name && field !== undefined) config = withValue(config, field.split('.'), name, now);
  }
  const fallbacks = policy?.calls?.fallbacks;
  if (policy?.calls && fallbacks)
    policy = {
      ...policy,
      calls: {
        ...policy.calls,
        fallbacks: fallbacks.map((one) =>
          'profile' in one ? { ...one, profile: renamed('profiles', one.profile) } : one,
        ),
      },
    };
  return { ...node, config, ...(policy && { policy }) };
}

function withValue(object: JsonObject, [field = '', ...rest]: string[], old: string, now: string): JsonObject {
  const value: Json | undefined = object[field];
  if (rest.length === 0) return value === old ? { ...object, [field]: now } : object;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return object;
  return { ...object, [field]: withValue(value, rest, old, now) };
}
