import type { StepView } from '../../app/core/run/run-view.ts';
import { frameOf } from '../../app/core/run/step-path.ts';

/** The frames that a step lies in, innermost first, with the root: `map[1]/answer/`, `map[1]/` and the empty text. */
export function framesOf(step: string): string[] {
  const frame = frameOf(step);
  return frame === '' ? [''] : [frame, ...framesOf(frame.slice(0, -1))];
}

/**
 * Of the steps of a node that of the turn that is looked at: the one in the same turns of the containers that both lie
 * in. Undefined where nothing is looked at, or what is looked at says nothing about which step is meant.
 */
export function invocationOf(steps: readonly StepView[], looked: string | undefined): StepView | undefined {
  if (looked === undefined) return undefined;
  const exact = steps.find(({ step }) => step === looked);
  if (exact) return exact;
  for (const frame of framesOf(looked)) {
    // Only turns of containers tell one step of a node from another.
    if (!frame.endsWith(']/')) continue;
    const inside = steps.filter(({ step }) => step.startsWith(frame));
    // Several: they lie in a container of that turn, of which none is looked at.
    if (inside.length > 0) return inside.length === 1 ? inside[0] : undefined;
  }
  return undefined;
}

/** Which turns of containers a step is of, from 1 on, the outermost first: `4`, or `4.1` where one lies in another. */
export function turnsOf(step: string): string {
  return [...step.matchAll(/\[(\d+)\]/g)].map(([, turn]) => Number(turn) + 1).join('.');
}
