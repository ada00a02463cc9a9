import type { AppError } from '../core/errors/app-error.ts';
import type { PlanFrame, PlanNode, PlanWire } from '../core/plan/plan.ts';
import type { PortRefs } from '../core/run/events.ts';
import { ownId } from '../core/run/step-path.ts';
import { type Cell, cellOfRef } from './cells.ts';

/** Values by output port; a port that is not there stayed silent. */
export type Outputs = Readonly<Record<string, Cell>>;

export const SILENT: Outputs = Object.freeze({});

/** References of outputs, as events carry them. */
export function refsOf(outputs: Outputs): PortRefs {
  const refs: PortRefs = {};
  for (const port of Object.keys(outputs)) refs[port] = (outputs[port] as Cell).ref;
  return refs;
}

/** Cells of outputs that an event carries. */
export function cellsOf(refs: PortRefs): Outputs {
  const cells: { [port: string]: Cell } = {};
  for (const port of Object.keys(refs)) cells[port] = cellOfRef(refs[port] as PortRefs[string]);
  return cells;
}

/** What the steps inside a container begin with: `map1[3]/` in frame 3 of `map1`, `answer/` where it runs a workflow. */
export function bodyPath({ node, path }: { node: PlanNode; path: string }, index: number): string {
  return node.isWorkflow ? `${path}/` : `${path}[${index}]/`;
}

/** Where a frame stands, and what it is given. */
export interface FrameAbout {
  /** Before every step path of the frame: empty for the root, else as `bodyPath` has it. */
  path: string;
  parent: Frame | undefined;
  sources: Outputs;
  /** The inputs of the workflow that the frame's nodes stand in. */
  inputs: Outputs;
  /** A tool was called, here or around, by somebody who had read text of others. */
  untrusted: boolean;
}

/** One passage through a plan frame: the root once, the body of a container once for each index. */
export class Frame {
  readonly plan: PlanFrame;
  readonly path: string;
  readonly parent: Frame | undefined;
  readonly sources: Outputs;
  readonly inputs: Outputs;
  readonly untrusted: boolean;
  readonly controller = new AbortController();
  /** By the nodes' order: undefined until the step has settled. */
  readonly outputs: (Outputs | undefined)[];
  /** By the nodes' order: settlings still missing. */
  readonly left: number[];
  /** By the nodes' order: the edge that won a race. */
  readonly winners = new Map<number, string>();
  settled = 0;
  ended = false;
  onEnd: (error?: AppError) => void = () => undefined;

  constructor(plan: PlanFrame, { path, parent, sources, inputs, untrusted }: FrameAbout) {
    this.plan = plan;
    this.path = path;
    this.parent = parent;
    this.sources = sources;
    this.inputs = inputs;
    this.untrusted = untrusted;
    this.outputs = new Array<Outputs | undefined>(plan.nodes.length).fill(undefined);
    this.left = plan.nodes.map((node) => node.waitsFor);
  }

  /** What a wire brings: a cell, or undefined when it stayed silent (or has not settled). */
  cellOn(wire: PlanWire): Cell | undefined {
    let frame: Frame = this;
    for (let up = wire.source.up; up > 0; up -= 1) frame = frame.parent as Frame;
    const values = wire.source.kind === 'source' ? frame.sources : frame.outputs[wire.source.order];
    return values?.[wire.source.port];
  }

  pathOf(node: PlanNode): string {
    return this.path + ownId(node.id);
  }
}
