import type { Span } from './sentences.ts';

export interface FoundTerm extends Span {
  term: string;
}

/** Lower-case, without accents and other marks, compatibility forms made plain. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
}

const wordCharacter = /[\p{L}\p{N}]/u;

/**
 * Where any of the terms stands in a text as whole words, whatever the case, the accents and the white space between
 * its words. In order of place; offsets are of the text as given.
 */
export function findTerms(text: string, terms: readonly string[]): FoundTerm[] {
  // Folding changes lengths: for each unit of the folded text, where it came from.
  let folded = '';
  const origin: number[] = [];
  let at = 0;
  for (const character of text) {
    const plain = /\s/.test(character) ? ' ' : fold(character);
    if (plain !== ' ' || !folded.endsWith(' ')) {
      for (let i = 0; i < plain.length; i += 1) origin.push(at);
      folded += plain;
    }
    at += character.length;
  }
  const found: FoundTerm[] = [];
  for (const term of terms) {
    const wanted = fold(term).replace(/\s+/g, ' ').trim();
    if (wanted === '') continue;
    for (let from = folded.indexOf(wanted); from >= 0; from = folded.indexOf(wanted, from + 1)) {
      const to = from + wanted.length;
      const opens = !wordCharacter.test(wanted[0] ?? '') || !wordCharacter.test(folded[from - 1] ?? '');
      const closes = !wordCharacter.test(wanted.at(-1) ?? '') || !wordCharacter.test(folded[to] ?? '');
      if (!opens || !closes) continue;
      const last = origin[to - 1] ?? 0;
      found.push({
        term,
        start: origin[from] ?? 0,
        end: last + String.fromCodePoint(text.codePointAt(last) ?? 32).length,
      });
    }
  }
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}
