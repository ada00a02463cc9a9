/**
 * Sum with Neumaier's compensation (1974): the same for any grouping within an ulp or two, so that a list of cents does
 * not gather errors. Overflow gives an infinite sum, as plain addition does.
 */
export function preciseSum(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return Number.isFinite(sum) ? sum + lost : sum;
}

export type Figure = 'count' | 'sum' | 'mean' | 'min' | 'max';

/** A figure of numbers; undefined where none has one: the mean, least and largest of nothing. */
export function figureOf(figure: Figure, values: readonly number[]): number | undefined {
  if (figure === 'count') return values.length;
  if (figure === 'sum') return preciseSum(values);
  if (values.length === 0) return undefined;
  if (figure === 'mean') return preciseSum(values) / values.length;
  return values.reduce((best, value) => (figure === 'min' ? Math.min(best, value) : Math.max(best, value)));
}
