/** The constant of the original paper; larger values flatten the advantage of the first ranks. */
const rrfConstant = 60;

export interface FusedItem<T> {
  item: T;
  /** Sum of 1 / (constant + rank) over the lists that hold the item, ranks counted from 1. */
  score: number;
}

/**
 * Merges ranked lists (best first) whose scores cannot be compared, by rank alone: Cormack, Clarke and Büttcher,
 * "Reciprocal Rank Fusion outperforms Condorcet and individual rank learning methods", SIGIR 2009.
 * An item that stands twice in one list counts once, at its better rank. Ties are broken by `key`, so the result
 * depends on nothing but the lists; of equal keys the item from the earliest list is returned.
 */
export function reciprocalRankFusion<T>(
  lists: readonly (readonly T[])[],
  key: (item: T) => string,
  constant: number = rrfConstant,
): FusedItem<T>[] {
  const fused = new Map<string, FusedItem<T>>();
  for (const list of lists) {
    const seen = new Set<string>();
    for (const item of list) {
      const name = key(item);
      if (seen.has(name)) continue;
      seen.add(name);
      const gain = 1 / (constant + seen.size);
      const known = fused.get(name);
      if (known === undefined) fused.set(name, { item, score: gain });
      else known.score += gain;
    }
  }
  return [...fused].sort(([a, x], [b, y]) => y.score - x.score || (a < b ? -1 : 1)).map(([, item]) => item);
}
