import type { Question } from './question.ts';
import { stem } from './stemmer.ts';
import { stopWords, words } from './words.ts';

const month = '(?:January|February|March|April|May|June|July|August|September|October|November|December)';
const dates = new RegExp(
  `\\b(?:\\d{1,2}(?:st|nd|rd|th)? )?${month}(?: \\d{1,2}\\b(?!\\d),?)?(?: \\d{4}\\b)?|\\b(?:1\\d{3}|20\\d\\d)s?\\b|\\b\\d{1,2}(?:st|nd|rd|th) century`,
  'g',
);
const years = /\b(?:1\d{3}|20\d\d)s?\b/g;
const unitWords =
  'percent|percentage points|days?|weeks?|months?|years?|hours?|minutes?|seconds?|ms|times|km|kilomet(?:er|re)s?|met(?:er|re)s?|miles?|feet|ft|inch(?:es)?|cm|mm|kg|kilograms?|grams?|g|tons?|pounds?|lbs?|ounces?|oz|litres?|liters?|ml|degrees?|°[CF]|dollars?|euros?|[KMGT]B|million|billion|thousand|hundred';
const numbers = new RegExp(
  `(?:[$€£]|\\b)(?:\\d[\\d,.]*\\d|\\d)%?(?: ?(?:${unitWords})\\b)*|\\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozens?|hundreds?|thousands?|millions?|billions?)\\b(?: (?:${unitWords})\\b)*|\\b(?:half|two[- ]thirds|(?:one|a)[- ](?:third|quarter|half))\\b`,
  'gi',
);
const joint = '(?: (?:of|the|de|von|van|bin|la|al) (?:the )?(?=\\p{Lu})| (?=\\p{Lu}))';
const name = '\\p{Lu}[\\p{L}\\p{M}.-]*';
const names = new RegExp(`${name}(?:${joint}${name})*`, 'gu');

/** The phrase of a sentence that most likely names what a factual question asks for; none for how and why. */
export function shortAnswer(sentence: string, question: Question): string | undefined {
  switch (question.asked) {
    case 'date':
      return nearest(sentence, question, question.unit === 'year' ? years : dates);
    case 'number':
      return nearest(sentence, question, numbers, (span) => countedBonus(sentence, span, question));
    case 'person':
    case 'place':
      return nearest(sentence, question, names, (span, words) => (words > 1 ? 0.3 : span.start === 0 ? -0.6 : 0));
    case 'phrase':
      return nearestPhrase(sentence, question);
    default:
      return undefined;
  }
}

interface Found {
  start: number;
  end: number;
}

type Bonus = (span: Found, words: number) => number;

function nearest(sentence: string, question: Question, pattern: RegExp, bonus?: Bonus): string | undefined {
  const found = [...sentence.matchAll(pattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  return pick(sentence, question, found, bonus);
}

/** A number that stands before what is counted is meant; a bare year hardly ever is. */
function countedBonus(sentence: string, span: Found, question: Question): number {
  const text = sentence.slice(span.start, span.end);
  const after = words(sentence.slice(span.start, span.end + 40)).slice(0, 4);
  if (question.unit !== undefined && after.some((word) => stem(word.text) === question.unit)) return 1;
  return /^(?:1[5-9]\d\d|20\d\d)$/.test(text) ? -0.8 : 0;
}

/** Runs of words that are neither function words nor words of the question. */
function nearestPhrase(sentence: string, question: Question): string | undefined {
  const found: Found[] = [];
  let open: Found | undefined;
  let last = 0;
  for (const word of words(sentence)) {
    const between = sentence.slice(last, word.start);
    const joins = open !== undefined && /^(?:[ -]| of (?:the |a )?)$/.test(between);
    if (stopWords.has(word.text) || isAsked(stem(word.text), question)) open = undefined;
    else if (open !== undefined && joins) open.end = word.end;
    else {
      open = { start: word.start, end: word.end };
      found.push(open);
    }
    last = word.end;
  }
  return pick(sentence, question, found, (span, count) => nounBonus(sentence.slice(span.start, span.end), count));
}

/** Single adverbs and participles are seldom what is asked for; names and longer phrases are more often. */
function nounBonus(phrase: string, count: number): number {
  if (count > 1) return /^\p{Lu}/u.test(phrase) ? 0.3 : 0.15;
  if (/(?:ly|ed|ing)$|^(?:however|although|along|many|first|second|third|also|because|since)$/i.test(phrase))
    return -0.8;
  return /^\p{Lu}/u.test(phrase) ? 0.1 : 0;
}

function isAsked(word: string, question: Question): boolean {
  return question.terms.some((term) => term.stem === word);
}

/** Of the spans found, the one that repeats the question least and stands nearest to its terms. */
function pick(sentence: string, question: Question, found: Found[], bonus?: Bonus): string | undefined {
  const hits = words(sentence).filter((word) => isAsked(stem(word.text), question));
  let best: Found | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const span of found) {
    const inside = words(sentence.slice(span.start, span.end)).map((word) => stem(word.text));
    if (inside.length === 0 || inside.every((word) => isAsked(word, question) || stopWords.has(word))) continue;
    let score = bonus?.(span, inside.length) ?? 0;
    for (const hit of hits) {
      const gap = hit.start >= span.end ? hit.start - span.end : span.start - hit.end;
      score += 1 / (1 + Math.max(0, gap) / 12);
    }
    score += Math.min(inside.length, 3) * 0.15;
    if (score > bestScore) [best, bestScore] = [span, score];
  }
  return best === undefined ? undefined : sentence.slice(best.start, best.end).replace(/[\s.,'’-]+$/, '');
}
