import { words } from './words.ts';

const WIDTH = 4;

/** The runs of four words that a text holds; the text's words alone when it is shorter. */
export function shingles(text: string): Set<string> {
  const all = words(text).map((word) => word.text);
  if (all.length <= WIDTH) return new Set([all.join(' ')]);
  const set = new Set<string>();
  for (let i = 0; i + WIDTH <= all.length; i += 1) set.add(all.slice(i, i + WIDTH).join(' '));
  return set;
}

/** Share of the smaller set's shingles that the other holds too, 0 … 1. */
export function containment(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  if (small.size === 0) return 0;
  let shared = 0;
  for (const shingle of small) if (large.has(shingle)) shared += 1;
  return shared / small.size;
}

/**
 * For each text the index of the earlier text that says (almost) the same, or undefined for one that is new.
 * `threshold` is the containment from which a text counts as a duplicate.
 */
export function nearDuplicates(texts: readonly string[], threshold = 0.85): (number | undefined)[] {
  const kept: { index: number; set: Set<string> }[] = [];
  return texts.map((text, index) => {
    const set = shingles(text);
    const twin = kept.find((other) => containment(set, other.set) >= threshold);
    if (twin === undefined) kept.push({ index, set });
    return twin?.index;
  });
}
