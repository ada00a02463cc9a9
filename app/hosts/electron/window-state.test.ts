import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Rectangle, windowPlace } from './window-state.ts';

const primary: Rectangle = { x: 0, y: 0, width: 1920, height: 1040 };
const left: Rectangle = { x: -2560, y: -200, width: 2560, height: 1400 };
const saved = (bounds: Rectangle, maximized = false) => ({ bounds, maximized });

it('comes back where it was', () => {
  const bounds = { x: -2000, y: 100, width: 1200, height: 800 };
  expect(windowPlace(saved(bounds, true), [primary, left])).toEqual({ ...bounds, maximized: true });
});

it.each([undefined, null, 'x', {}, { bounds: {}, maximized: true }, saved({ ...primary, width: Number.NaN })])(
  'stands in the middle of the first display when all that is known is %j',
  (state) => {
    expect(windowPlace(state, [primary])).toEqual({ x: 240, y: 70, width: 1440, height: 900, maximized: false });
  },
);

const area = fc.record({
  x: fc.integer({ min: -6000, max: 6000 }),
  y: fc.integer({ min: -6000, max: 6000 }),
  width: fc.integer({ min: 320, max: 5000 }),
  height: fc.integer({ min: 240, max: 3000 }),
});

it('always lies whole on one of the displays', () => {
  fc.assert(
    fc.property(area, fc.array(area, { minLength: 1, maxLength: 4 }), (bounds, areas) => {
      const { x = 0, y = 0, width = 0, height = 0 } = windowPlace(saved(bounds), areas);
      const inside = areas.some(
        (on) => x >= on.x && y >= on.y && x + width <= on.x + on.width && y + height <= on.y + on.height,
      );
      expect(inside).toBe(true);
    }),
  );
});
