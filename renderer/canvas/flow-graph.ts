import type { Edge, Node, NodeHandle } from '@xyflow/react';
import { Frames } from '../../app/core/graph/frames.ts';
import type { PortTypeName } from '../../app/core/graph/ports.ts';
import type { LayoutGroup, LayoutNote, WorkflowEdge, WorkflowNode } from '../../app/core/graph/workflow.ts';
import { type PortRef, portsOfEdge } from '../nodes/connection.ts';
import { portAt, type ResolvedNode, resolveNode } from '../nodes/ports-of.ts';
import { summaryOf } from '../nodes/summary-of.ts';
import type { Doc } from '../state/document.ts';
import type { Selection } from '../state/history.ts';
import { type ItemRef, itemRef } from '../state/items.ts';
import { headHeight, type PortRows, rowMiddle, rowsTop, size } from './node-size.ts';

export interface NodeData extends Record<string, unknown> {
  record: WorkflowNode;
  resolved: ResolvedNode;
  title: string;
  summary: string | undefined;
  rows: PortRows;
  color: string | undefined;
}
export interface NoteData extends Record<string, unknown> {
  record: LayoutNote;
}
export interface GroupData extends Record<string, unknown> {
  record: LayoutGroup;
}
export type NodeItem = Node<NodeData, 'node'>;
export type NoteItem = Node<NoteData, 'note'>;
export type GroupItem = Node<GroupData, 'frame'>;
export type CanvasItem = NodeItem | NoteItem | GroupItem;

export interface WireData extends Record<string, unknown> {
  portType: PortTypeName;
}
export type WireItem = Edge<WireData, 'wire'>;

/** Where items are while they are dragged or resized: not yet in the document. */
export type Dragged = ReadonlyMap<ItemRef, { x: number; y: number; width?: number; height?: number }>;

export interface FlowGraph {
  nodes: CanvasItem[];
  edges: WireItem[];
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The id of a port on the canvas. A node may have an input and an output of one name. */
export function handleId({ side, port }: Pick<PortRef, 'side' | 'port'>): string {
  return `${side}:${port}`;
}

/** The port that a handle stands for; undefined for what is no handle of ours. */
export function portOfHandle(node: string | null, handle: string | null | undefined): PortRef | undefined {
  const [, side, port] = /^(in|out|source|sink):(.+)$/.exec(handle ?? '') ?? [];
  if (node === null || port === undefined) return undefined;
  return { node, port, side: side as PortRef['side'] };
}

/** Bound config fields, by node: their ports are shown where a wire fills them. */
function boundPorts(doc: Doc): Map<string, string[]> {
  const bound = new Map<string, string[]>();
  for (const { to } of doc.edges.values())
    if (to.port.startsWith('config/')) bound.set(to.node, [...(bound.get(to.node) ?? []), to.port]);
  return bound;
}

export function rowsOf(node: WorkflowNode, bound: readonly string[]): PortRows {
  const { inputs, outputs, sources, sinks } = resolveNode(node).ports;
  const fields = bound.flatMap((name) => {
    const port = portAt(node, 'in', name);
    return port ? [[name, port] as const] : [];
  });
  return {
    inputs: [...Object.entries(inputs), ...fields],
    outputs: Object.entries(outputs),
    sources: Object.entries(sources),
    sinks: Object.entries(sinks),
  };
}

const HANDLE = 12;

function handlesOf(rows: PortRows, top: number, box: Box, bodyTop: number): NodeHandle[] {
  const at = (id: string, type: 'source' | 'target', isLeft: boolean, x: number, y: number): NodeHandle => ({
    id,
    type,
    position: (isLeft ? 'left' : 'right') as NodeHandle['position'],
    x: x - HANDLE / 2,
    y: y - HANDLE / 2,
    width: HANDLE,
    height: HANDLE,
  });
  return [
    ...rows.inputs.map(([port], n) => at(handleId({ side: 'in', port }), 'target', true, 0, rowMiddle(top, n))),
    ...rows.outputs.map(([port], n) =>
      at(handleId({ side: 'out', port }), 'source', false, box.width, rowMiddle(top, n)),
    ),
    // Inside, wires start at the left edge and end at the right one.
    ...rows.sources.map(([port], n) =>
      at(handleId({ side: 'source', port }), 'source', false, 0, rowMiddle(bodyTop, n)),
    ),
    ...rows.sinks.map(([port], n) =>
      at(handleId({ side: 'sink', port }), 'target', true, box.width, rowMiddle(bodyTop, n)),
    ),
  ];
}

interface Made<T> {
  key: readonly unknown[];
  item: T;
}

/** Keeps what it made as long as nothing that it was made from changes: only items that changed are drawn again. */
function createKept<T>(): (id: string, key: readonly unknown[], make: () => T) => T {
  let now = new Map<string, Made<T>>();
  return (id, key, make) => {
    const old = now.get(id);
    if (old && old.key.length === key.length && old.key.every((part, at) => Object.is(part, key[at]))) return old.item;
    const item = make();
    now.set(id, { key, item });
    // Ids of what is long gone: rarely so many that they matter.
    if (now.size > 20_000) now = new Map([[id, { key, item }]]);
    return item;
  };
}

/** Nodes with everything that lies in no container first, then what lies in those, and so on. */
function byDepth(doc: Doc): WorkflowNode[][] {
  const levels: WorkflowNode[][] = [];
  const depths = new Map<string, number>();
  const depthOf = (node: WorkflowNode): number => {
    const known = depths.get(node.id);
    if (known !== undefined) return known;
    const parent = node.parent === undefined ? undefined : doc.nodes.get(node.parent);
    // Of a file whose containers run in a circle something is shown all the same.
    depths.set(node.id, 0);
    const depth = parent ? depthOf(parent) + 1 : 0;
    depths.set(node.id, depth);
    return depth;
  };
  for (const node of doc.nodes.values()) {
    const depth = depthOf(node);
    levels[depth] ??= [];
    levels[depth].push(node);
  }
  return levels.map((level) => level ?? []);
}

export const NOTE_SIZE = { width: 240, height: 120 };
const GROUP_EDGE = 20;
const GROUP_HEAD = 30;

/** Makes what the canvas shows out of a document; what did not change stays the same object. */
export function createFlowGraph(): (doc: Doc, selection: Selection, dragged: Dragged) => FlowGraph {
  const keptNodes = createKept<NodeItem>();
  const keptNotes = createKept<NoteItem>();
  const keptGroups = createKept<GroupItem>();
  const keptWires = createKept<WireItem>();
  const keptRows = createKept<PortRows>();
  let framesOf: { nodes: Doc['nodes']; frames: Frames } | undefined;

  return (doc, selection, dragged) => {
    if (framesOf?.nodes !== doc.nodes) framesOf = { nodes: doc.nodes, frames: new Frames([...doc.nodes.values()]) };
    const { frames } = framesOf;
    const bound = boundPorts(doc);
    const levels = byDepth(doc);
    const parts = new Map<string, { box: Box; rows: PortRows; summary: string | undefined; bodyTop: number }>();
    const inside = new Map<string, { right: number; bottom: number }>();

    // From the innermost outwards: a container is as large as what lies in it.
    for (const level of levels.toReversed())
      for (const node of level) {
        const names = bound.get(node.id) ?? [];
        const rows = keptRows(node.id, [node, names.join(' ')], () => rowsOf(node, names));
        const summary = summaryOf(node, resolveNode(node).manifest);
        const bodyTop = headHeight(rows, summary !== undefined);
        const position = doc.positions.get(node.id);
        const drag = dragged.get(node.id);
        const isContainer = rows.sources.length + rows.sinks.length > 0;
        const content = inside.get(node.id);
        const least = isContainer
          ? {
              width: Math.max(size.body.width, (content?.right ?? 0) + size.edge),
              height: bodyTop + Math.max(size.body.height, (content?.bottom ?? 0) - bodyTop + size.edge),
            }
          : { width: size.width, height: bodyTop };
        const box = {
          x: drag?.x ?? position?.x ?? 0,
          y: drag?.y ?? position?.y ?? 0,
          width: isContainer ? Math.max(least.width, drag?.width ?? position?.w ?? 0) : least.width,
          height: isContainer ? Math.max(least.height, drag?.height ?? position?.h ?? 0) : least.height,
        };
        parts.set(node.id, { box, rows, summary, bodyTop });
        if (node.parent === undefined) continue;
        const around = inside.get(node.parent) ?? { right: 0, bottom: 0 };
        inside.set(node.parent, {
          right: Math.max(around.right, box.x + box.width),
          bottom: Math.max(around.bottom, box.y + box.height),
        });
      }

    const nodes: NodeItem[] = [];
    for (const [depth, level] of levels.entries())
      for (const record of level) {
        const part = parts.get(record.id);
        if (!part) continue;
        const { box, rows, summary, bodyTop } = part;
        const selected = selection.has(record.id);
        const color = doc.colors.get(record.id);
        const key = [record, rows, box.x, box.y, box.width, box.height, selected, color, depth];
        nodes.push(
          keptNodes(record.id, key, () => {
            const resolved = resolveNode(record);
            const title = record.name ?? resolved.manifest?.title ?? record.type;
            return {
              id: record.id,
              type: 'node',
              position: { x: box.x, y: box.y },
              width: box.width,
              height: box.height,
              measured: { width: box.width, height: box.height },
              handles: handlesOf(rows, rowsTop(summary !== undefined), box, bodyTop),
              selected,
              zIndex: depth * 10,
              ariaLabel: `${title}, ${resolved.manifest?.title ?? record.type}`,
              ...(record.parent !== undefined && doc.nodes.has(record.parent) && { parentId: record.parent }),
              data: { record, resolved, title, summary, rows, color },
            };
          }),
        );
      }

    const notes = [...doc.notes.values()].map((record) => {
      const ref = itemRef('note', record.id);
      const drag = dragged.get(ref);
      const box = {
        x: drag?.x ?? record.x,
        y: drag?.y ?? record.y,
        width: drag?.width ?? record.w ?? NOTE_SIZE.width,
        height: drag?.height ?? record.h ?? NOTE_SIZE.height,
      };
      const selected = selection.has(ref);
      return keptNotes(ref, [record, box.x, box.y, box.width, box.height, selected], () => ({
        id: ref,
        type: 'note',
        position: { x: box.x, y: box.y },
        width: box.width,
        height: box.height,
        measured: { width: box.width, height: box.height },
        selected,
        zIndex: -5,
        data: { record },
      }));
    });

    const groups = [...doc.groups.values()].flatMap((record) => {
      const box = around(record.nodes, doc, parts);
      if (!box) return [];
      const ref = itemRef('group', record.id);
      const selected = selection.has(ref);
      return [
        keptGroups(ref, [record, box.x, box.y, box.width, box.height, selected], () => ({
          id: ref,
          // `group` is a type that the canvas library draws itself.
          type: 'frame',
          position: { x: box.x, y: box.y },
          width: box.width,
          height: box.height,
          measured: { width: box.width, height: box.height },
          selected,
          zIndex: -10,
          ariaLabel: record.title,
          data: { record },
        })),
      ];
    });

    const edges = [...doc.edges.values()].flatMap((record): WireItem[] => {
      const source = doc.nodes.get(record.from.node);
      const target = doc.nodes.get(record.to.node);
      if (!source || !target) return [];
      const ref = itemRef('edge', record.id);
      const selected = selection.has(ref);
      const depth = record.from.node === target.parent || record.to.node === source.parent ? 1 : 0;
      return [
        keptWires(ref, [record, source, target, selected, depth], () =>
          wireItem(record, { source, frames, ref, selected, depth }),
        ),
      ];
    });

    return { nodes: [...groups, ...notes, ...nodes], edges };
  };
}

function wireItem(
  record: WorkflowEdge,
  about: { source: WorkflowNode; frames: Frames; ref: ItemRef; selected: boolean; depth: number },
): WireItem {
  const { from, to } = portsOfEdge(record, about.frames);
  return {
    id: about.ref,
    type: 'wire',
    source: from.node,
    sourceHandle: handleId(from),
    target: to.node,
    targetHandle: handleId(to),
    selected: about.selected,
    // Wires of a body lie above the container that they run in.
    zIndex: about.frames.around(from.node).length * 10 - 10 + about.depth * 10,
    data: { portType: portAt(about.source, from.side, from.port)?.type ?? 'any' },
  };
}

/** The frame of a group: round its nodes wherever they are. */
function around(ids: readonly string[], doc: Doc, parts: ReadonlyMap<string, { box: Box }>): Box | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const id of ids) {
    const box = parts.get(id)?.box;
    if (!box) continue;
    let { x, y } = box;
    const seen = new Set([id]);
    for (let at = doc.nodes.get(id)?.parent; at !== undefined && !seen.has(at); at = doc.nodes.get(at)?.parent) {
      seen.add(at);
      x += parts.get(at)?.box.x ?? 0;
      y += parts.get(at)?.box.y ?? 0;
    }
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + box.width);
    bottom = Math.max(bottom, y + box.height);
  }
  if (left === Infinity) return undefined;
  return {
    x: left - GROUP_EDGE,
    y: top - GROUP_EDGE - GROUP_HEAD,
    width: right - left + GROUP_EDGE * 2,
    height: bottom - top + GROUP_EDGE * 2 + GROUP_HEAD,
  };
}
