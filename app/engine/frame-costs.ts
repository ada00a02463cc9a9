import type { Spent } from '../core/capabilities/capabilities.ts';
import type { Cost } from '../core/graph/values.ts';
import type { RunHistory } from '../core/run/history.ts';

/**
 * What the calls of a run have cost, by the frames around them. It is a sum over the log and nothing else, so that a
 * resume and a replay come to the same sums as the run itself.
 */
export class FrameCosts {
  private readonly frames = new Map<string, Spent>();

  constructor(history: RunHistory) {
    for (const [path, { calls }] of history.steps)
      for (const outcomes of calls.values())
        for (const outcome of outcomes) this.add(path, outcome.ok ? outcome.event.cost : outcome.cost);
  }

  /** A call of the step at `path` has ended. */
  add(path: string, cost: Cost | undefined): void {
    if (cost === undefined) return;
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const frame = path.slice(0, end + 1);
      const spent = this.frames.get(frame) ?? { nanoUsd: 0, unpriced: 0 };
      spent.nanoUsd += cost.nanoUsd;
      if (!cost.known) spent.unpriced += 1;
      this.frames.set(frame, spent);
    }
  }

  /** Inside one frame, as its path begins: `loop1[3]/`. */
  of(frame: string): Spent {
    return this.frames.get(frame) ?? { nanoUsd: 0, unpriced: 0 };
  }
}
