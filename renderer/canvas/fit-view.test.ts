import type { Viewport } from '@xyflow/react';
import { describe, expect, it } from 'vitest';
import { fittingView, movedView } from './fit-view.ts';
import type { Box } from './item-boxes.ts';

const frame = { width: 1000, height: 600 };
const corner = { width: 180, height: 120 };
const how = { frame, padding: 0.1, zoom: { least: 0.05, most: 1 } };

/** Where a box is drawn. */
function drawn(box: Box, { x, y, zoom }: Viewport): { left: number; top: number; right: number; bottom: number } {
  const [left, top] = [box.x * zoom + x, box.y * zoom + y];
  return { left, top, right: left + box.width * zoom, bottom: top + box.height * zoom };
}

/** Boxes at the corners of a rectangle. */
function cornersOf(width: number, height: number): Box[] {
  return [
    { x: 0, y: 0, width: 100, height: 50 },
    { x: width - 100, y: height - 50, width: 100, height: 50 },
  ];
}

it('keeps the middle on a canvas of another size', () => {
  const [from, to] = [frame, { width: 1200, height: 300 }];
  const view = { x: 30, y: -70, zoom: 0.5 };
  const middleOf = ({ x, y, zoom }: Viewport, { width, height }: typeof frame) => [
    (width / 2 - x) / zoom,
    (height / 2 - y) / zoom,
  ];
  expect(middleOf(movedView(view, from, to), to)).toEqual(middleOf(view, from));
});

describe('a view that shows all', () => {
  it('has what is small in the middle, not larger than life', () => {
    expect(fittingView([{ x: 0, y: 0, width: 100, height: 100 }], { ...how, corner })).toEqual({
      x: 450,
      y: 250,
      zoom: 1,
    });
    expect(fittingView([], how)).toBeUndefined();
  });

  it('keeps its size where nothing lies under the map', () => {
    const boxes: Box[] = [
      { x: 0, y: 0, width: 1600, height: 50 },
      { x: 0, y: 900, width: 100, height: 50 },
    ];
    expect(fittingView(boxes, { ...how, corner })).toEqual(fittingView(boxes, how));
  });

  it.each([
    ['wide', 2200, 1200],
    ['high', 1900, 1200],
    ['of the form of the canvas', 2000, 1200],
  ])('leaves room for the map: what is %s', (_name, width, height) => {
    const boxes = cornersOf(width, height);
    const under = (view: Viewport | undefined) =>
      boxes.filter((box) => {
        const { right, bottom } = drawn(box, view ?? { x: 0, y: 0, zoom: 1 });
        return right > frame.width - corner.width && bottom > frame.height - corner.height;
      });
    expect(under(fittingView(boxes, { ...how, padding: 0.02 }))).toHaveLength(1);
    const view = fittingView(boxes, { ...how, padding: 0.02, corner });
    expect(under(view)).toEqual([]);
    for (const box of boxes) {
      const { left, top, right, bottom } = drawn(box, view ?? { x: 0, y: 0, zoom: 1 });
      expect(Math.min(left, top, frame.width - right, frame.height - bottom)).toBeGreaterThan(0);
    }
  });
});
