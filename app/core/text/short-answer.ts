import type { Question } from './question.ts';
import { stem } from './stemmer.ts';
import { stopWords, words } from './words.ts';

const month = '(?:January|February|March|April|May|June|July|August|September|October|November|December)';
const dates = new RegExp(
  `\\b(?:\\d{1,2} )?${month}(?: \\d{1,2},?)?(?: \\d{4})?|\\b(?:1\\d{3}|20\\d\\d)s?\\b|\\b\\d{1,2}(?:st|nd|rd|th) century`,
  'g',
);
const numbers =
  /[$€£]?\b\d[\d,.]*\d\b%?|\b\d\b%?|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|million|billion)\b(?: (?:hundred|thousand|million|billion))?|\b(?:half|two-thirds|one-third|a third|a quarter)\b/gi;
const names =
  /\p{Lu}[\p{L}\p{M}.'’-]*(?: (?:of|the|de|von|van|and|la|al) (?=\p{Lu})| (?=\p{Lu}))?(?:\p{Lu}[\p{L}\p{M}.'’-]*(?: (?:of|the|de|von|van|la|al) (?=\p{Lu})| (?=\p{Lu}))?)*/gu;

/** The phrase of a sentence that most likely names what a factual question asks for; none for how and why. */
export function shortAnswer(sentence: string, question: Question): string | undefined {
  switch (question.asked) {
    case 'date':
      return nearest(sentence, question, dates);
    case 'number':
      return nearest(sentence, question, numbers);
    case 'person':
    case 'place':
      return nearest(sentence, question, names);
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

function nearest(sentence: string, question: Question, pattern: RegExp): string | undefined {
  const found = [...sentence.matchAll(pattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  return pick(sentence, question, found);
}

/** Runs of words that are neither function words nor words of the question. */
function nearestPhrase(sentence: string, question: Question): string | undefined {
  const found: Found[] = [];
  let open: Found | undefined;
  let last = 0;
  for (const word of words(sentence)) {
    const between = sentence.slice(last, word.start);
    const joins = open !== undefined && /^[ -]$/.test(between);
    if (stopWords.has(word.text) || isAsked(stem(word.text), question)) open = undefined;
    else if (open !== undefined && joins) open.end = word.end;
    else {
      open = { start: word.start, end: word.end };
      found.push(open);
    }
    last = word.end;
  }
  return pick(sentence, question, found);
}

function isAsked(word: string, question: Question): boolean {
  return question.terms.some((term) => term.stem === word);
}

/** Of the spans found, the one that repeats the question least and stands nearest to its terms. */
function pick(sentence: string, question: Question, found: Found[]): string | undefined {
  const hits = words(sentence).filter((word) => isAsked(stem(word.text), question));
  let best: Found | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const span of found) {
    const inside = words(sentence.slice(span.start, span.end)).map((word) => stem(word.text));
    if (inside.length === 0 || inside.every((word) => isAsked(word, question) || stopWords.has(word))) continue;
    let score = 0;
    for (const hit of hits) {
      const gap = hit.start >= span.end ? hit.start - span.end : span.start - hit.end;
      score += 1 / (1 + Math.max(0, gap) / 12);
    }
    score += Math.min(inside.length, 3) * 0.15;
    if (score > bestScore) [best, bestScore] = [span, score];
  }
  return best === undefined ? undefined : sentence.slice(best.start, best.end).replace(/[\s.,'’-]+$/, '');
}
