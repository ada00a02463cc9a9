import type { WorkflowIssue } from '../../app/core/contracts/workflow.ts';
import { isRefusal } from '../commands/command.ts';
import { connectPorts } from '../commands/connect-ports.ts';
import { reconnectEdge } from '../commands/reconnect-edge.ts';
import { removeItems } from '../commands/remove-items.ts';
import { setConfig } from '../commands/set-config.ts';
import { setInterface } from '../commands/set-interface.ts';
import { setNodeFlag } from '../commands/set-node-flag.ts';
import { type Connection, connectionFault } from '../nodes/connection.ts';
import { resolveNode } from '../nodes/ports-of.ts';
import { scoreOf } from '../search/score-of.ts';
import type { Doc } from '../state/document.ts';
import type { DocumentStore } from '../state/document-store.ts';
import { placeOf } from '../state/graph-queries.ts';
import { itemRef } from '../state/items.ts';
import type { Words } from '../strings/text.ts';

/** A change that may mend what is wrong. */
export interface Fix {
  label: Words;
  apply: (document: DocumentStore) => void;
}

/** What the workspace has that fields may name. */
export interface Known {
  profiles: readonly string[];
  collections: readonly string[];
  /** Ids of workflows with what they are called. */
  workflows: readonly { id: string; title: string }[];
}

type Maker = (issue: WorkflowIssue, doc: Doc, known: Known) => Fix[];

/** By what is wrong: ways to mend it, the likeliest first. What is not listed needs thought. */
const makers: { readonly [code: string]: Maker | undefined } = {
  'workflow.edge_endpoint': moveOrRemoveWire,
  'workflow.edge_type': removeWire,
  'workflow.edge_crowded': removeWire,
  'workflow.edge_frame': removeWire,
  'workflow.cycle': removeWire,
  'workflow.missing_input': connectOrDisable,
  'workflow.unknown_node_type': removeNode,
  'workflow.node_config': resetField,
  'workflow.resource': nameAnother,
  'workflow.interface': declare,
  'workflow.missing': runAnother,
};

export function fixesFor(issue: WorkflowIssue, doc: Doc, known: Known): Fix[] {
  return makers[issue.code]?.(issue, doc, known) ?? [];
}

function removeWire({ edgeId }: WorkflowIssue): Fix[] {
  if (edgeId === undefined) return [];
  return [
    {
      label: { key: 'fix.removeWire' },
      apply: (document) => document.run(removeItems, { items: [itemRef('edge', edgeId)] }),
    },
  ];
}

/** A wire at a port that is gone (a subflow has other ones now): to one of its type that nothing leads to, or away. */
function moveOrRemoveWire(issue: WorkflowIssue, doc: Doc): Fix[] {
  const edge = issue.edgeId === undefined ? undefined : doc.edges.get(issue.edgeId);
  const end = /\.(from|to)\.port$/.exec(issue.path)?.[1] as 'from' | 'to' | undefined;
  const node = edge && end && doc.nodes.get(edge[end].node);
  if (!edge || !end || !node) return removeWire(issue);
  const { inputs, outputs } = resolveNode(node).ports;
  const isFree = (port: string) =>
    end === 'from' || ![...doc.edges.values()].some(({ to }) => to.node === node.id && to.port === port);
  const moves = Object.keys(end === 'from' ? outputs : inputs)
    .filter((port) => port !== 'error' && isFree(port))
    .map((port) => ({
      edge: edge.id,
      end,
      port: { node: node.id, port, side: end === 'from' ? 'out' : 'in' } as const,
    }))
    .filter((args) => {
      const edit = reconnectEdge.run(doc, args);
      return edit !== undefined && !isRefusal(edit);
    })
    .slice(0, 3);
  return [
    ...moves.map(
      (args): Fix => ({
        label: { key: end === 'from' ? 'fix.moveFrom' : 'fix.moveTo', values: { port: args.port.port } },
        apply: (document) => document.run(reconnectEdge, args),
      }),
    ),
    ...removeWire(issue),
  ];
}

function removeNode({ nodeId }: WorkflowIssue): Fix[] {
  if (nodeId === undefined) return [];
  return [{ label: { key: 'fix.removeNode' }, apply: (document) => document.run(removeItems, { items: [nodeId] }) }];
}

/** The required inputs of a node that no wire leads into, and for each the nearest output that fits. */
function connectOrDisable({ nodeId }: WorkflowIssue, doc: Doc): Fix[] {
  const node = nodeId === undefined ? undefined : doc.nodes.get(nodeId);
  if (!node) return [];
  const fixes = Object.entries(resolveNode(node).ports.inputs).flatMap(([port, { required }]): Fix[] => {
    const isWired = [...doc.edges.values()].some(({ to }) => to.node === node.id && to.port === port);
    const wire = required && !isWired ? nearestSource(doc, node.id, port) : undefined;
    if (!wire) return [];
    const from = doc.nodes.get(wire.from.node);
    const name = from?.name ?? (from && resolveNode(from).manifest?.title) ?? wire.from.node;
    const label: Words = { key: 'fix.connect', values: { port, from: `${name}: ${wire.from.port}` } };
    return [{ label, apply: (document) => document.run(connectPorts, wire) }];
  });
  return [
    ...fixes,
    {
      label: { key: 'fix.disable' },
      apply: (document) => document.run(setNodeFlag, { nodes: [node.id], flag: 'disabled', on: true }),
    },
  ];
}

/** Of all outputs that may lead into the port: one of the very same type before others, then the nearest on the left. */
function nearestSource(doc: Doc, node: string, port: string): Connection | undefined {
  const target = doc.nodes.get(node);
  const wanted = target && resolveNode(target).ports.inputs[port]?.type;
  const here = placeOf(doc, node);
  const found: { wire: Connection; rank: number }[] = [];
  for (const other of doc.nodes.values())
    for (const [name, { type }] of Object.entries(resolveNode(other).ports.outputs)) {
      const wire: Connection = {
        from: { node: other.id, port: name, side: 'out' },
        to: { node, port, side: 'in' },
      };
      if (other.id === node || type === 'error' || connectionFault(doc, wire)) continue;
      const { x, y } = placeOf(doc, other.id);
      const isRight = x > here.x ? 10_000 : 0;
      found.push({ wire, rank: Math.hypot(here.x - x, here.y - y) + isRight + (type === wanted ? 0 : 100_000) });
    }
  return found.sort((a, b) => a.rank - b.rank)[0]?.wire;
}

/** The field of a config that a path leads to. */
function fieldOf({ path }: WorkflowIssue): string | undefined {
  return /^\$\.nodes\[\d+\]\.config\.([A-Za-z_]\w*)/.exec(path)?.[1];
}

function resetField(issue: WorkflowIssue, doc: Doc): Fix[] {
  const field = fieldOf(issue);
  const node = issue.nodeId === undefined ? undefined : doc.nodes.get(issue.nodeId);
  if (!node || field === undefined || !Object.hasOwn(node.config, field)) return [];
  // A field that must be there is mended by no default.
  if (resolveNode(node).manifest?.config.shape[field]?.safeParse(undefined).success === false) return [];
  return [
    {
      label: { key: 'fix.reset', values: { field } },
      apply: (document) => document.run(setConfig, { node: node.id, field, value: undefined }),
    },
  ];
}

function nameAnother(issue: WorkflowIssue, _doc: Doc, known: Known): Fix[] {
  const field = fieldOf(issue);
  const { nodeId } = issue;
  if (nodeId === undefined || field === undefined) return [];
  const names = field === 'collection' ? known.collections : field === 'profile' ? known.profiles : [];
  return names.slice(0, 3).map((name) => ({
    label: { key: 'fix.use', values: { name } },
    apply: (document) => document.run(setConfig, { node: nodeId, field, value: name }),
  }));
}

/** The workflows that a node may run instead of one that is not there: those that are called most like it. */
function runAnother(issue: WorkflowIssue, doc: Doc, known: Known): Fix[] {
  const field = fieldOf(issue);
  const { nodeId } = issue;
  const node = nodeId === undefined ? undefined : doc.nodes.get(nodeId);
  if (!node || field === undefined) return [];
  const wanted = String(node.config[field] ?? '').replace(/^wf_|^.*\/|\.flow\.json$/g, '');
  return known.workflows
    .filter(({ id }) => id !== doc.head.get('id'))
    .map((one) => ({ ...one, score: scoreOf(wanted, [one.title, one.id]) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, 3)
    .map(({ id, title }) => ({
      label: { key: 'fix.use', values: { name: title } },
      apply: (document) => document.run(setConfig, { node: node.id, field, value: id }),
    }));
}

/** An input or output that a node stands for and the workflow does not declare, or the other way round. */
function declare({ nodeId, path }: WorkflowIssue, doc: Doc): Fix[] {
  const declared = /^\$\.outputs\.(\w+)$/.exec(path)?.[1];
  if (declared !== undefined)
    return [
      {
        label: { key: 'fix.undeclare', values: { name: declared } },
        apply: (document) => document.run(setInterface, { direction: 'output', name: declared, value: undefined }),
      },
    ];
  const node = nodeId === undefined ? undefined : doc.nodes.get(nodeId);
  const { manifest, fits } = node ? resolveNode(node) : { manifest: undefined, fits: false };
  const port = node && fits ? manifest?.workflowPort?.(manifest.config.parse(node.config)) : undefined;
  if (!port || (port.direction === 'input' ? doc.inputs : doc.outputs).has(port.name)) return [];
  const { name, direction } = port;
  return [
    {
      label: { key: 'fix.declare', values: { name } },
      apply: (document) =>
        direction === 'input'
          ? document.run(setInterface, { direction, name, value: { type: 'text', required: true } })
          : document.run(setInterface, { direction, name, value: { type: 'any' } }),
    },
  ];
}
