import { containerOf, frameOf } from './step-path.ts';

/** A step as a list of them tells it. */
export interface EndedStep {
  step: string;
  state?: string | undefined;
  /** How the run went on after a failure; absent or `fail`: it did not. */
  handled?: string | undefined;
}

/** Frames that a failure ended, and the steps that failed: a failed container ends its frames as well. */
export function failedPlaces(steps: Iterable<EndedStep>): Set<string> {
  const failed = new Set<string>();
  for (const { step, state, handled = 'fail' } of steps) {
    if (state === 'cancelled' || (state === 'failed' && handled === 'fail')) failed.add(frameOf(step));
    if (state === 'failed') failed.add(step);
  }
  return failed;
}

/**
 * Whether a failure in one of the frames around a step, or of their containers, ended it: how far it had come then was a
 * matter of time.
 */
export function cutShort(step: string, failed: ReadonlySet<string>): boolean {
  for (let frame = frameOf(step); ; frame = frameOf(frame.slice(0, -1))) {
    if (failed.has(frame) || (frame !== '' && failed.has(containerOf(frame)))) return true;
    if (frame === '') return false;
  }
}
