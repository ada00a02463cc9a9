import { type Asked, analyseQuestion, type Question } from './question.ts';
import { sentenceSpans } from './sentences.ts';
import { shortAnswer } from './short-answer.ts';
import { stem } from './stemmer.ts';
import { stopWords, words } from './words.ts';

export interface Passage {
  /** What an answer cites it by. */
  marker: string;
  text: string;
  title?: string | undefined;
  /** The headings above the passage. */
  section?: string | undefined;
}

export interface CitedSentence {
  marker: string;
  /** Verbatim: `passage.text.slice(start, end)`. */
  text: string;
  start: number;
  end: number;
}

export interface Reading {
  abstained: boolean;
  /** How well the best sentence covers the question: 0 and up, seldom above 1. Not a probability. */
  score: number;
  /** One to four sentences in the order of the passages; empty when abstained. */
  sentences: CitedSentence[];
  /** The phrase in the first-ranked sentence that names what a factual question asks for. */
  short?: string;
}

export interface ReadingOptions {
  /** Abstains below this score; by default `readerThresholds`. */
  threshold?: number;
  maxSentences?: number;
}

/**
 * Below which score the reader abstains, by what is asked. A fact wants nearly all of the question in one sentence: one
 * that lacks a term is usually about something else. Chosen on the even-numbered questions of squad2-500 and the even
 * coffee tickets; `test/bench/reader-quality.ts` prints those and the others apart.
 */
const readerThresholds: { readonly [asked in Asked]: number } = {
  date: 0.75,
  number: 0.75,
  phrase: 0.85,
  person: 0.9,
  place: 0.9,
  explanation: 0.58,
};

interface Candidate extends CitedSentence {
  passage: number;
  stems: string[];
  /** Stems of the question's terms that the sentence holds. */
  hits: Set<string>;
  /** Begins like a line of indented code. */
  indented: boolean;
  score: number;
}

/** What counts for a sentence besides the terms that it holds itself, each of which counts 1. */
interface Evidence {
  /** A term in the neighbouring sentences or in the title and the headings above. */
  near: number;
  /** A term anywhere else in the passage. */
  elsewhere: number;
  /** All terms near together. */
  closeness: number;
  /** The first passage; the n-th gets an n-th of it. */
  rank: number;
  /** By which power of their number the same share of more terms says more. */
  length: number;
}

/** A fact stands in one place, close together. */
const factual: Evidence = { near: 0.45, elsewhere: 0, closeness: 0.1, rank: 0.08, length: 0 };

/**
 * How and why is told over several sentences and seldom in the words of the question; a long question with its story
 * shares fewer of them with its answer than a short one. Chosen as the thresholds are.
 */
const explaining: Evidence = { near: 0.8, elsewhere: 0.5, closeness: 0, rank: 0.2, length: 0.4 };

/** Number of terms for which a share counts as it is. */
const usualLength = 6;

/**
 * Answers a question by sentences of the given passages, or abstains: a lexical baseline, not a model. A sentence is
 * ranked by the share of the question's terms that it holds (weighted by their rarity in the passages), a smaller share
 * for terms in the neighbouring sentences, the title and the headings, by how near together they stand, by whether it
 * holds a date, number or name when one is asked for, and by the rank of its passage.
 */
export function readAnswer(question: string, passages: Passage[], options: ReadingOptions = {}): Reading {
  const asked = analyseQuestion(question);
  const none: Reading = { abstained: true, score: 0, sentences: [] };
  if (asked.terms.length === 0) return none;
  const candidates = passages.flatMap((passage, i) => candidatesOf(passage, i, asked));
  const weights = termWeights(asked, candidates);
  scoreAll(candidates, passages, asked, weights);
  // A heading lends its terms to the sentences beside it, and answers nothing by itself.
  const ranked = candidates
    .filter(({ text }) => !heading.test(text))
    .toSorted((a, b) => b.score - a.score || a.passage - b.passage || a.start - b.start);
  const best = ranked[0];
  if (best === undefined || best.score < (options.threshold ?? readerThresholds[asked.asked]))
    return { ...none, score: best?.score ?? 0 };
  const most = options.maxSentences ?? 4;
  const chosen = asked.asked === 'explanation' ? explain(ranked, weights, most) : choose(ranked, weights, most);
  const short = shortAnswer(best.text, asked);
  return {
    abstained: false,
    score: best.score,
    sentences: chosen
      .toSorted((a, b) => a.passage - b.passage || a.start - b.start)
      .map(({ marker, text, start, end }) => ({ marker, text, start, end })),
    ...(short !== undefined && { short }),
  };
}

const heading = /^\s*#{1,6}(?:\s|$)/;

/** A sentence longer than this is a table or a log: it answers nothing by itself. */
const longestSentence = 1200;

function candidatesOf(passage: Passage, index: number, question: Question): Candidate[] {
  return sentenceSpans(passage.text)
    .filter(({ start, end }) => end - start <= longestSentence)
    .map(({ start, end }) => {
      const text = passage.text.slice(start, end);
      const stems = words(text).map((word) => (stopWords.has(word.text) ? '' : stem(word.text)));
      const hits = new Set(
        question.terms.filter((term) => stems.some((s) => sameStem(s, term.stem))).map((term) => term.stem),
      );
      const indented = /(?:^|\n)(?: {4}|\t)[ \t]*$/.test(passage.text.slice(Math.max(0, start - 40), start));
      return { marker: passage.marker, passage: index, text, start, end, stems, hits, indented, score: 0 };
    });
}

/** Equal, or one continues the other: `configur` and `configuration` fall apart in the stemmer now and then. */
function sameStem(a: string, b: string): boolean {
  if (a === b) return a !== '';
  const shorter = Math.min(a.length, b.length);
  return shorter >= 5 && Math.abs(a.length - b.length) <= 3 && a.slice(0, shorter) === b.slice(0, shorter);
}

function termWeights(question: Question, candidates: Candidate[]): Map<string, number> {
  const n = candidates.length;
  return new Map(
    question.terms.map(({ stem: term, specific }) => {
      const df = candidates.filter((candidate) => candidate.hits.has(term)).length;
      const rarity = Math.log(1 + (n - df + 0.5) / (df + 0.5)) / Math.log(2 + 2 * n);
      return [term, (0.6 + 0.4 * rarity) * (specific ? 1.4 : 1)];
    }),
  );
}

function scoreAll(
  candidates: Candidate[],
  passages: Passage[],
  question: Question,
  weights: Map<string, number>,
): void {
  const total = sum(weights.values());
  const titles = passages.map((passage) => {
    const above = `${passage.title ?? ''}\n${passage.section ?? ''}`;
    const stems = words(above).map((word) => stem(word.text));
    return new Set(question.terms.filter((term) => stems.some((s) => sameStem(s, term.stem))).map((term) => term.stem));
  });
  const whole = passages.map((_, i) => new Set(candidates.filter((c) => c.passage === i).flatMap((c) => [...c.hits])));
  const evidence = question.asked === 'explanation' ? explaining : factual;
  const length = (question.terms.length / usualLength) ** evidence.length;
  candidates.forEach((candidate, i) => {
    const near = new Set<string>(titles[candidate.passage]);
    for (const j of [i - 2, i - 1, i + 1]) {
      const other = candidates[j];
      if (other?.passage === candidate.passage) for (const term of other.hits) near.add(term);
    }
    let covered = 0;
    for (const [term, weight] of weights) {
      if (candidate.hits.has(term)) covered += weight;
      else if (near.has(term)) covered += weight * evidence.near;
      else if (whole[candidate.passage]?.has(term)) covered += weight * evidence.elsewhere;
    }
    const coverage = (covered / total) * length;
    const shape = shapeOf(candidate, question.asked);
    candidate.score = Math.max(
      0,
      0.82 * coverage +
        evidence.closeness * closeness(candidate, question) +
        evidence.rank / (1 + candidate.passage) +
        shape,
    );
  });
}

/** Somebody tells of their own case, which is what is asked rather than what answers. */
const ownCase = /\b(?:I|we|my|our|me|us)\b/;

/** Whether the sentence has what is asked for; questions and code say little by themselves. */
function shapeOf(candidate: Candidate, asked: Asked): number {
  const { text } = candidate;
  let shape = 0;
  if (asked === 'date')
    shape +=
      /\b(?:1\d{3}|20\d\d)\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December|century)\b/.test(
        text,
      )
        ? 0.06
        : -0.12;
  if (asked === 'number')
    shape +=
      /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|billion|half|third|quarter)\b/i.test(
        text,
      )
        ? 0.06
        : -0.12;
  if (asked === 'person' || asked === 'place') shape += /(?:\s|^.+?)\p{Lu}\p{L}+/u.test(text.slice(1)) ? 0.03 : -0.08;
  if (candidate.stems.length < 4) shape -= 0.25;
  if (text.trimEnd().endsWith('?')) shape -= 0.2;
  if (asked === 'explanation' && ownCase.test(text)) shape -= 0.1;
  if (candidate.indented || /^\s*(?:```|~~~)/.test(text)) shape -= 0.1;
  return shape;
}

/** Share of neighbouring pairs of the question's terms that stand within four words of each other in the sentence. */
function closeness(candidate: Candidate, question: Question): number {
  const places = question.terms.map((term) => candidate.stems.flatMap((s, at) => (sameStem(s, term.stem) ? [at] : [])));
  let pairs = 0;
  let near = 0;
  for (let i = 1; i < places.length; i += 1) {
    pairs += 1;
    const [a, b] = [places[i - 1] ?? [], places[i] ?? []];
    if (a.some((x) => b.some((y) => Math.abs(x - y) <= 4))) near += 1;
  }
  return pairs === 0 ? (candidate.hits.size > 0 ? 1 : 0) : near / pairs;
}

/** The best sentence, and others nearly as good that bring in a term of the question that is still missing. */
function choose(ranked: Candidate[], weights: Map<string, number>, most: number): Candidate[] {
  const [best, ...others] = ranked;
  if (best === undefined) return [];
  const chosen = [best];
  const seen = new Set(best.hits);
  const texts = new Set([best.text.toLowerCase()]);
  const total = sum(weights.values());
  for (const candidate of others) {
    if (chosen.length >= most || candidate.score < best.score * 0.6) break;
    if (texts.has(candidate.text.toLowerCase())) continue;
    let gain = 0;
    for (const term of candidate.hits) if (!seen.has(term)) gain += weights.get(term) ?? 0;
    // One word of the question that turns up in a passage about something else makes no answer.
    if (gain / total < (candidate.passage === best.passage ? 0.1 : 0.2)) continue;
    chosen.push(candidate);
    texts.add(candidate.text.toLowerCase());
    for (const term of candidate.hits) seen.add(term);
  }
  return chosen;
}

/**
 * Sentences of the best passage and what follows them there, which is often the remedy, or the reply to a question put
 * in the same words; and one of another passage that bears them out or holds what is missing. Questions are left out.
 */
function explain(ranked: Candidate[], weights: Map<string, number>, most: number): Candidate[] {
  const passage = ranked.filter((candidate) => candidate.passage === ranked[0]?.passage);
  const found = choose(passage, weights, Math.max(1, Math.floor(most / 2)));
  const row = passage.filter(isStatement).toSorted((a, b) => a.start - b.start);
  const chosen = new Set(found.filter(isStatement));
  const second = secondSource(ranked, weights);
  if (second !== undefined && chosen.size < most) chosen.add(second);
  for (const { start } of found) {
    const next = row.find((candidate) => candidate.start > start);
    if (next !== undefined && !isTableRow(next.text) && chosen.size < most) chosen.add(next);
  }
  return chosen.size > 0 ? [...chosen] : found;
}

/** A sentence outside the best passage, not said there too, that is nearly as good or has terms that are missing there. */
function secondSource(ranked: Candidate[], weights: Map<string, number>): Candidate | undefined {
  const [best] = ranked;
  if (best === undefined) return undefined;
  const there = ranked.filter(({ passage }) => passage === best.passage);
  const texts = new Set(there.map(({ text }) => text.toLowerCase()));
  const terms = new Set(there.flatMap(({ hits }) => [...hits]));
  const gain = ({ hits }: Candidate) => sum([...hits].map((term) => (terms.has(term) ? 0 : (weights.get(term) ?? 0))));
  return ranked.find(
    (one) =>
      isStatement(one) &&
      !texts.has(one.text.toLowerCase()) &&
      (one.score >= 0.85 * best.score || (one.score >= 0.6 * best.score && gain(one) >= 0.2 * sum(weights.values()))),
  );
}

function isStatement({ text, stems }: Candidate): boolean {
  return !text.trimEnd().endsWith('?') && stems.length >= 4;
}

function isTableRow(text: string): boolean {
  return text.trimStart().startsWith('|');
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
