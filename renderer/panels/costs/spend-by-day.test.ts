import { expect, it } from 'vitest';
import { spendByDay } from './spend-by-day.ts';

const day = (text: string) => Date.parse(text) / 1000;

it('has the days between on which nothing was spent, over the end of a month', () => {
  const rows = [
    { key: '2028-02-28', nanoUsd: 1_500_000_000 },
    { key: '2028-03-01', nanoUsd: 250_000_000 },
  ];
  expect(spendByDay(rows)).toEqual({
    days: [day('2028-02-28'), day('2028-02-29'), day('2028-03-01')],
    usd: [1.5, 0, 0.25],
  });
});

it('is one day where all was spent on it, and none where nothing was', () => {
  expect(spendByDay([{ key: '2026-11-30', nanoUsd: 7 }])).toEqual({ days: [day('2026-11-30')], usd: [7e-9] });
  expect(spendByDay([])).toEqual({ days: [], usd: [] });
  expect(spendByDay([{ key: null, nanoUsd: 7 }])).toEqual({ days: [], usd: [] });
});
