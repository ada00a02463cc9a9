import { terms } from './words.ts';

/** What is known of a label: words about it, and texts that bear it. */
export interface LabelSample {
  name: string;
  texts: readonly string[];
}

export interface LabelScore {
  label: string;
  /** 0 … 1: cosine between the text and the middle of the label's texts; no probability. */
  score: number;
}

type Vector = Map<string, number>;

/**
 * The built-in baseline for classifying: nearest centroid over stems weighted by tf-idf (Rocchio 1971), the idf over the
 * labels' texts. It compares words and knows no meanings, no order, and stop words of English only. Gives every label,
 * the best first, equal ones in their order.
 */
export function classifyByWords(text: string, labels: readonly LabelSample[]): LabelScore[] {
  const texts = labels.flatMap((label) => label.texts.map(terms));
  const found: Vector = new Map();
  for (const stems of texts) for (const stem of new Set(stems)) found.set(stem, (found.get(stem) ?? 0) + 1);
  const weigh = (stems: readonly string[]): Vector => {
    const vector: Vector = new Map();
    for (const stem of stems) vector.set(stem, (vector.get(stem) ?? 0) + 1);
    for (const [stem, count] of vector)
      vector.set(stem, (1 + Math.log(count)) * Math.log(1 + texts.length / (found.get(stem) ?? 0.5)));
    return unit(vector);
  };
  const asked = weigh(terms(text));
  return labels
    .map(({ name, texts: own }) => {
      const middle: Vector = new Map();
      for (const one of own)
        for (const [stem, weight] of weigh(terms(one))) middle.set(stem, (middle.get(stem) ?? 0) + weight);
      return { label: name, score: Math.min(1, product(asked, unit(middle))) };
    })
    .sort((a, b) => b.score - a.score);
}

function product(a: Vector, b: Vector): number {
  let sum = 0;
  for (const [stem, weight] of a) sum += weight * (b.get(stem) ?? 0);
  return sum;
}

function unit(vector: Vector): Vector {
  let sum = 0;
  for (const weight of vector.values()) sum += weight * weight;
  if (sum === 0) return vector;
  const length = Math.sqrt(sum);
  for (const [stem, weight] of vector) vector.set(stem, weight / length);
  return vector;
}
