import { type AddNodeArgs, addNode } from '../commands/add-node.ts';
import { spliceNode } from '../commands/splice-node.ts';
import type { PortRef } from '../nodes/connection.ts';
import { manifestOf } from '../nodes/node-types.ts';
import type { Doc } from '../state/document.ts';
import type { Point } from '../state/graph-queries.ts';
import { placeOf } from '../state/graph-queries.ts';
import type { ShownGraph } from '../state/shown-graph.ts';
import type { Studio } from '../state/studio.ts';
import { addRecent } from '../state/view-store.ts';
import { size } from './node-size.ts';

export interface PlaceRequest {
  type: string;
  /** Where its middle is to be, on the whole canvas; left out: where there is room in what is seen. */
  at?: Point | undefined;
  /** A port that a wire is to join it to. */
  connect?: PortRef | undefined;
  /** A wire that it is put into. */
  edge?: string | undefined;
}

/** Puts a new node on the canvas, into the container that is there, and tells when it cannot. */
export function placeNode(studio: Studio, open: ShownGraph, request: PlaceRequest): void {
  const { document } = open;
  const { doc } = document.store.getState();
  const { handle } = studio.canvas.getState();
  const middle = request.at ?? handle?.center() ?? { x: 0, y: 0 };
  const corner = { x: middle.x - size.width / 2, y: middle.y - size.head / 2 };
  const parent = containerFor(doc, request, (id) => handle?.sizeOf(id), middle);
  const origin = parent === undefined ? { x: 0, y: 0 } : placeOf(doc, parent);
  const at = freePlace(doc, parent, { x: corner.x - origin.x, y: corner.y - origin.y });
  const { type, connect, edge } = request;
  const args: AddNodeArgs = { type, at, ...(parent !== undefined && { parent }), ...(connect && { connect }) };
  const refused = edge === undefined ? document.run(addNode, args) : document.run(spliceNode, { edge, node: args });
  if (refused) studio.notices.tell(refused, { tone: 'warning' });
  else addRecent(studio.view, type);
}

/** The innermost container at a place; a wire says by its ends which one it is. */
function containerFor(doc: Doc, { connect, edge }: PlaceRequest, sizeOf: SizeOf, at: Point): string | undefined {
  const wire = edge === undefined ? undefined : doc.edges.get(edge);
  if (wire) {
    const [from, to] = [doc.nodes.get(wire.from.node), doc.nodes.get(wire.to.node)];
    // A wire of a body begins or ends at the container itself, or runs between two nodes of it.
    if (to?.parent === from?.id) return from?.id;
    if (from?.parent === to?.id) return to?.id;
    return to?.parent;
  }
  if (connect) {
    const node = doc.nodes.get(connect.node);
    return connect.side === 'source' || connect.side === 'sink' ? node?.id : node?.parent;
  }
  return containerAt(doc, at, sizeOf);
}

type SizeOf = (id: string) => { width?: number; height?: number } | undefined;

/** The innermost container at a place of the whole canvas, of all but `without`. */
export function containerAt(doc: Doc, at: Point, sizeOf: SizeOf, without?: ReadonlySet<string>): string | undefined {
  let found: { id: string; area: number } | undefined;
  for (const node of doc.nodes.values()) {
    if (!manifestOf(node.type)?.body || without?.has(node.id)) continue;
    const { x, y } = placeOf(doc, node.id);
    const { width = 0, height = 0 } = sizeOf(node.id) ?? {};
    if (at.x < x || at.y < y + size.head || at.x > x + width || at.y > y + height) continue;
    if (!found || width * height < found.area) found = { id: node.id, area: width * height };
  }
  return found?.id;
}

const STEP = 24;

/** The place, or one a little further where a node stands there already: nodes must not hide each other. */
export function freePlace(doc: Doc, parent: string | undefined, wish: Point): Point {
  const taken = [...doc.nodes.values()].flatMap((node) => {
    const position = node.parent === parent ? doc.positions.get(node.id) : undefined;
    return position ? [position] : [];
  });
  const at = { ...wish };
  while (taken.some(({ x, y }) => Math.abs(x - at.x) < STEP && Math.abs(y - at.y) < STEP)) {
    at.x += STEP;
    at.y += STEP;
  }
  return at;
}
