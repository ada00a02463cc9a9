import type { Regex } from './regex.ts';

/** A part of a text: `text.slice(start, end)`, in UTF-16 units. */
export interface Span {
  start: number;
  end: number;
}

/** What becomes of a separator: left out, at the end of the part before it, or at the start of the part after it. */
export type KeepSeparator = 'none' | 'before' | 'after';

/** Parts between separators, the empty ones too. Stops after `limit` parts, so the last may then hold the rest. */
export function splitAt(text: string, separators: Iterable<Span>, keep: KeepSeparator): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (const separator of separators) {
    spans.push({ start, end: keep === 'before' ? separator.end : separator.start });
    start = keep === 'after' ? separator.start : separator.end;
  }
  spans.push({ start, end: text.length });
  return spans;
}

/** Where a text stands in another, from left to right without overlaps. */
export function* occurrences(text: string, part: string): Generator<Span> {
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length))
    yield { start: at, end: at + part.length };
}

/** Matches of a pattern that are not empty, at most `limit` of them. */
export function matches(text: string, regex: Regex, limit: number): Span[] {
  return regex.find(text, limit).filter(({ start, end }) => end > start);
}

/** Ends of lines: LF, CRLF or CR. */
export function* lineEnds(text: string): Generator<Span> {
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 10) yield { start: i, end: i + 1 };
    else if (c === 13) {
      const end = text.charCodeAt(i + 1) === 10 ? i + 2 : i + 1;
      yield { start: i, end };
      i = end - 1;
    }
  }
}

/** Without white space at both ends; an empty span stays where it begins. */
export function trimmed(text: string, { start, end }: Span): Span {
  let from = start;
  let to = end;
  while (from < to && isSpace(text, from)) from += 1;
  while (to > from && isSpace(text, to - 1)) to -= 1;
  return { start: from, end: to };
}

function isSpace(text: string, at: number): boolean {
  return /\s/.test(text[at] ?? '');
}

/**
 * Parts of about `size` units, the next beginning `overlap` units before the end of the one before. A part ends behind
 * a word when one ends in its second half; a pair of surrogates is never cut.
 *
 * @param measure units of a run of white space and the word after it; undefined to count UTF-16 units
 */
export function splitBySize(
  text: string,
  { size, overlap }: { size: number; overlap: number },
  measure?: (piece: string) => number,
): Span[] {
  return measure === undefined ? byUnits(text, size, overlap) : byWords(text, size, overlap, measure);
}

function byUnits(text: string, size: number, overlap: number): Span[] {
  const spans: Span[] = [];
  let start = 0;
  while (start < text.length) {
    let end = Math.min(start + size, text.length);
    if (end < text.length) {
      // Never where the part before ended: each must bring something new.
      const half = Math.max(start + Math.ceil(size / 2), spans.at(-1)?.end ?? 0);
      let at = end;
      while (at > half && !(isSpace(text, at) || isSpace(text, at - 1))) at -= 1;
      if (at > half) end = at;
      if (isLowSurrogate(text, end)) end += 1;
    }
    spans.push({ start, end });
    if (end >= text.length) break;
    let next = Math.max(end - overlap, start + 1);
    if (isLowSurrogate(text, next)) next += 1;
    start = Math.min(next, end);
  }
  return spans;
}

function isLowSurrogate(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  const before = text.charCodeAt(at - 1);
  return c >= 0xdc00 && c <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
}

function byWords(text: string, size: number, overlap: number, measure: (piece: string) => number): Span[] {
  const words = [...text.matchAll(/\s*\S+/g)].map(({ index, 0: piece }) => ({
    start: index,
    end: index + piece.length,
    units: measure(piece),
  }));
  const spans: Span[] = [];
  let first = 0;
  while (first < words.length) {
    let last = first;
    let units = words[first]?.units ?? 0;
    while (last + 1 < words.length && units + (words[last + 1]?.units ?? 0) <= size) {
      last += 1;
      units += words[last]?.units ?? 0;
    }
    spans.push({ start: words[first]?.start ?? 0, end: words[last]?.end ?? text.length });
    if (last + 1 >= words.length) break;
    let next = last + 1;
    let shared = 0;
    while (next - 1 > first && shared + (words[next - 1]?.units ?? 0) <= overlap) {
      next -= 1;
      shared += words[next]?.units ?? 0;
    }
    first = next;
  }
  return spans;
}
