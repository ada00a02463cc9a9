import type { CostRow } from '../../../app/core/budget/costs.ts';

/** What was spent on each day, in their order: days as seconds since 1970, at which they begin in UTC, and US dollars. */
export interface SpendByDay {
  days: number[];
  usd: number[];
}

/** A day in seconds. */
export const DAY_S = 86_400;

/** Sums by day, `YYYY-MM-DD`, with the days between them on which nothing was spent. */
export function spendByDay(rows: readonly Pick<CostRow, 'key' | 'nanoUsd'>[]): SpendByDay {
  const spent = new Map<number, number>();
  for (const { key, nanoUsd } of rows) {
    const day = Date.parse(`${key}T00:00:00Z`) / 1000;
    if (Number.isFinite(day)) spent.set(day, nanoUsd / 1e9);
  }
  if (spent.size === 0) return { days: [], usd: [] };
  const first = Math.min(...spent.keys());
  const count = (Math.max(...spent.keys()) - first) / DAY_S + 1;
  const days = Array.from({ length: count }, (_, i) => first + i * DAY_S);
  return { days, usd: days.map((day) => spent.get(day) ?? 0) };
}
