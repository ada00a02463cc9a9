import { terms } from './words.ts';

type Vector = ReadonlyMap<string, number>;

/** Unit vector of a text over its stems, damped frequencies. */
function termVector(text: string): Vector {
  const counts = new Map<string, number>();
  for (const term of terms(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  let square = 0;
  for (const count of counts.values()) square += count;
  const norm = Math.sqrt(square) || 1;
  for (const [term, count] of counts) counts.set(term, Math.sqrt(count) / norm);
  return counts;
}

function cosine(a: Vector, b: Vector): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [term, value] of small) sum += value * (large.get(term) ?? 0);
  return sum;
}

export interface Ranked {
  /** Place in the list that was given. */
  index: number;
  /** `lambda · relevance − (1 − lambda) · similarity to the nearest one chosen before`. */
  score: number;
}

export interface Chosen {
  /** Best first. */
  chosen: Ranked[];
  /** The others as they were given, each with the place of the chosen one that it is most like. */
  left: (Ranked & { near: number })[];
}

/**
 * Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): picks up to `k` texts, each relevant and unlike
 * those picked before it. `relevance` 0 … 1 per text; `lambda` 1 looks at relevance alone. Likeness is the cosine of
 * stemmed words. Ties go to the earlier text.
 */
export function mmr(
  texts: readonly string[],
  relevance: readonly number[],
  options: { lambda: number; k: number },
): Chosen {
  const { lambda, k } = options;
  const vectors = texts.map(termVector);
  const nearest = texts.map(() => 0);
  const near = texts.map(() => -1);
  const scoreOf = (index: number) => lambda * (relevance[index] ?? 0) - (1 - lambda) * (nearest[index] ?? 0);
  const left = new Set(texts.keys());
  const ranked: Ranked[] = [];
  while (ranked.length < k && left.size > 0) {
    let best: Ranked | undefined;
    for (const index of left) {
      const score = scoreOf(index);
      if (best === undefined || score > best.score) best = { index, score };
    }
    if (best === undefined) break;
    ranked.push(best);
    left.delete(best.index);
    const chosen = vectors[best.index] ?? new Map();
    for (const index of left) {
      const likeness = cosine(vectors[index] ?? new Map(), chosen);
      if (near[index] !== -1 && likeness <= (nearest[index] ?? 0)) continue;
      nearest[index] = likeness;
      near[index] = best.index;
    }
  }
  return {
    chosen: ranked,
    left: [...left].map((index) => ({ index, score: scoreOf(index), near: near[index] ?? -1 })),
  };
}
