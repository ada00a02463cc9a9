import type { Point } from './graph-queries.ts';

/** What the canvas that is shown can be asked to do; actions and panels reach it through the studio. */
export interface CanvasHandle {
  /** Of the tab that it shows. */
  readonly key: number;
  fit(items?: readonly string[]): void;
  zoomBy(factor: number): void;
  zoomTo(zoom: number): void;
  panBy(delta: Point): void;
  /** Brings a node into the middle, and its zoom to where it can be read. */
  reveal(node: string): void;
  /** The middle of what is seen, on the canvas. */
  center(): Point;
  /** The size of an item as it is drawn. */
  sizeOf(item: string): { width: number; height: number };
  /** The middle of a wire as it is drawn, on the canvas; undefined while it is not. */
  middleOf(edge: string): Point | undefined;
  /** A place of the window as one of the canvas. */
  toCanvas(at: Point): Point;
  /** Opens the list of node types at a place of the window, or in the middle. */
  openAddMenu(at?: Point, more?: { place?: Point; edge?: string }): void;
  focus(): void;
}
