import { stem } from './stemmer.ts';
import { stopWords, words } from './words.ts';

export interface Coverage {
  /** Share of the query's weight that the text holds, 0 … 1: rare words weigh more, repetition helps a little. */
  coverage: number;
  /** Share of the query's neighbouring word pairs that stand near each other in the text, 0 … 1. */
  proximity: number;
}

/** Words apart at most for a pair of the query to count as near. */
const NEAR = 4;

function queryTerms(query: string): string[] {
  const all = words(query).map((word) => word.text);
  const content = all.filter((word) => !stopWords.has(word));
  return [...new Set((content.length > 0 ? content : all).map(stem))];
}

/** Positions of the wanted stems among all words of a text, and how many words it has. */
function positions(text: string, wanted: ReadonlySet<string>): { at: Map<string, number[]>; length: number } {
  const at = new Map<string, number[]>();
  const all = words(text);
  all.forEach((word, i) => {
    const term = stem(word.text);
    if (!wanted.has(term)) return;
    const list = at.get(term);
    if (list === undefined) at.set(term, [i]);
    else list.push(i);
  });
  return { at, length: all.length };
}

/**
 * How well texts cover a query by its words, judged within the list alone: no index, no model. Saturation and length
 * norm are those of BM25 (k1 1.2, b 0.75; Robertson and Zaragoza 2009), scaled so that full coverage is near 1. Weights
 * are damped inverse document frequencies over the given texts: a word of the query is common among texts that were
 * retrieved by it, so the plain ones would mislead (nDCG@10 over BM25's first 50,
 * every second query of Cranfield: damped .376, plain .355, BM25 alone .373).
 */
export function lexicalCoverage(query: string, texts: readonly string[]): Coverage[] {
  const asked = queryTerms(query);
  const wanted = new Set(asked);
  const found = texts.map((text) => positions(text, wanted));
  const average = Math.max(1, found.reduce((sum, { length }) => sum + length, 0) / Math.max(1, found.length));
  const weights = new Map<string, number>();
  for (const term of asked) {
    const holders = found.filter(({ at }) => at.has(term)).length;
    const idf = Math.log(1 + (texts.length - holders + 0.5) / (holders + 0.5));
    weights.set(term, Math.sqrt(idf) + 0.3);
  }
  const weight = (term: string) => weights.get(term) ?? 0;
  const total = asked.reduce((sum, term) => sum + weight(term), 0);
  const pairs = asked.slice(1).map((term, i) => [asked[i] ?? '', term] as const);
  const pairTotal = pairs.reduce((sum, [a, b]) => sum + weight(a) + weight(b), 0);

  return found.map(({ at, length }) => {
    const norm = 1.2 * (0.25 + 0.75 * (length / average));
    let covered = 0;
    for (const [term, list] of at) covered += (weight(term) * list.length * 2.2) / (list.length + norm);
    let near = 0;
    for (const [a, b] of pairs) if (isNear(at.get(a), at.get(b))) near += weight(a) + weight(b);
    return {
      coverage: total === 0 ? 0 : Math.min(1, covered / total),
      proximity: pairTotal === 0 ? 0 : near / pairTotal,
    };
  });
}

/** Weight of neighbouring words against single ones. */
const PROXIMITY = 0.25;

/** How well a text covers a query, in one figure, 0 … 1. */
export function relevanceOf({ coverage, proximity }: Coverage): number {
  return (1 - PROXIMITY) * coverage + PROXIMITY * proximity;
}

/** The same for each of several texts, by its place. */
export function lexicalRelevance(query: string, texts: readonly string[]): number[] {
  return lexicalCoverage(query, texts).map(relevanceOf);
}

/** Whether two ascending lists hold positions at most NEAR apart. */
function isNear(a: readonly number[] = [], b: readonly number[] = []): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const gap = (a[i] ?? 0) - (b[j] ?? 0);
    if (Math.abs(gap) <= NEAR) return true;
    if (gap < 0) i += 1;
    else j += 1;
  }
  return false;
}
