import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import { portAt, resolveNode } from '../nodes/ports-of.ts';
import { summaryOf } from '../nodes/summary-of.ts';
import type { Doc } from '../state/document.ts';
import { headHeight, type PortRows, size } from './node-size.ts';

/** What a node is drawn of. */
export interface NodeParts {
  rows: PortRows;
  summary: string | undefined;
  isContainer: boolean;
  /** Where the body of a container begins; the height of any other node. */
  bodyTop: number;
}

/** Ports of config fields that wires fill, by node, as one text each so that equal ones are equal. */
export function boundPorts(doc: Doc): Map<string, string> {
  const bound = new Map<string, string>();
  for (const { to } of doc.edges.values())
    if (to.port.startsWith('config/')) bound.set(to.node, `${bound.get(to.node) ?? ''} ${to.port}`.trim());
  return bound;
}

const known = new WeakMap<WorkflowNode, { bound: string; parts: NodeParts }>();

/** `bound`: its entry in `boundPorts`. The same object as long as nothing changes. */
export function partsOf(node: WorkflowNode, bound = ''): NodeParts {
  const kept = known.get(node);
  if (kept?.bound === bound) return kept.parts;
  const { manifest, ports } = resolveNode(node);
  const fields = bound.split(' ').flatMap((name) => {
    const port = name === '' ? undefined : portAt(node, 'in', name);
    return port ? [[name, port] as const] : [];
  });
  const rows: PortRows = {
    inputs: [...Object.entries(ports.inputs), ...fields],
    outputs: Object.entries(ports.outputs),
    sources: Object.entries(ports.sources),
    sinks: Object.entries(ports.sinks),
  };
  const summary = summaryOf(node, manifest);
  const isContainer = manifest?.body !== undefined;
  const parts = { rows, summary, isContainer, bodyTop: headHeight(rows, summary !== undefined) };
  known.set(node, { bound, parts });
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
