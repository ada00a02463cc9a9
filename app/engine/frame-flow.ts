import { AppError } from '../core/errors/app-error.ts';
import type { Json } from '../core/graph/json.ts';
import type { PlanFrame, PlanNode } from '../core/plan/plan.ts';
import { type Cell, cellOf } from './cells.ts';
import { bodyPath, Frame, type Outputs } from './frame.ts';
import type { LiveStep } from './live-steps.ts';
import type { ReadyQueue } from './ready-queue.ts';
import type { RunContext } from './run-setup.ts';
import { ATTEMPT_OVER } from './step-calls.ts';

/** How settled steps make others ready: wires, races, and the ends of frames. */
export class FrameFlow {
  private readonly run: RunContext;
  private readonly root: Frame;
  private readonly ready: ReadyQueue;
  private readonly onFailure: (error: AppError, path: string) => void;

  /** `onFailure` hears of the error that ends the root, and with it the run. */
  constructor(run: RunContext, root: Frame, ready: ReadyQueue, onFailure: (error: AppError, path: string) => void) {
    this.run = run;
    this.root = root;
    this.ready = ready;
    this.onFailure = onFailure;
  }

  open(frame: Frame): void {
    for (const node of frame.plan.nodes) {
      if (node.race) this.race(frame, node);
      else if (node.waitsFor === 0) this.enqueue(frame, node);
    }
    if (frame.plan.size === 0) this.done(frame);
  }

  /** A step has its outputs, or stays silent: what waited for it may become ready. */
  settle(frame: Frame, node: PlanNode, outputs: Outputs): void {
    if (frame.ended || this.run.isEnded()) return;
    frame.outputs[node.order] = outputs;
    frame.settled += 1;
    this.run.live.activity += 1;
    for (const order of node.wakes) {
      const target = frame.plan.nodes[order] as PlanNode;
      frame.left[order] = (frame.left[order] as number) - 1;
      if (target.race && !frame.winners.has(order)) this.race(frame, target, node);
      else if (frame.left[order] === 0 && !target.race) this.enqueue(frame, target);
    }
    if (frame.settled === frame.plan.size) this.done(frame);
  }

  /** A step failed and nothing of its policy catches that: its frame ends, and with the root the run. */
  fail(frame: Frame, error: AppError, path: string): void {
    if (frame.ended || this.run.isEnded()) return;
    frame.ended = true;
    this.run.live.activity += 1;
    if (frame === this.root) {
      this.onFailure(error, path);
      return;
    }
    this.run.live.cancel(frame.path);
    frame.controller.abort(ATTEMPT_OVER);
    frame.onEnd(error);
  }

  /**
   * Runs the body of a container, or one tool of it, once as its frame `index`, and gives what its sinks got.
   */
  async runBody(
    step: LiveStep,
    index: number,
    sources: { [port: string]: Json },
    tool?: { frame: PlanFrame; untrusted: boolean },
  ): Promise<{ [port: string]: Json }> {
    const { node } = step;
    const body = tool?.frame ?? node.body;
    if (!body || !Number.isInteger(index) || index < 0) {
      throw new AppError('internal', { message: `Frame ${index} of “${node.id}” cannot be run.`, where: step.path });
    }
    const { live, values } = this.run;
    const keeper = values.keeper(node);
    const cells: { [port: string]: Cell } = {};
    for (const [port, value] of Object.entries(sources)) if (value !== undefined) cells[port] = cellOf(value, keeper);
    const frame = new Frame(body, {
      path: bodyPath(step, index),
      parent: step.frame,
      sources: cells,
      inputs: node.isWorkflow ? cells : step.frame.inputs,
      untrusted: tool?.untrusted === true || step.frame.untrusted,
    });
    step.bodies.add(frame);
    const done = new Promise<void>((resolve, reject) => {
      frame.onEnd = (error) => {
        step.bodies.delete(frame);
        live.unblock(step);
        if (error) reject(error);
        else resolve();
      };
    });
    live.block(step);
    this.open(frame);
    this.run.pump();
    await done;
    const results: { [port: string]: Json } = {};
    for (const sink of body.sinks) {
      const cell = frame.cellOn(sink);
      if (cell) results[sink.port] = await values.load(cell);
    }
    return results;
  }

  private enqueue(frame: Frame, node: PlanNode): void {
    const { history, log } = this.run.setup;
    const end = history.steps.get(frame.pathOf(node))?.end;
    this.ready.push({ frame, node }, end !== undefined && !log.replaying);
    this.run.live.activity += 1;
  }

  /**
   * The first value to reach a race wins; the log remembers, since time decided and not the graph. `source` is the
   * node that has just settled; without it the values that were there before the frame opened compete.
   */
  private race(frame: Frame, target: PlanNode, source?: PlanNode): void {
    const { history, log } = this.run.setup;
    const path = frame.pathOf(target);
    const before = history.steps.get(path)?.race;
    for (const wire of target.wires) {
      if (before !== undefined && wire.edge !== before) continue;
      const from = wire.source;
      const local = from.kind === 'node' && from.up === 0;
      const meant = source ? local && from.order === source.order : !local;
      if (!meant || !frame.cellOn(wire)) continue;
      frame.winners.set(target.order, wire.edge);
      if (before === undefined) log.add({ type: 'race.won', step: path, edge: wire.edge });
      this.enqueue(frame, target);
      return;
    }
    if (frame.left[target.order] === 0) {
      frame.winners.set(target.order, '');
      this.enqueue(frame, target);
    }
  }

  private done(frame: Frame): void {
    frame.ended = true;
    frame.onEnd();
    this.run.pump();
  }
}
