import { getBezierPath, getSmoothStepPath, Position } from '@xyflow/react';
import type { Point } from '../state/graph-queries.ts';

export interface WireEnds {
  sourceX: number;
  sourceY: number;
  targetX: number;
  targetY: number;
  sourcePosition: Position;
  targetPosition: Position;
}

export interface WirePath {
  path: string;
  /** About its middle, where its buttons stand. */
  x: number;
  y: number;
}

/** How far a curve goes on in the direction in which it leaves a port. */
const REACH = 60;
const CORNER = 10;

/** The way of a wire from port to port through its bends. */
export function wirePath(shape: 'curved' | 'stepped', ends: WireEnds, bends: readonly Point[]): WirePath {
  if (bends.length === 0) {
    const [path, x, y] =
      shape === 'curved' ? getBezierPath(ends) : getSmoothStepPath({ ...ends, borderRadius: CORNER });
    return { path, x, y };
  }
  const points = pointsOf(ends, bends);
  const at = Math.floor((points.length - 2) / 2);
  const [before, after] = [points[at] as Point, points[at + 1] as Point];
  const path = shape === 'curved' ? curve(points, ends) : steps(points, ends);
  return { path, x: (before.x + after.x) / 2, y: (before.y + after.y) / 2 };
}

function pointsOf({ sourceX, sourceY, targetX, targetY }: WireEnds, bends: readonly Point[]): Point[] {
  return [{ x: sourceX, y: sourceY }, ...bends, { x: targetX, y: targetY }];
}

/** A curve through all points (Catmull-Rom), which leaves and enters the ports level. */
function curve(points: readonly Point[], ends: WireEnds): string {
  const pull = (one: Point, other: Point) => Math.min(REACH, Math.hypot(other.x - one.x, other.y - one.y) / 2);
  let path = `M${points[0]?.x} ${points[0]?.y}`;
  for (let at = 0; at + 1 < points.length; at += 1) {
    const [here, there] = [points[at] as Point, points[at + 1] as Point];
    const [before, after] = [points[at - 1], points[at + 2]];
    const leaves = before
      ? { x: here.x + (there.x - before.x) / 6, y: here.y + (there.y - before.y) / 6 }
      : { x: here.x + way(ends.sourcePosition) * pull(here, there), y: here.y };
    const enters = after
      ? { x: there.x - (after.x - here.x) / 6, y: there.y - (after.y - here.y) / 6 }
      : { x: there.x + way(ends.targetPosition) * pull(here, there), y: there.y };
    path += ` C${leaves.x} ${leaves.y} ${enters.x} ${enters.y} ${there.x} ${there.y}`;
  }
  return path;
}

const way = (position: Position) => (position === Position.Left ? -1 : 1);

function steps(points: readonly Point[], ends: WireEnds): string {
  return points
    .slice(1)
    .map((there, at) => {
      const here = points[at] as Point;
      const isForward = there.x >= here.x;
      const [path] = getSmoothStepPath({
        sourceX: here.x,
        sourceY: here.y,
        targetX: there.x,
        targetY: there.y,
        sourcePosition: at === 0 ? ends.sourcePosition : isForward ? Position.Right : Position.Left,
        targetPosition: at === points.length - 2 ? ends.targetPosition : isForward ? Position.Left : Position.Right,
        borderRadius: CORNER,
        offset: at === 0 || at === points.length - 2 ? CORNER : 0,
      });
      return path;
    })
    .join(' ');
}

/** Between which of its bends a wire is taken hold of: the place of a new one in their order. */
export function bendPlace(ends: WireEnds, bends: readonly Point[], at: Point): number {
  const points = pointsOf(ends, bends);
  let best = { place: 0, far: Infinity };
  for (let place = 0; place + 1 < points.length; place += 1) {
    const far = distance(at, points[place] as Point, points[place + 1] as Point);
    if (far < best.far) best = { place, far };
  }
  return best.place;
}

/** How far a point lies from a straight piece. */
function distance(at: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, ((at.x - from.x) * dx + (at.y - from.y) * dy) / length));
  return Math.hypot(at.x - from.x - share * dx, at.y - from.y - share * dy);
}

/** Whether a line crosses a wire; both as points in order. */
export function crosses(line: readonly Point[], wire: readonly Point[]): boolean {
  for (let i = 0; i + 1 < line.length; i += 1)
    for (let j = 0; j + 1 < wire.length; j += 1)
      if (meet(line[i] as Point, line[i + 1] as Point, wire[j] as Point, wire[j + 1] as Point)) return true;
  return false;
}

function meet(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (one: Point, two: Point, of: Point) =>
    Math.sign((two.x - one.x) * (of.y - one.y) - (two.y - one.y) * (of.x - one.x));
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}
