import type { Chunk } from '../graph/values.ts';
import { reciprocalRankFusion } from './reciprocal-rank-fusion.ts';

/**
 * One ranked list out of several, best first, each chunk once. One list stays as it is; the scores of several lists
 * cannot be compared, so ranks alone decide (reciprocal rank fusion) and `scores.fused` tells the result.
 */
export function mergeChunkLists(lists: readonly (readonly Chunk[])[]): Chunk[] {
  const filled = lists.filter((list) => list.length > 0);
  if (filled.length <= 1) {
    const seen = new Set<string>();
    return (filled[0] ?? []).filter((chunk) => !seen.has(chunk.id) && seen.add(chunk.id));
  }
  return reciprocalRankFusion(filled, (chunk) => chunk.id).map(({ item, score }) => ({
    ...item,
    score,
    scores: { ...item.scores, fused: score },
  }));
}
