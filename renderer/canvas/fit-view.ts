import type { Viewport } from '@xyflow/react';
import { type Box, boxAround } from './item-boxes.ts';

export interface Size {
  width: number;
  height: number;
}

export interface FitRequest {
  /** The canvas, in pixels. */
  frame: Size;
  /** Of the frame, at each side. */
  padding: number;
  zoom: { least: number; most: number };
  /** What covers the lower right corner of the frame: the overview map. */
  corner?: Size | undefined;
}

/**
 * The view that shows boxes in the middle, as large as they fit; above or beside what covers the corner when one of them
 * would lie under it. Undefined for no boxes.
 */
export function fittingView(boxes: Iterable<Box>, { frame, corner, ...how }: FitRequest): Viewport | undefined {
  const all = [...boxes];
  const around = boxAround(all);
  if (!around) return undefined;
  const whole = viewIn(around, frame, how);
  if (!corner || !all.some((box) => isUnder(box, whole, frame, corner))) return whole;
  const above = viewIn(around, { width: frame.width, height: frame.height - corner.height }, how);
  const beside = viewIn(around, { width: frame.width - corner.width, height: frame.height }, how);
  return above.zoom >= beside.zoom ? above : beside;
}

/** The view that has in the middle of another canvas what it had in the middle of the first one. */
export function movedView({ x, y, zoom }: Viewport, from: Size, to: Size): Viewport {
  return { x: x + (to.width - from.width) / 2, y: y + (to.height - from.height) / 2, zoom };
}

/** A box in the middle of the upper left part of the canvas that is `frame`. */
function viewIn(
  box: Box,
  frame: Size,
  { padding, zoom: { least, most } }: Pick<FitRequest, 'padding' | 'zoom'>,
): Viewport {
  const share = 1 - 2 * padding;
  const fitting = Math.min((frame.width * share) / box.width, (frame.height * share) / box.height);
  const zoom = Math.max(least, Math.min(most, fitting));
  const x = frame.width / 2 - (box.x + box.width / 2) * zoom;
  const y = frame.height / 2 - (box.y + box.height / 2) * zoom;
  return { x, y, zoom };
}

function isUnder(box: Box, { x, y, zoom }: Viewport, frame: Size, corner: Size): boolean {
  const right = (box.x + box.width) * zoom + x;
  const bottom = (box.y + box.height) * zoom + y;
  return right > frame.width - corner.width && bottom > frame.height - corner.height;
}
