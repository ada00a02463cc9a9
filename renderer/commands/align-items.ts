import type { Point } from '../state/graph-queries.ts';
import type { ItemRef } from '../state/items.ts';
import { defineCommand } from './command.ts';
import { moveItems } from './move-items.ts';

export interface Box extends Point {
  width: number;
  height: number;
}

export interface AlignArgs {
  /** The items with their boxes, all counted from the same corner. */
  boxes: ReadonlyMap<ItemRef, Box>;
  to: 'left' | 'center' | 'right' | 'top' | 'middle' | 'bottom' | 'horizontally' | 'vertically';
}

/** Brings items into a line, or spreads them so that the gaps between them are equal. */
export const alignItems = defineCommand<AlignArgs>('items.align', (doc, { boxes, to }) => {
  const distributes = to === 'horizontally' || to === 'vertically';
  if (boxes.size < (distributes ? 3 : 2)) return undefined;
  const moved = moveItems.run(doc, { to: distributes ? spread(boxes, to) : lined(boxes, to) });
  return moved && { ...moved, label: { key: distributes ? 'items.distribute' : 'items.align' } };
});

function lined(boxes: AlignArgs['boxes'], to: AlignArgs['to']): Map<ItemRef, Point> {
  const all = [...boxes.values()];
  const left = Math.min(...all.map(({ x }) => x));
  const right = Math.max(...all.map(({ x, width }) => x + width));
  const top = Math.min(...all.map(({ y }) => y));
  const bottom = Math.max(...all.map(({ y, height }) => y + height));
  const place = ({ x, y, width, height }: Box): Point => {
    if (to === 'left') return { x: left, y };
    if (to === 'center') return { x: (left + right - width) / 2, y };
    if (to === 'right') return { x: right - width, y };
    if (to === 'top') return { x, y: top };
    if (to === 'middle') return { x, y: (top + bottom - height) / 2 };
    return { x, y: bottom - height };
  };
  return new Map([...boxes].map(([ref, box]) => [ref, place(box)]));
}

function spread(boxes: AlignArgs['boxes'], to: 'horizontally' | 'vertically'): Map<ItemRef, Point> {
  const [at, size] = to === 'horizontally' ? (['x', 'width'] as const) : (['y', 'height'] as const);
  const ordered = [...boxes].sort(([, a], [, b]) => a[at] - b[at]);
  const first = ordered[0]?.[1];
  const last = ordered.at(-1)?.[1];
  if (!first || !last) return new Map();
  const filled = ordered.reduce((sum, [, box]) => sum + box[size], 0);
  const gap = (last[at] + last[size] - first[at] - filled) / (ordered.length - 1);
  let next = first[at];
  return new Map(
    ordered.map(([ref, box]) => {
      const place = { x: box.x, y: box.y, [at]: next };
      next += box[size] + gap;
      return [ref, place];
    }),
  );
}
