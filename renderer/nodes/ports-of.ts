import { boundField, type NodePorts, nodePorts } from '../../app/core/graph/node-ports.ts';
import type { Port } from '../../app/core/graph/ports.ts';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import type { AnyManifest } from '../../app/core/nodekit/define-node.ts';
import { manifestOf } from './node-types.ts';

export interface ResolvedNode {
  /** Undefined for a type that this release does not know: its node is kept and shown as a placeholder. */
  manifest: AnyManifest | undefined;
  ports: NodePorts;
  /** Whether the config fits its schema; otherwise the ports are those that do not hang on it. */
  fits: boolean;
}

const noPorts: NodePorts = { inputs: {}, outputs: {}, sources: {}, sinks: {} };
/** A record of a node never changes, so what is worked out for it holds as long as it lives. */
const resolved = new WeakMap<WorkflowNode, ResolvedNode>();

export function resolveNode(node: WorkflowNode): ResolvedNode {
  const known = resolved.get(node);
  if (known) return known;
  const made = resolve(node);
  resolved.set(node, made);
  return made;
}

function resolve(node: WorkflowNode): ResolvedNode {
  const manifest = manifestOf(node.type);
  if (!manifest) return { manifest, ports: noPorts, fits: false };
  const parsed = manifest.config.safeParse(node.config);
  if (parsed.success) return { manifest, ports: nodePorts(node, manifest, parsed.data), fits: true };
  const { ports: _dynamic, ...fixed } = manifest;
  return { manifest, ports: nodePorts(node, fixed, {}), fits: false };
}

/** Which side of a node a port is on; inside a container there are two more. */
export type PortSide = 'in' | 'out' | 'source' | 'sink';

/** The port of that name on that side; `config/<field>` of any field that a wire may fill is one as well. */
export function portAt(node: WorkflowNode, side: PortSide, name: string): Port | undefined {
  const { ports, manifest } = resolveNode(node);
  const table = { in: ports.inputs, out: ports.outputs, source: ports.sources, sink: ports.sinks }[side];
  if (Object.hasOwn(table, name)) return table[name];
  if (side === 'in' && manifest && boundField(name, manifest) !== undefined) return { type: 'any' };
  return undefined;
}
