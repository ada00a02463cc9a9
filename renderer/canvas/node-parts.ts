import type { Port } from '../../app/core/graph/ports.ts';
import type { WorkflowEdge, WorkflowNode } from '../../app/core/graph/workflow.ts';
import { holdsNodes } from '../nodes/node-types.ts';
import { portAt, resolveNode } from '../nodes/ports-of.ts';
import { summaryOf } from '../nodes/summary-of.ts';
import type { Doc } from '../state/document.ts';
import { t } from '../strings/text.ts';
import { headHeight, type PortRows, size } from './node-size.ts';

/** What a node is drawn of. */
export interface NodeParts {
  rows: PortRows;
  summary: string | undefined;
  isContainer: boolean;
  /** Where the body of a container begins; the height of any other node. */
  bodyTop: number;
}

/** A port that a wire still leads to and that its node has no more: drawn, so that the wire is seen and can be moved. */
const gone: Port = { type: 'error', help: t('port.gone') };
export const isGone = (port: Port): boolean => port === gone;

const bounds = new WeakMap<Doc['edges'], { nodes: Doc['nodes']; bound: ReadonlyMap<string, string> }>();

/**
 * Ports that a node shows only because wires lead to them, by node: those of config fields, and those that are gone.
 * `in:port` and `out:port`, as one text each so that equal ones are equal.
 */
export function boundPorts(doc: Doc): ReadonlyMap<string, string> {
  const kept = bounds.get(doc.edges);
  if (kept?.nodes === doc.nodes) return kept.bound;
  const found = new Map<string, Set<string>>();
  const see = (end: WorkflowEdge['from'], side: 'in' | 'out') => {
    const node = doc.nodes.get(end.node);
    if (!node || !isBound(node, side, end.port)) return;
    found.set(end.node, (found.get(end.node) ?? new Set()).add(`${side}:${end.port}`));
  };
  for (const { from, to } of doc.edges.values()) {
    see(from, 'out');
    see(to, 'in');
  }
  const bound = new Map([...found].map(([node, ports]) => [node, [...ports].join(' ')]));
  bounds.set(doc.edges, { nodes: doc.nodes, bound });
  return bound;
}

function isBound(node: WorkflowNode, side: 'in' | 'out', port: string): boolean {
  const { ports, manifest } = resolveNode(node);
  if (!manifest) return false;
  const own = side === 'in' ? [ports.inputs, ports.sinks] : [ports.outputs, ports.sources];
  return !own.some((table) => Object.hasOwn(table, port));
}

const holding = new WeakMap<Doc['nodes'], ReadonlySet<string>>();

/** The nodes in which others lie: containers, and on a graph as it ran also what ran another workflow inside. */
export function holders({ nodes }: Doc): ReadonlySet<string> {
  const kept = holding.get(nodes);
  if (kept) return kept;
  const found = new Set([...nodes.values()].flatMap(({ parent }) => parent ?? []));
  holding.set(nodes, found);
  return found;
}

const known = new WeakMap<WorkflowNode, { bound: string; isHolder: boolean; parts: NodeParts }>();

/**
 * `bound`: its entry in `boundPorts`; `isHolder`: whether it is one of `holders`. The same object as long as nothing
 * changes.
 */
export function partsOf(node: WorkflowNode, bound = '', isHolder = false): NodeParts {
  const kept = known.get(node);
  if (kept?.bound === bound && kept.isHolder === isHolder) return kept.parts;
  const { manifest, ports } = resolveNode(node);
  const extra = (side: 'in' | 'out') =>
    bound
      .split(' ')
      .filter((one) => one.startsWith(`${side}:`))
      .map((one) => one.slice(side.length + 1))
      .map((name) => [name, portAt(node, side, name) ?? gone] as const);
  const rows: PortRows = {
    inputs: [...Object.entries(ports.inputs), ...extra('in')],
    outputs: [...Object.entries(ports.outputs), ...extra('out')],
    sources: Object.entries(ports.sources),
    sinks: Object.entries(ports.sinks),
  };
  const summary = summaryOf(node, manifest);
  const isContainer = isHolder || holdsNodes(node.type);
  const parts = { rows, summary, isContainer, bodyTop: headHeight(rows, summary !== undefined) };
  known.set(node, { bound, isHolder, parts });
  return parts;
}

export interface Extent {
  width: number;
  height: number;
}

/** How large a node is at least; `content` is how far what lies in a container reaches, from the container's corner. */
export function extentOf({ isContainer, bodyTop }: NodeParts, content: Extent = { width: 0, height: 0 }): Extent {
  if (!isContainer) return { width: size.width, height: bodyTop };
  return {
    width: Math.max(size.body.width, content.width + size.inner),
    height: Math.max(bodyTop + size.body.height, content.height + size.edge),
  };
}
