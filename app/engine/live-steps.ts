import type { PlanNode } from '../core/plan/plan.ts';
import type { Frame } from './frame.ts';
import { ATTEMPT_OVER } from './step-calls.ts';

/** A step whose code is at work, or waits. */
export interface LiveStep {
  path: string;
  node: PlanNode;
  frame: Frame;
  startedAt: number;
  /** Promises of the engine that its code waits for and that are no calls: body runs, people. */
  blockedOn: number;
  waiting: number;
  /** A call was refused because the run is being interrupted: nothing that its code does now counts. */
  suspended: boolean;
  /** A container's frames that have not ended. */
  bodies: Set<Frame>;
}

/** The steps under way, and whether any of them can move on without something new becoming ready. */
export class LiveSteps {
  /** Steps whose code is not blocked: while there is one, the run is not idle. */
  active = 0;
  /** Grows with everything that happens: an idle check that sees it grow begins again. */
  activity = 0;
  private readonly steps = new Map<string, LiveStep>();
  private readonly now: () => number;
  private readonly onCancel: (step: LiveStep) => void;
  private readonly onBlock: () => void;

  constructor(about: { now: () => number; onCancel: (step: LiveStep) => void; onBlock: () => void }) {
    this.now = about.now;
    this.onCancel = about.onCancel;
    this.onBlock = about.onBlock;
  }

  has(step: LiveStep): boolean {
    return this.steps.get(step.path) === step;
  }

  enter(frame: Frame, node: PlanNode): LiveStep {
    const path = frame.pathOf(node);
    const step: LiveStep = {
      path,
      node,
      frame,
      startedAt: this.now(),
      blockedOn: 0,
      waiting: 0,
      suspended: false,
      bodies: new Set(),
    };
    this.steps.set(path, step);
    this.active += 1;
    return step;
  }

  /** The step is over: frames that only it waited for are over as well. */
  leave(step: LiveStep): void {
    for (const frame of step.bodies) this.closeBody(step, frame);
    if (!this.has(step)) return;
    this.steps.delete(step.path);
    this.activity += 1;
    if (step.blockedOn === 0) this.active -= 1;
  }

  block(step: LiveStep): void {
    step.blockedOn += 1;
    if (step.blockedOn === 1 && this.has(step)) this.active -= 1;
    this.onBlock();
  }

  unblock(step: LiveStep): void {
    step.blockedOn -= 1;
    this.activity += 1;
    if (step.blockedOn === 0 && this.has(step)) this.active += 1;
  }

  /** Ends the steps whose paths begin so: their code is told by its signal and its results are dropped. */
  cancel(prefix: string): void {
    for (const [path, step] of [...this.steps]) {
      // A container takes its body's steps along: those are over before their turn comes here.
      if (!path.startsWith(prefix) || !this.has(step)) continue;
      this.onCancel(step);
      this.leave(step);
      step.frame.ended = true;
      step.frame.controller.abort(ATTEMPT_OVER);
    }
  }

  /** Tells all code under way that nobody waits for it any more, without ending its steps. */
  abort(): void {
    for (const { frame } of this.steps.values()) frame.controller.abort(ATTEMPT_OVER);
  }

  private closeBody(step: LiveStep, frame: Frame): void {
    step.bodies.delete(frame);
    frame.ended = true;
    this.cancel(frame.path);
    frame.controller.abort(ATTEMPT_OVER);
  }
}
