import type { Port } from '../../app/core/graph/ports.ts';

/**
 * The sizes of nodes, worked out instead of measured: what is not on the screen has a size as well, and wires, layout
 * and the overview need it. `flow-node.module.css` draws with the same figures.
 */
export const size = {
  width: 208,
  head: 40,
  summary: 20,
  row: 20,
  foot: 8,
  body: { width: 320, height: 160 },
  edge: 24,
  /** Room at the sides of a body, for the names of its inner ports. */
  inner: 96,
};

export type PortList = readonly (readonly [name: string, port: Port])[];

export interface PortRows {
  inputs: PortList;
  outputs: PortList;
  sources: PortList;
  sinks: PortList;
}

/** Where the first row of ports begins, counted from the top of the node. */
export function rowsTop(hasSummary: boolean): number {
  return size.head + (hasSummary ? size.summary : 0);
}

/** Height of everything but the body of a container. */
export function headHeight(rows: PortRows, hasSummary: boolean): number {
  return rowsTop(hasSummary) + Math.max(rows.inputs.length, rows.outputs.length) * size.row + size.foot;
}

/** The middle of a row of ports. */
export function rowMiddle(top: number, at: number): number {
  return top + at * size.row + size.row / 2;
}
