import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Passage, type Reading, readAnswer } from '../../app/core/text/extractive-reader.ts';
import { hashingEmbedding } from '../../app/core/text/hashing-embedder.ts';
import { sentences } from '../../app/core/text/sentences.ts';

/** One way to answer, over one set or half of it. */
export interface QualityRow {
  set: string;
  answerer: string;
  /** Share of questions answered as they should be, all together: what the baselines are compared by. */
  overall: number;
  /** The same over the questions whose answer is in the passages, and over those whose answer is not. */
  answerable: number;
  unanswerable: number;
  /** Share of questions that were answered at all. */
  answered: number;
  questions: number;
}

interface Answerer {
  name: string;
  answer(question: string, passages: Passage[]): Reading;
}

const abstain: Reading = { abstained: true, score: 0, sentences: [] };

const answerers: Answerer[] = [
  { name: 'extractive-reader', answer: (question, passages) => readAnswer(question, passages) },
  {
    name: 'always the first sentence',
    answer(_question, passages) {
      const first = passages[0];
      const text = first === undefined ? undefined : sentences(first.text)[0];
      if (first === undefined || text === undefined) return abstain;
      return { abstained: false, score: 1, sentences: [{ marker: first.marker, text, start: 0, end: text.length }] };
    },
  },
  { name: 'always abstain', answer: () => abstain },
];

interface Case {
  question: string;
  passages: Passage[];
  answerable: boolean;
  /** 0 … 1 by each metric; an abstention is scored by the bench. */
  grades: { [metric: string]: (reading: Reading) => number };
}

/**
 * The built-in reader beside the trivial answerers, over squad2-500 and the coffee tickets.
 * @param data folder of the data sets (PIPEWRIGHT_DATA)
 */
export function readerQuality(data: string): QualityRow[] {
  const { found, takenOut } = coffee(data);
  return [
    ...rows('squad2-500', squad(data)),
    ...rows('coffee tickets', found),
    ...rows('coffee tickets, answers taken out:', takenOut),
  ];
}

/** Thresholds were chosen on the even cases: the odd ones are the fair figure. */
function rows(set: string, cases: Case[]): QualityRow[] {
  const halves: [string, Case[]][] = [
    ['all', cases],
    ['even, tuned on', cases.filter((_, i) => i % 2 === 0)],
    ['odd', cases.filter((_, i) => i % 2 === 1)],
  ];
  const metrics = Object.keys(cases[0]?.grades ?? {});
  return halves.flatMap(([half, some]) =>
    metrics.flatMap((metric) =>
      answerers.map((answerer) => measure(`${set} ${metric} (${half})`, answerer, some, metric)),
    ),
  );
}

function measure(set: string, answerer: Answerer, cases: Case[], metric: string): QualityRow {
  const sums = { answerable: 0, unanswerable: 0, answered: 0, ofAnswerable: 0 };
  for (const one of cases) {
    const reading = answerer.answer(one.question, one.passages);
    if (!reading.abstained) sums.answered += 1;
    if (one.answerable) {
      sums.ofAnswerable += 1;
      sums.answerable += reading.abstained ? 0 : (one.grades[metric]?.(reading) ?? 0);
    } else if (reading.abstained) sums.unanswerable += 1;
  }
  const n = cases.length;
  return {
    set,
    answerer: answerer.name,
    overall: (sums.answerable + sums.unanswerable) / n,
    answerable: sums.answerable / Math.max(1, sums.ofAnswerable),
    unanswerable: sums.unanswerable / Math.max(1, n - sums.ofAnswerable),
    answered: sums.answered / n,
    questions: n,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: lines of the data sets
function jsonLines(path: string): any[] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** SQuAD 2.0: exact match and F1 of the short answer (the sentence where there is none), and whether a sentence holds it. */
function squad(data: string): Case[] {
  const folder = join(data, 'C', 'squad2-500');
  const texts = new Map(jsonLines(join(folder, 'passages.jsonl')).map((passage) => [passage._id, passage.text]));
  return jsonLines(join(folder, 'questions.jsonl')).map((row) => {
    const best = (grade: (gold: string) => number): number => Math.max(0, ...row.answers.map(grade));
    const cited = (reading: Reading): string => reading.sentences.map((sentence) => sentence.text).join(' ');
    const said = (reading: Reading): string => reading.short ?? cited(reading);
    return {
      question: row.question,
      passages: [{ marker: '1', text: texts.get(row.passage) }],
      answerable: !row.unanswerable,
      grades: {
        EM: (reading) => best((gold) => Number(squadWords(gold).join(' ') === squadWords(said(reading)).join(' '))),
        F1: (reading) => best((gold) => squadF1(gold, said(reading))),
        'cited sentence holds the answer': (reading) => best((gold) => Number(cited(reading).includes(gold))),
      },
    };
  });
}

/** SQuAD's normalisation: lower case, without punctuation and articles. */
function squadWords(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s]/gu, '')
    .replace(/\b(?:a|an|the)\b/g, ' ')
    .split(/\s+/)
    .filter(Boolean);
}

function squadF1(gold: string, said: string): number {
  const [a, b] = [squadWords(gold), squadWords(said)];
  const left = [...a];
  let same = 0;
  for (const word of b) {
    const at = left.indexOf(word);
    if (at < 0) continue;
    left.splice(at, 1);
    same += 1;
  }
  return same === 0 ? 0 : (2 * same) / (a.length + b.length);
}

/**
 * Titles of real questions with the five nearest answers of the whole pool, by the hashing embedder: right is an answer
 * whose first cited passage belongs to the question, and an abstention when none of the five does. And the same after
 * the question's own answers are taken out of the pool, where the only right thing is to abstain.
 */
function coffee(data: string): { found: Case[]; takenOut: Case[] } {
  const folder = join(data, 'B', 'tickets-coffee-stackexchange');
  const docs = jsonLines(join(folder, 'corpus.jsonl')).map((doc) => ({
    id: String(doc._id),
    text: String(doc.text),
    vector: hashingEmbedding(doc.text),
  }));
  const own = new Map<string, Set<string>>();
  for (const line of readFileSync(join(folder, 'qrels.tsv'), 'utf8').trim().split('\n').slice(1)) {
    const [query = '', doc = ''] = line.split('\t');
    own.set(query, (own.get(query) ?? new Set()).add(doc));
  }
  const found: Case[] = [];
  const takenOut: Case[] = [];
  for (const query of jsonLines(join(folder, 'queries-title.jsonl'))) {
    const relevant = own.get(String(query._id));
    if (relevant === undefined) continue;
    const vector = hashingEmbedding(query.text);
    const near = (doc: (typeof docs)[number]): number =>
      doc.vector.reduce((sum, x, i) => sum + x * (vector[i] ?? 0), 0);
    const ranked = docs.map((doc) => ({ ...doc, near: near(doc) })).toSorted((a, b) => b.near - a.near);
    const pool = (some: typeof ranked): Passage[] => some.slice(0, 5).map(({ id, text }) => ({ marker: id, text }));
    const grades = { 'right source': (reading: Reading) => Number(relevant.has(firstCited(reading))) };
    const passages = pool(ranked);
    found.push({
      question: query.text,
      passages,
      answerable: passages.some(({ marker }) => relevant.has(marker)),
      grades,
    });
    takenOut.push({
      question: query.text,
      passages: pool(ranked.filter((doc) => !relevant.has(doc.id))),
      answerable: false,
      grades,
    });
  }
  return { found, takenOut };
}

function firstCited(reading: Reading): string {
  return reading.sentences[0]?.marker ?? '';
}

/** The rows as a table for people. */
export function readerQualityTable(table: QualityRow[]): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`.padStart(9);
  const lines = table.map(
    (row) =>
      `${row.set.padEnd(58)} ${row.answerer.padEnd(26)} ${percent(row.overall)} ${percent(row.answerable)} ${percent(row.unanswerable)} ${percent(row.answered)} ${String(row.questions).padStart(5)}`,
  );
  return [`${''.padEnd(85)}  overall  answerbl  unanswbl  answered     n`, ...lines].join('\n');
}
