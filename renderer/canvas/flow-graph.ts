import type { Edge, Node, NodeHandle } from '@xyflow/react';
import { Frames } from '../../app/core/graph/frames.ts';
import type { PortTypeName } from '../../app/core/graph/ports.ts';
import type { LayoutGroup, LayoutNote, WorkflowEdge, WorkflowNode } from '../../app/core/graph/workflow.ts';
import { type PortRef, portsOfEdge } from '../nodes/connection.ts';
import { portAt, type ResolvedNode, resolveNode } from '../nodes/ports-of.ts';
import { ALL, type Doc } from '../state/document.ts';
import { nodesByDepth, type Point, withBodies } from '../state/graph-queries.ts';
import type { Selection } from '../state/history.ts';
import { type ItemRef, itemRef } from '../state/items.ts';
import { isLocked } from '../state/locks.ts';
import { boundPorts, type Extent, extentOf, holders, type NodeParts, partsOf } from './node-parts.ts';
import { type PortRows, rowMiddle, rowsTop } from './node-size.ts';

export interface NodeData extends Record<string, unknown> {
  record: WorkflowNode;
  resolved: ResolvedNode;
  title: string;
  parts: NodeParts;
  color: string | undefined;
  locked: boolean;
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
  /** Where it is led through, on the whole canvas. */
  bends: readonly Point[];
  /** From here its bends are counted in the file. */
  corner: Point;
}
export type WireItem = Edge<WireData, 'wire'>;

/** Where items are while they are dragged or resized: not yet in the document. */
export type Dragged = ReadonlyMap<ItemRef, { x: number; y: number; width?: number; height?: number }>;

export interface FlowGraph {
  nodes: CanvasItem[];
  edges: WireItem[];
}

interface Box extends Extent {
  x: number;
  y: number;
}

interface Placed {
  box: Box;
  parts: NodeParts;
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

const HANDLE = 12;
/** Of a node: its ports stand on the inner side. */
const BORDER = 1;

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
    ...rows.inputs.map(([port], n) => at(handleId({ side: 'in', port }), 'target', true, BORDER, rowMiddle(top, n))),
    ...rows.outputs.map(([port], n) =>
      at(handleId({ side: 'out', port }), 'source', false, box.width - BORDER, rowMiddle(top, n)),
    ),
    // Inside, wires start at the left edge and end at the right one.
    ...rows.sources.map(([port], n) =>
      at(handleId({ side: 'source', port }), 'source', false, BORDER, rowMiddle(bodyTop, n)),
    ),
    ...rows.sinks.map(([port], n) =>
      at(handleId({ side: 'sink', port }), 'target', true, box.width - BORDER, rowMiddle(bodyTop, n)),
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

export const NOTE_SIZE = { width: 240, height: 120 };
const GROUP_EDGE = 20;
const GROUP_HEAD = 30;
const COLLAPSED = { width: 220, height: 48 };
/** Where wires of the nodes in a collapsed group end. */
export const GROUP_PORTS = { in: 'group:in', out: 'group:out' };

/** Makes what the canvas shows out of a document; what did not change stays the same object. */
export function createFlowGraph(): (doc: Doc, selection: Selection, dragged: Dragged) => FlowGraph {
  const keptNodes = createKept<NodeItem>();
  const keptNotes = createKept<NoteItem>();
  const keptGroups = createKept<GroupItem>();
  const keptWires = createKept<WireItem>();
  let framesOf: { nodes: Doc['nodes']; frames: Frames } | undefined;

  return (doc, selection, dragged) => {
    if (framesOf?.nodes !== doc.nodes) framesOf = { nodes: doc.nodes, frames: new Frames([...doc.nodes.values()]) };
    const { frames } = framesOf;
    const bound = boundPorts(doc);
    const holding = holders(doc);
    const levels = nodesByDepth(doc);
    const placed = new Map<string, Placed>();
    const inside = new Map<string, Extent>();

    // From the innermost outwards: a container is as large as what lies in it.
    for (const level of levels.toReversed())
      for (const node of level) {
        const parts = partsOf(node, bound.get(node.id), holding.has(node.id));
        const position = doc.positions.get(node.id);
        const drag = dragged.get(node.id);
        const least = extentOf(parts, inside.get(node.id));
        const wish = parts.isContainer
          ? { width: drag?.width ?? position?.w, height: drag?.height ?? position?.h }
          : {};
        const box = {
          x: drag?.x ?? position?.x ?? 0,
          y: drag?.y ?? position?.y ?? 0,
          width: Math.max(least.width, wish.width ?? 0),
          height: Math.max(least.height, wish.height ?? 0),
        };
        placed.set(node.id, { box, parts });
        // What is being dragged may be on its way out: its container does not grow after it.
        if (node.parent === undefined || drag) continue;
        const content = inside.get(node.parent) ?? { width: 0, height: 0 };
        inside.set(node.parent, {
          width: Math.max(content.width, box.x + box.width),
          height: Math.max(content.height, box.y + box.height),
        });
      }

    const hidden = hiddenNodes(doc);
    const nodes: NodeItem[] = [];
    for (const [depth, level] of levels.entries())
      for (const record of level) {
        const place = placed.get(record.id);
        if (!place || hidden.has(record.id)) continue;
        const { box, parts } = place;
        const { rows, summary, bodyTop } = parts;
        const selected = selection.has(record.id);
        const color = doc.colors.get(record.id);
        const locked = isLocked(doc, record.id);
        const key = [record, parts, box.x, box.y, box.width, box.height, selected, color, depth, locked];
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
              ...(locked && { draggable: false }),
              zIndex: depth * 10,
              ariaLabel: `${title}, ${resolved.manifest?.title ?? record.type}`,
              ...(record.parent !== undefined && doc.nodes.has(record.parent) && { parentId: record.parent }),
              data: { record, resolved, title, parts, color, locked },
            };
          }),
        );
      }

    const isFree = !doc.locks.has(ALL);
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
      return keptNotes(ref, [record, box.x, box.y, box.width, box.height, selected, isFree], () => ({
        id: ref,
        type: 'note',
        position: { x: box.x, y: box.y },
        width: box.width,
        height: box.height,
        measured: { width: box.width, height: box.height },
        selected,
        ...(!isFree && { draggable: false }),
        zIndex: -5,
        data: { record },
      }));
    });

    const groups = [...doc.groups.values()].flatMap((record) => {
      const frame = around(record.nodes, doc, placed);
      if (!frame) return [];
      const box = record.collapsed ? { ...frame, ...COLLAPSED } : frame;
      const ref = itemRef('group', record.id);
      const selected = selection.has(ref);
      return [
        keptGroups(ref, [record, box.x, box.y, box.width, box.height, selected, isFree], () => ({
          id: ref,
          // `group` is a type that the canvas library draws itself.
          type: 'frame',
          position: { x: box.x, y: box.y },
          width: box.width,
          height: box.height,
          measured: { width: box.width, height: box.height },
          selected,
          ...(!isFree && { draggable: false }),
          // Collapsed it is what its nodes are: something that wires lead to.
          zIndex: record.collapsed ? 0 : -10,
          ...(record.collapsed && { handles: groupHandles }),
          ariaLabel: record.title,
          data: { record },
        })),
      ];
    });

    const edges = [...doc.edges.values()].flatMap((record): WireItem[] => {
      const source = doc.nodes.get(record.from.node);
      const target = doc.nodes.get(record.to.node);
      if (!source || !target) return [];
      const from = hidden.get(source.id);
      const to = hidden.get(target.id);
      if (from !== undefined && from === to) return [];
      const ref = itemRef('edge', record.id);
      const selected = selection.has(ref);
      const corner = placeIn(doc, placed, source.id === target.parent ? source.id : source.parent);
      const way = doc.bends.get(record.id);
      const shift = way && shiftOf(doc, placed, source.id, target.id);
      const depth = record.from.node === target.parent || record.to.node === source.parent ? 1 : 0;
      return [
        keptWires(
          ref,
          [record, source, target, selected, depth, from, to, way, corner.x, corner.y, shift?.x, shift?.y],
          () => wireItem(record, { source, frames, ref, selected, depth, from, to, way: way ?? [], corner, shift }),
        ),
      ];
    });

    return { nodes: [...groups, ...notes, ...nodes], edges };
  };
}

function wireItem(
  record: WorkflowEdge,
  about: {
    source: WorkflowNode;
    frames: Frames;
    ref: ItemRef;
    selected: boolean;
    depth: number;
    /** Collapsed groups that its ends lie in. */
    from: ItemRef | undefined;
    to: ItemRef | undefined;
    way: readonly Point[];
    corner: Point;
    shift: Point | undefined;
  },
): WireItem {
  const { from, to } = portsOfEdge(record, about.frames);
  const { corner, shift = { x: 0, y: 0 } } = about;
  return {
    id: about.ref,
    type: 'wire',
    source: about.from ?? from.node,
    sourceHandle: about.from === undefined ? handleId(from) : GROUP_PORTS.out,
    target: about.to ?? to.node,
    targetHandle: about.to === undefined ? handleId(to) : GROUP_PORTS.in,
    selected: about.selected,
    ...((about.from ?? about.to) !== undefined && { reconnectable: false }),
    // Wires of a body lie above the container that they run in.
    zIndex: about.frames.around(from.node).length * 10 - 10 + about.depth * 10,
    data: {
      portType: portAt(about.source, from.side, from.port)?.type ?? 'any',
      bends: about.way.map(({ x, y }) => ({ x: x + corner.x + shift.x, y: y + corner.y + shift.y })),
      corner,
    },
  };
}

const groupHandles = (['target', 'source'] as const).map((type): NodeHandle => {
  const isIn = type === 'target';
  return {
    id: isIn ? GROUP_PORTS.in : GROUP_PORTS.out,
    type,
    position: (isIn ? 'left' : 'right') as NodeHandle['position'],
    x: (isIn ? 0 : COLLAPSED.width) - HANDLE / 2,
    y: COLLAPSED.height / 2 - HANDLE / 2,
    width: HANDLE,
    height: HANDLE,
  };
});

/** The nodes that are not shown, each with the collapsed group that stands for it. */
function hiddenNodes(doc: Doc): Map<string, ItemRef> {
  const hidden = new Map<string, ItemRef>();
  for (const { id, nodes, collapsed } of doc.groups.values())
    if (collapsed) for (const node of withBodies(doc, nodes)) hidden.set(node, itemRef('group', id));
  return hidden;
}

/** How far both ends of a wire are dragged at the moment, where that is the same. */
function shiftOf(doc: Doc, placed: ReadonlyMap<string, Placed>, ...ends: [string, string]): Point | undefined {
  const [from, to] = ends.map((id) => {
    const [box, at] = [placed.get(id)?.box, doc.positions.get(id)];
    return box && at && { x: box.x - at.x, y: box.y - at.y };
  });
  return from && to && from.x === to.x && from.y === to.y ? from : undefined;
}

/** Where a node is shown on the whole canvas. */
function placeIn(doc: Doc, placed: ReadonlyMap<string, Placed>, id: string | undefined): Point {
  const place = { x: 0, y: 0 };
  const seen = new Set<string>();
  for (let at = id; at !== undefined && !seen.has(at); at = doc.nodes.get(at)?.parent) {
    seen.add(at);
    place.x += placed.get(at)?.box.x ?? 0;
    place.y += placed.get(at)?.box.y ?? 0;
  }
  return place;
}

/** The frame of a group: round its nodes wherever they are. */
function around(ids: readonly string[], doc: Doc, placed: ReadonlyMap<string, Placed>): Box | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const id of ids) {
    const box = placed.get(id)?.box;
    if (!box) continue;
    const { x, y } = placeIn(doc, placed, id);
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
