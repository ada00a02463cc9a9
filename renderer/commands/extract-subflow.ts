import type { LayoutGroup, LayoutNote, WorkflowEdge, WorkflowNode } from '../../app/core/graph/workflow.ts';
import { subflowType } from '../nodes/interface-nodes.ts';
import type { Doc } from '../state/document.ts';
import { freeId } from '../state/free-id.ts';
import { onCanvas } from '../state/graph-queries.ts';
import { type ItemRef, idsOf } from '../state/items.ts';
import type { Patch } from '../state/patch.ts';
import { shownLine } from '../state/shown-text.ts';
import { defineCommand, isRefusal } from './command.ts';
import { type Extraction, extraction, interfaceOf, type PortNames } from './extraction.ts';
import { withoutNodes } from './remove-items.ts';

export interface ExtractArgs {
  items: readonly ItemRef[];
  /** Id of the workflow that holds the piece now. */
  workflow: string;
  name: string;
  names: PortNames;
}

/** Puts one node that runs another workflow in place of what is selected; its wires lead where they led. */
export const extractSubflow = defineCommand<ExtractArgs>('subflow.extract', (doc, args) => {
  const piece = extraction(doc, args.items);
  if (isRefusal(piece)) return piece;
  const isNamed = (ports: Extraction['inputs'], names: readonly string[]) =>
    names.length === ports.length &&
    new Set(names).size === names.length &&
    names.every((name) => /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name));
  if (!isNamed(piece.inputs, args.names.inputs) || !isNamed(piece.outputs, args.names.outputs))
    return { refused: { key: 'workflow.badName' } };
  const { manifest, runs } = subflowType();
  const title = shownLine(args.name, 200);
  const id = freeId(title === '' ? manifest.type : title.toLowerCase(), (other) => doc.nodes.has(other));
  const { parent, inputs, outputs, nodes } = piece;
  const node: WorkflowNode = {
    id,
    type: manifest.type,
    version: manifest.version,
    config: runs.withInterface({ [runs.field]: args.workflow }, interfaceOf(piece, args.names)),
    ...(title !== '' && { name: title }),
    ...(parent !== undefined && { parent }),
  };
  const edges = new Map<string, WorkflowEdge | undefined>();
  for (const edge of doc.edges.values())
    if (nodes.has(edge.from.node) || nodes.has(edge.to.node)) edges.set(edge.id, undefined);
  inputs.forEach(({ from, edges: [first] }, at) => {
    if (first) edges.set(first.id, { id: first.id, from, to: { node: id, port: args.names.inputs[at] ?? '' } });
  });
  // They keep their ids: a port that takes several wires reads them in that order.
  outputs.forEach(({ edges: group }, at) => {
    for (const edge of group) edges.set(edge.id, { ...edge, from: { node: id, port: args.names.outputs[at] ?? '' } });
  });
  const gone = [...nodes].map((one): [string, undefined] => [one, undefined]);
  const notes = idsOf(args.items, 'note').filter((note) => doc.notes.has(note));
  const patch: Patch = {
    nodes: new Map<string, WorkflowNode | undefined>([...gone, [id, node]]),
    positions: new Map([...gone, [id, middleOf(doc, piece)]]),
    colors: new Map(gone),
    edges,
    groups: new Map(groupsAround(doc, piece, id)),
    notes: new Map(notes.map((note): [string, LayoutNote | undefined] => [note, undefined])),
  };
  return { patch, capture: 'now', label: { key: 'subflow.extract' }, select: [id] };
});

/** The middle of what is replaced, counted from the corner of its container. */
function middleOf(doc: Doc, { tops }: Extraction) {
  const places = tops.map((top) => doc.positions.get(top) ?? { x: 0, y: 0 });
  const between = (values: readonly number[]) => (Math.min(...values) + Math.max(...values)) / 2;
  return onCanvas({ x: between(places.map(({ x }) => x)), y: between(places.map(({ y }) => y)) });
}

/** Groups without what is replaced; one that held a part of it, and more, holds the new node. */
function groupsAround(doc: Doc, { nodes, tops }: Extraction, id: string): [string, LayoutGroup | undefined][] {
  return withoutNodes(doc, nodes).map(([group, left]) => {
    const had = doc.groups.get(group)?.nodes ?? [];
    const holdsAll = tops.every((top) => had.includes(top));
    return [group, left && holdsAll ? { ...left, nodes: [...left.nodes, id].sort() } : left];
  });
}
