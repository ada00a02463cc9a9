import { stem } from './stemmer.ts';

export interface Word {
  /** Lower-case, compatibility-folded form. */
  text: string;
  start: number;
  end: number;
}

const run = /[\p{L}\p{N}\p{M}]+(?:['’]\p{L}+)*/gu;
const ideographs = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const humps = /\p{Ll}\p{Lu}|\p{L}\p{N}|\p{N}\p{L}/u;
const ascii = /^[\x20-\x7e\s]*$/;

/**
 * Words of a text with their spans. Scripts written without spaces give overlapping pairs of characters; an
 * identifier such as `maxRetries2` gives itself and its parts.
 */
export function words(text: string): Word[] {
  const found: Word[] = [];
  const onlyAscii = ascii.test(text);
  for (const match of text.matchAll(run)) {
    const raw = match[0];
    const start = match.index;
    if (!onlyAscii && ideographs.test(raw)) {
      pairs(raw, start, found);
      continue;
    }
    const folded = (onlyAscii ? raw : raw.normalize('NFKC')).toLowerCase().replace(/['’]s?$|['’]/g, '');
    if (folded === '') continue;
    found.push({ text: folded, start, end: start + raw.length });
    if (raw.length > 3 && humps.test(raw)) parts(raw, start, found);
  }
  return found;
}

function pairs(raw: string, start: number, found: Word[]): void {
  const characters = [...raw];
  let at = start;
  for (let i = 0; i < characters.length; i += 1) {
    const a = characters[i] ?? '';
    const b = characters[i + 1] ?? '';
    if (b !== '' || characters.length === 1) found.push({ text: a + b, start: at, end: at + a.length + b.length });
    at += a.length;
  }
}

function parts(raw: string, start: number, found: Word[]): void {
  const pieces = [...raw.matchAll(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+/gu)];
  if (pieces.length < 2) return;
  for (const piece of pieces) {
    if (piece[0].length < 2) continue;
    found.push({
      text: piece[0].toLowerCase(),
      start: start + piece.index,
      end: start + piece.index + piece[0].length,
    });
  }
}

/** Stems of a text in order, stop words left out. */
export function terms(text: string): string[] {
  const found: string[] = [];
  for (const word of words(text)) if (!stopWords.has(word.text)) found.push(stem(word.text));
  return found;
}

/** English function words: they say how a sentence is built, not what it is about. */
export const stopWords: ReadonlySet<string> = new Set(
  (
    'a about above after again against all also am an and any are arent as at be because been before being below ' +
    'between both but by can cannot cant could couldnt did didnt do does doesnt doing dont down during each else ever ' +
    'few for from further get gets got had hadnt has hasnt have havent having he her here hers herself him himself ' +
    'his how i id if im in into is isnt it its itself ive just let lets like may me might more most much must my myself ' +
    'no nor not of off on once only or other ought our ours ourselves out over own please same shall she should ' +
    'shouldnt so some such than that thats the their theirs them themselves then there theres these they theyre this ' +
    'those through to too under until up upon us very via was wasnt we were werent what whats when where whether which ' +
    'while who whom whose why will with within without wont would wouldnt yes yet you your youre yours yourself'
  ).split(' '),
);
