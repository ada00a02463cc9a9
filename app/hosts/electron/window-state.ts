import * as z from 'zod';

/** In device-independent pixels. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

const Pixels = z.number().int().min(-100_000).max(100_000);
export const WindowState = z.strictObject({
  bounds: z.strictObject({ x: Pixels, y: Pixels, width: Pixels.min(1), height: Pixels.min(1) }),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof WindowState>;

const USUAL = { width: 1440, height: 900 };
export const SMALLEST = { width: 900, height: 600 };

/**
 * Where the window goes: where it was, moved and cut so that all of it lies on a display that is there now; in the
 * middle of the first display when nothing usable is known.
 * @param saved what was read from the disk: anything
 * @param workAreas of the displays, the primary one first
 */
export function windowPlace(
  saved: unknown,
  workAreas: readonly Rectangle[],
): Partial<Rectangle> & { maximized: boolean } {
  const [primary] = workAreas;
  if (!primary) return { ...USUAL, maximized: false };
  const state = WindowState.safeParse(saved);
  if (!state.success) return { ...centred(USUAL, primary), maximized: false };
  const { bounds, maximized } = state.data;
  const area = workAreas.reduce(
    (best, other) => (overlap(bounds, other) > overlap(bounds, best) ? other : best),
    primary,
  );
  if (overlap(bounds, area) === 0) return { ...centred(bounds, area), maximized };
  const width = within(bounds.width, SMALLEST.width, area.width);
  const height = within(bounds.height, SMALLEST.height, area.height);
  return {
    x: within(bounds.x, area.x, area.x + area.width - width),
    y: within(bounds.y, area.y, area.y + area.height - height),
    width,
    height,
    maximized,
  };
}

function centred(size: { width: number; height: number }, area: Rectangle): Rectangle {
  const width = within(size.width, SMALLEST.width, area.width);
  const height = within(size.height, SMALLEST.height, area.height);
  return {
    x: area.x + Math.floor((area.width - width) / 2),
    y: area.y + Math.floor((area.height - height) / 2),
    width,
    height,
  };
}

/** Not below `low`, and never above `high`, even where that is the smaller one. */
function within(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** Square pixels that two rectangles share. */
function overlap(one: Rectangle, other: Rectangle): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  return Math.max(0, width) * Math.max(0, height);
}
