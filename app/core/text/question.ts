import { stem } from './stemmer.ts';
import { stopWords, words } from './words.ts';

/** What kind of thing a question asks for, as far as its words tell. */
export type Asked = 'date' | 'number' | 'person' | 'place' | 'phrase' | 'explanation';

export interface QuestionTerm {
  stem: string;
  /** A name, number or code: an answer that lacks it is likely about something else. */
  specific: boolean;
}

export interface Question {
  asked: Asked;
  terms: QuestionTerm[];
  /** Stem of what is counted or dated: `days` of “how many days”, `year` of “in what year”. */
  unit?: string;
}

/** Words that ask without saying what about. */
const asking = new Set(
  'many much kind type sort name number amount long old often far happen mean called known use used using tell explain describe give help want need know think anyone thanks hello hi'.split(
    ' ',
  ),
);

/** After “how” they ask for a figure: an answer gives it, and seldom says that it is large. */
const measured = new Set('big large high tall wide deep fast heavy hot small short'.split(' '));

/** Terms and kind of a question in English; of other languages the terms. */
export function analyseQuestion(text: string): Question {
  const found = new Map<string, QuestionTerm>();
  const all = words(text);
  all.forEach((word, i) => {
    if (stopWords.has(word.text)) return;
    const raw = text.slice(word.start, word.end);
    const specific =
      /\p{N}/u.test(raw) || /^\p{Lu}{2,}/u.test(raw) || (i > 0 && /^\p{Lu}/u.test(raw)) || /\p{Ll}\p{Lu}/u.test(raw);
    if (asking.has(word.text) && !specific) return;
    if (measured.has(word.text) && all[i - 1]?.text === 'how') return;
    const key = stem(word.text);
    const known = found.get(key);
    found.set(key, { stem: key, specific: specific || (known?.specific ?? false) });
  });
  const unit = /\b(?:how many|how much|what|which)\s+(\p{L}+)/iu.exec(text)?.[1];
  return {
    asked: askedFor(text),
    terms: [...found.values()],
    ...(unit !== undefined && !stopWords.has(unit.toLowerCase()) && { unit: stem(unit.toLowerCase()) }),
  };
}

const patterns: [Asked, RegExp][] = [
  [
    'date',
    /\b(?:when (?:did|was|were|is|will|does|has|had)|(?:what|which|in what|in which|during what|by what) (?:year|years|date|day|month|century|decade|time period))\b/i,
  ],
  [
    'number',
    /\bhow (?:many|much|old|long|tall|far|high|large|big|fast|often|hot|deep)\b|\b(?:what|which) (?:\w+ )?(?:percentage|percent|number|amount|share|fraction|temperature|age|price|cost|ratio|size)\b/i,
  ],
  [
    'explanation',
    /^\W*(?:how (?:do|does|can|could|should|would|to|is|are)|why|what (?:should|can|do) (?:i|we|you)|what happens|what(?:'s|’s| is) the difference|can (?:i|we|you)|is (?:it|there)|should|does|do)\b/i,
  ],
  ['person', /\bwho(?:m|se)?\b/i],
  [
    'place',
    /\bwhere\b|\b(?:what|which|in what|in which) (?:city|country|state|place|region|town|continent|location)\b/i,
  ],
  ['phrase', /\b(?:what|which|whats|name)\b/i],
];

/** A question with its story before it (“I changed a prompt. Which text is used?”) is not answered by a phrase. */
const toldFirst = /[.!](?=\s+\p{Lu}[^?]{8,}\?)/u;

function askedFor(text: string): Asked {
  if (toldFirst.test(text)) return 'explanation';
  for (const [asked, pattern] of patterns) if (pattern.test(text)) return asked;
  return 'explanation';
}
