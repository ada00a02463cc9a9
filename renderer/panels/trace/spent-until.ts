import type { Spent, StepView } from '../../../app/core/run/run-view.ts';

/** What the calls of a run that were over by a time (epoch milliseconds) had used and cost together. */
export function spentUntil(steps: readonly StepView[], until: number): Spent {
  const spent = { inputTokens: 0, outputTokens: 0, nanoUsd: 0, unpriced: 0 };
  for (const { calls } of steps)
    for (const { endedAt, usage, cost } of calls) {
      if (endedAt === undefined || endedAt > until) continue;
      spent.inputTokens += usage?.inputTokens ?? 0;
      spent.outputTokens += usage?.outputTokens ?? 0;
      spent.nanoUsd += cost?.nanoUsd ?? 0;
      if (cost && !cost.known) spent.unpriced += 1;
    }
  return spent;
}
