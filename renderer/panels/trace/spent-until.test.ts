import { expect, it } from 'vitest';
import type { StepView } from '../../../app/core/run/run-view.ts';
import { spentUntil } from './spent-until.ts';

it('sums up the calls that were over, of all steps, and counts those without a price', () => {
  const call = (endedAt: number | undefined, nanoUsd: number, known = true) => ({
    ...(endedAt !== undefined && { endedAt }),
    usage: { inputTokens: 10, outputTokens: 1 },
    cost: { nanoUsd, known },
  });
  const steps = [{ calls: [call(5, 100), call(9, 1)] }, { calls: [call(7, 20, false), call(undefined, 7)] }];
  expect(spentUntil(steps as unknown as StepView[], 7)).toEqual({
    ...{ inputTokens: 20, outputTokens: 2, nanoUsd: 120, unpriced: 1 },
  });
});
