import { canonicalJson } from '../../app/core/graph/json.ts';
import type { Workflow, WorkflowNode } from '../../app/core/graph/workflow.ts';
import { manifestOf } from '../nodes/node-types.ts';
import type { Doc } from './document.ts';

/** What a run worked on, as far as it says whether a result of it still holds. */
export type RunGraph = Pick<Workflow, 'nodes' | 'edges'>;

/**
 * Nodes whose results in a run are of an older version of the workflow: they, a wire into them, or something that leads
 * to them was changed since. A container is, when something in it is.
 */
export function staleNodes(then: RunGraph, doc: Pick<Doc, 'nodes' | 'edges'>): ReadonlySet<string> {
  const old = new Map(then.nodes.map((node) => [node.id, node]));
  const [wiresThen, wiresNow] = [wiresInto(then.edges), wiresInto(doc.edges.values())];
  const stale = new Set<string>();
  for (const node of doc.nodes.values()) {
    const before = old.get(node.id);
    const isOther = before === undefined || workOf(before) !== workOf(node);
    if (isOther || wiresThen.get(node.id) !== wiresNow.get(node.id)) stale.add(node.id);
  }
  const targets = new Map<string, string[]>();
  const add = (from: string, to: string) => targets.set(from, [...(targets.get(from) ?? []), to]);
  for (const { from, to } of doc.edges.values()) add(from.node, to.node);
  for (const { id, parent } of doc.nodes.values()) if (parent !== undefined) add(id, parent);
  const open = [...stale];
  for (let id = open.pop(); id !== undefined; id = open.pop())
    for (const next of targets.get(id) ?? []) {
      if (stale.has(next)) continue;
      stale.add(next);
      open.push(next);
    }
  return stale;
}

/** What a node does, without what it is called; of one that runs a workflow without that one's interface, which is looked up. */
function workOf({ type, version, config, policy, disabled = false, bypassed = false }: WorkflowNode): string {
  const runs = manifestOf(type)?.runsWorkflow;
  const own = runs ? { ...config, interface: null } : config;
  return canonicalJson({ type, version, config: own, policy: policy ?? {}, disabled, bypassed });
}

/** The wires into each node as one text. Those of the workflows that nodes run are theirs. */
function wiresInto(edges: Iterable<Workflow['edges'][number]>): Map<string, string> {
  const into = new Map<string, string[]>();
  for (const { from, to } of edges) {
    if (from.node.includes('/') || to.node.includes('/')) continue;
    into.set(to.node, [...(into.get(to.node) ?? []), `${from.node}.${from.port} ${to.port}`]);
  }
  return new Map([...into].map(([node, wires]) => [node, wires.sort().join('\n')]));
}
