import { stem } from './stemmer.ts';
import { stopWords, words } from './words.ts';

/** Weights of the three kinds of features, chosen on A/cranfield and the coffee tickets (npm run bench -- embedder). */
const weight = { word: 1, pair: 0.3, gram: 0.6 };
const stopWeight = 0.05;

const hashingEmbedderVersion = 1;
export const hashingEmbedderDimensions = 1024;

/** Names algorithm, version and length: vectors of another fingerprint mean something else. */
export function hashingFingerprint(dimensions: number): string {
  return `hashing-embedder/${hashingEmbedderVersion}/words+pairs+grams3-5/${dimensions}/l2`;
}

const offset = 0x811c9dc5;
const prime = 0x01000193;

function hash(text: string, seed: number): number {
  let h = (offset ^ seed) >>> 0;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), prime);
  return h;
}

/** Spreads FNV's weak low bits (the finaliser of MurmurHash3). */
function spread(h: number): number {
  let x = h;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/**
 * A vector of unit length from a text without any trained model: signed feature hashing (Weinberger et al., "Feature
 * Hashing for Large Scale Multitask Learning", 2009) of stems, neighbouring pairs and character 3- to 5-grams, term
 * frequency damped by a logarithm. It knows spellings, not meanings. A text without a word gives the first unit vector.
 */
export function hashingEmbedding(text: string, dimensions: number = hashingEmbedderDimensions): number[] {
  const vector = new Float64Array(dimensions);
  const add = (h: number, value: number): void => {
    const mixed = spread(h);
    const at = (mixed >>> 1) % dimensions;
    vector[at] = (vector[at] ?? 0) + ((mixed & 1) === 1 ? value : -value);
  };

  const counts = new Map<string, number>();
  const pairs = new Map<number, number>();
  let previous = '';
  for (const word of words(text)) {
    const stopped = stopWords.has(word.text);
    const term = stopped ? word.text : stem(word.text);
    counts.set(term, (counts.get(term) ?? 0) + 1);
    if (stopped) continue;
    if (previous !== '') {
      const h = hash(term, hash(previous, 2));
      pairs.set(h, (pairs.get(h) ?? 0) + 1);
    }
    previous = term;
  }
  for (const [term, count] of counts) {
    const damped = (1 + Math.log(count)) * (stopWords.has(term) ? stopWeight : 1);
    add(hash(term, 1), weight.word * damped);
    if (term.length >= 3 && damped >= 1) addGrams(term, weight.gram * damped, add);
  }
  for (const [h, count] of pairs) add(h, weight.pair * (1 + Math.log(count)));
  return unit(vector);
}

/** Character 3- to 5-grams of `<term>`, together as heavy as `value`. */
function addGrams(term: string, value: number, add: (h: number, value: number) => void): void {
  const marked = `<${term}>`;
  const n = marked.length;
  const share = value / Math.sqrt(n - 2 + Math.max(0, n - 3) + Math.max(0, n - 4));
  for (let i = 0; i + 3 <= n; i += 1) {
    let h = offset ^ 3;
    for (let j = i; j < n && j < i + 5; j += 1) {
      h = Math.imul(h ^ marked.charCodeAt(j), prime);
      if (j >= i + 2) add(h, share);
    }
  }
}

function unit(vector: Float64Array): number[] {
  let sum = 0;
  for (const x of vector) sum += x * x;
  const length = Math.sqrt(sum);
  if (length === 0) return Array.from(vector, (_, i) => (i === 0 ? 1 : 0));
  return Array.from(vector, (x) => x / length);
}
