/** What one run cost, nano-dollars. */
export type RunCosts = readonly number[];

export interface Projection {
  /** Recorded runs that it is made from. */
  runs: number;
  /** Of one run: the middle one, and that below which nineteen of twenty lie. */
  median: number;
  high: number;
  /** Of a day: what is expected, and between what it lies nine days of ten. */
  day: { expected: number; low: number; high: number };
}

/** A normal value lies within so many deviations nine times of ten. */
const NINE_OF_TEN = 1.645;

/**
 * What so many runs a day would cost, if each cost what a recorded one did. The spread is that of the sum of as many
 * runs, and of not knowing the mean better than the recorded ones tell: few records make it wide.
 * @returns undefined without a run that was recorded, or for no runs a day
 */
export function projectCosts(recorded: RunCosts, runsPerDay: number): Projection | undefined {
  const count = recorded.length;
  if (count === 0 || !(runsPerDay > 0)) return undefined;
  const sorted = [...recorded].sort((a, b) => a - b);
  const mean = sorted.reduce((sum, cost) => sum + cost, 0) / count;
  const variance = count < 2 ? 0 : sorted.reduce((sum, cost) => sum + (cost - mean) ** 2, 0) / (count - 1);
  const expected = mean * runsPerDay;
  const spread = NINE_OF_TEN * Math.sqrt(variance * (runsPerDay + runsPerDay ** 2 / count));
  const at = (share: number) => sorted[Math.min(count - 1, Math.ceil(share * count) - 1)] ?? 0;
  return {
    runs: count,
    median: at(0.5),
    high: at(0.95),
    day: { expected, low: Math.max(0, expected - spread), high: expected + spread },
  };
}
