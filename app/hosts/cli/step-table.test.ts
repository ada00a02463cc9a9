import { expect, it } from 'vitest';
import type { TracedStep } from '../../services/run/trace.ts';
import { stepTable } from './step-table.ts';

const step = (name: string, more: Partial<TracedStep> = {}): TracedStep =>
  ({
    step: name,
    node: name,
    state: 'succeeded',
    attempt: 1,
    calls: [],
    retries: [],
    outputs: {},
    spent: { inputTokens: 0, outputTokens: 0, nanoUsd: 0, unpriced: 0 },
    ...more,
  }) as unknown as TracedStep;

it('shows hits: of steps that were reused, and of nodes that keep a cache of their own', () => {
  const reused = { run: 'run_1', step: 'a', key: 'k', at: 0 };
  const lines = stepTable(
    [
      step('reused', { state: 'cached', cached: reused }),
      step('kept', { detail: { hit: true } }),
      step('missed', { detail: { hit: false } }),
      step('map[0]/kept', { detail: { hit: true } }),
      step('map[1]/kept', { detail: { hit: true } }),
    ],
    { width: 80 },
  );
  const cacheOf = (name: string) => /(\d+ hits|hit)?$/.exec(lines.find((line) => line.startsWith(name)) ?? '-')?.[0];
  expect(['reused', 'kept', 'missed', 'map[*]/kept'].map(cacheOf)).toEqual(['hit', 'hit', '', '2 hits']);
});
