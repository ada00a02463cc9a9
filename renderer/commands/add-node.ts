import type { Json, JsonObject } from '../../app/core/graph/json.ts';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import { type Connection, connectionFault, directed, type PortRef } from '../nodes/connection.ts';
import { holdsNodes, manifestOf } from '../nodes/node-types.ts';
import { portAt, resolveNode } from '../nodes/ports-of.ts';
import type { Doc } from '../state/document.ts';
import { freeId } from '../state/free-id.ts';
import { onCanvas, type Point } from '../state/graph-queries.ts';
import { applyPatch, followedBy, type Patch } from '../state/patch.ts';
import { shownLine } from '../state/shown-text.ts';
import { defineCommand } from './command.ts';
import { connectionPatch } from './connect-ports.ts';

export interface AddNodeArgs {
  type: string;
  /** Counted from the corner of the container, when there is one. */
  at: Point;
  /** The container that it is put into. */
  parent?: string;
  /** Instead of what a new node of the type begins with. */
  config?: JsonObject;
  name?: string;
  /** A port that a wire is to lead to or from; the first port of the new node that fits is taken. */
  connect?: PortRef;
}

/** Puts a new node on the canvas, declares the input or output of the workflow that it stands for, and wires it. */
export const addNode = defineCommand<AddNodeArgs>('node.add', (doc, args) => {
  const { type, at, parent, name, connect } = args;
  const manifest = manifestOf(type);
  if (!manifest) return { refused: { key: 'node.unknownType', values: { type } } };
  if (parent !== undefined && !holdsNodes(doc.nodes.get(parent)?.type ?? ''))
    return { refused: { key: 'node.noContainer' } };
  const id = freeId(type, (other) => doc.nodes.has(other));
  const bare: WorkflowNode = {
    id,
    type,
    version: manifest.version,
    config: args.config ?? startingConfig(type),
    ...(parent !== undefined && { parent }),
    ...(name !== undefined && shownLine(name, 200) !== '' && { name: shownLine(name, 200) }),
  };
  const { node, patch: interfacePatch } = withOwnInterface(doc, bare);
  let patch: Patch = followedBy(interfacePatch, {
    nodes: new Map([[id, node]]),
    positions: new Map([[id, onCanvas(at)]]),
  });
  const grown = applyPatch(doc, patch)?.doc;
  const wire = connect && grown && firstFit(grown, node, connect);
  if (wire && grown) patch = followedBy(patch, connectionPatch(grown, wire));
  return { patch, capture: 'now', label: { key: 'node.add', values: { type: manifest.title } }, select: [id] };
});

/** What a new node begins with: nothing where that fits its schema, else the first example of its manifest. */
export function startingConfig(type: string): JsonObject {
  const manifest = manifestOf(type);
  if (!manifest || manifest.config.safeParse({}).success) return {};
  const [example] = manifest.examples ?? [];
  return (example?.config ?? {}) as JsonObject;
}

/** A wire between `connect` and the first port of the node, in the order of its manifest, that may have one. */
export function firstFit(doc: Doc, node: WorkflowNode, connect: PortRef): Connection | undefined {
  const { ports } = resolveNode(node);
  const other = doc.nodes.get(connect.node);
  const wanted = other && portAt(other, connect.side, connect.port)?.type;
  const candidates: PortRef[] = [
    ...Object.keys(ports.inputs).map((port): PortRef => ({ node: node.id, port, side: 'in' })),
    ...Object.keys(ports.outputs).map((port): PortRef => ({ node: node.id, port, side: 'out' })),
  ];
  const fitting = candidates.flatMap((candidate) => {
    const wire = directed(connect, candidate);
    return wire && !connectionFault(doc, wire)
      ? [{ wire, type: portAt(node, candidate.side, candidate.port)?.type }]
      : [];
  });
  // The very same type says more than one that takes anything.
  return (fitting.find(({ type }) => type === wanted) ?? fitting[0])?.wire;
}

/**
 * Gives a node that stands for an input or output of the workflow a name of its own, and declares it where it is not.
 * The field that holds the name is found by its value: the manifest alone knows what it is called.
 */
function withOwnInterface(doc: Doc, node: WorkflowNode): { node: WorkflowNode; patch: Patch } {
  const { manifest, fits } = resolveNode(node);
  const port = fits ? manifest?.workflowPort?.(manifest.config.parse(node.config)) : undefined;
  if (!port) return { node, patch: {} };
  const field = Object.keys(node.config).find((key) => node.config[key] === port.name);
  const declared = port.direction === 'input' ? doc.inputs : doc.outputs;
  const isUsed = (name: string) => [...doc.nodes.values()].some((other) => standsFor(other, port.direction) === name);
  // An input or output that is declared and that no node stands for yet is what this one is for.
  const open = [...declared.keys()].find((name) => !isUsed(name));
  const name = open ?? freeId(port.name, (other) => declared.has(other)).replaceAll('-', '_');
  const config: { [key: string]: Json } = field === undefined ? node.config : { ...node.config, [field]: name };
  const named = { ...node, config };
  if (declared.has(name)) return { node: named, patch: {} };
  return {
    node: named,
    patch:
      port.direction === 'input'
        ? { inputs: new Map([[name, { type: 'text', required: true }]]) }
        : { outputs: new Map([[name, { type: 'any' }]]) },
  };
}

/** The input or output of the workflow that a node stands for. */
export function standsFor(node: WorkflowNode, direction: 'input' | 'output'): string | undefined {
  const { manifest, fits } = resolveNode(node);
  const port = fits ? manifest?.workflowPort?.(manifest.config.parse(node.config)) : undefined;
  return port?.direction === direction ? port.name : undefined;
}
