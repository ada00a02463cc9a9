import type { PlanNode } from '../core/plan/plan.ts';
import type { Frame } from './frame.ts';

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
