import type { CallAccounts, Cost, Usage } from '../graph/values.ts';

/** What several tries of one call used and cost together; undefined when none of them used anything. */
export function totalAccounts(tries: readonly CallAccounts[]): CallAccounts | undefined {
  let total: CallAccounts | undefined;
  for (const one of tries) total = total === undefined ? one : sumOf(total, one);
  return total;
}

function sumOf(a: CallAccounts, b: CallAccounts): CallAccounts {
  return {
    ...a,
    ...b,
    ...(a.usage && b.usage && { usage: sumOfUsage(a.usage, b.usage) }),
    ...(a.cost && b.cost && { cost: sumOfCost(a.cost, b.cost) }),
  };
}

/** Every count of both; estimated when any part is. */
function sumOfUsage(a: Usage, b: Usage): Usage {
  const sum: Usage = { ...a, estimated: a.estimated || b.estimated };
  for (const [name, value] of Object.entries(b) as [Exclude<keyof Usage, 'estimated'>, unknown][])
    if (typeof value === 'number') sum[name] = (sum[name] ?? 0) + value;
  return sum;
}

/** Known only when both are: the amount is then a lower bound. */
function sumOfCost(a: Cost, b: Cost): Cost {
  return { nanoUsd: a.nanoUsd + b.nanoUsd, known: a.known && b.known, priceVersion: b.priceVersion };
}
