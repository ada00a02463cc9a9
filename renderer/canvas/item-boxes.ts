import type { Point } from '../state/graph-queries.ts';
import type { CanvasItem } from './flow-graph.ts';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface ItemBox extends Box {
  item: CanvasItem;
}

/** Where everything stands on the whole canvas; containers before what lies in them. */
export function itemBoxes(items: readonly CanvasItem[]): ReadonlyMap<string, ItemBox> {
  const boxes = new Map<string, ItemBox>();
  for (const item of items) {
    const corner = boxes.get(item.parentId ?? '') ?? { x: 0, y: 0 };
    const { width = 0, height = 0, position } = item;
    boxes.set(item.id, { item, x: corner.x + position.x, y: corner.y + position.y, width, height });
  }
  return boxes;
}

/** The smallest box round all; undefined round nothing. */
export function boxAround(boxes: Iterable<Box>): Box | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return left === Infinity ? undefined : { x: left, y: top, width: right - left, height: bottom - top };
}

/** What lies at a place, the innermost and topmost. */
export function itemAt(boxes: ReadonlyMap<string, ItemBox>, { x, y }: Point): CanvasItem | undefined {
  let found: CanvasItem | undefined;
  for (const box of boxes.values())
    if (x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height) found = box.item;
  return found;
}
