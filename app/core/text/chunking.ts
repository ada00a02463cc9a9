import { jsonHash, sha256Hex } from '../graph/hash.ts';
import type { Chunk, Document } from '../graph/values.ts';
import { type CutLevel, cutLevels, type Heading } from './chunk-boundaries.ts';
import type { Span } from './sentences.ts';

export interface ChunkSize {
  /** Tokens that a chunk may have at most. */
  size: number;
  /** Tokens of the text before it that a chunk repeats where the cut went through something that belongs together. */
  overlap: number;
}

/** A span that will be a chunk; `soft` when the cut before it went through something that belongs together. */
interface Piece extends Span {
  soft: boolean;
}

/** Longer than any text of so many tokens is likely to be: not worth counting. */
const UNITS_PER_TOKEN = 48;

/** Index of the first offset that is larger than `at`. */
function after(offsets: readonly number[], at: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

function within(offsets: readonly number[], start: number, end: number): number[] {
  return offsets.slice(after(offsets, start), after(offsets, end - 1));
}

class Cutter {
  readonly #text: string;
  readonly #levels: readonly CutLevel[];
  readonly #fences: readonly Span[];
  readonly #fenceStarts: readonly number[];
  readonly #size: number;
  readonly #overlap: number;
  readonly #count: (text: string) => number;

  constructor(
    text: string,
    { levels, fences }: { levels: readonly CutLevel[]; fences: readonly Span[] },
    { size, overlap }: ChunkSize,
    count: (text: string) => number,
  ) {
    this.#text = text;
    this.#fences = fences;
    this.#fenceStarts = fences.map(({ start }) => start);
    this.#levels = levels;
    this.#size = Math.max(1, size);
    this.#overlap = Math.max(0, Math.min(overlap, this.#size >> 1));
    this.#count = count;
  }

  /** Tokens of a span, or Infinity when it is far too long to be worth counting. */
  #tokens(start: number, end: number): number {
    return end - start > this.#size * UNITS_PER_TOKEN
      ? Number.POSITIVE_INFINITY
      : this.#count(this.#text.slice(start, end));
  }

  /** Cuts a span at the strongest places that give pieces which fit, and joins small neighbours evenly. */
  cut(start: number, end: number, level = 0, soft = false): Piece[] {
    if (this.#tokens(start, end) <= (soft ? this.#size - this.#overlap : this.#size)) return [{ start, end, soft }];
    for (let at = level; at < this.#levels.length; at += 1) {
      const here = this.#levels[at];
      if (here === undefined) break;
      const offsets = within(here.offsets, start, end);
      if (offsets.length > 0) return this.#join(start, end, offsets, here.overlap, at + 1, soft);
    }
    return this.#cutAnywhere(start, end, soft);
  }

  #join(start: number, end: number, offsets: number[], overlap: boolean, below: number, soft: boolean): Piece[] {
    const limit = this.#size - (overlap || soft ? this.#overlap : 0);
    const bounds = [start, ...offsets, end];
    const pieces: Piece[] = [];
    let run: (Span & { tokens: number })[] = [];
    const flush = () => {
      pieces.push(...this.#pack(run, limit, overlap, pieces.length === 0 ? soft : overlap));
      run = [];
    };
    for (let i = 0; i + 1 < bounds.length; i += 1) {
      const part = { start: bounds[i] ?? 0, end: bounds[i + 1] ?? 0 };
      const tokens = this.#tokens(part.start, part.end);
      if (tokens <= limit) {
        run.push({ ...part, tokens });
        continue;
      }
      flush();
      pieces.push(...this.cut(part.start, part.end, below, pieces.length === 0 ? soft : overlap));
    }
    flush();
    return pieces;
  }

  /** Joins neighbours that fit into as few pieces as possible, of about the same length: no tiny rest at the end. */
  #pack(run: readonly (Span & { tokens: number })[], limit: number, overlap: boolean, soft: boolean): Piece[] {
    const pieces: Piece[] = [];
    let rest = run.reduce((sum, part) => sum + part.tokens, 0);
    let target = rest / Math.ceil(rest / limit);
    let open: (Piece & { tokens: number }) | undefined;
    for (const part of run) {
      if (open !== undefined && (open.tokens + part.tokens > limit || open.tokens + part.tokens / 2 > target)) {
        pieces.push({ start: open.start, end: open.end, soft: open.soft });
        rest -= open.tokens;
        target = rest / Math.ceil(rest / limit);
        open = undefined;
      }
      if (open === undefined) open = { ...part, soft: pieces.length === 0 ? soft : overlap };
      else {
        open.end = part.end;
        open.tokens += part.tokens;
      }
    }
    if (open !== undefined) pieces.push({ start: open.start, end: open.end, soft: open.soft });
    return pieces;
  }

  /** Cuts what has no inner structure left: at white space where there is some, else between characters. */
  #cutAnywhere(start: number, end: number, soft: boolean): Piece[] {
    const pieces: Piece[] = [];
    const limit = this.#size - this.#overlap;
    for (let at = start; at < end; ) {
      const reach = this.#reach(at, end, limit);
      let stop = reach;
      if (reach < end) {
        const half = at + ((reach - at) >> 1);
        for (let i = reach; i > half; i -= 1) {
          if (/\s/.test(this.#text[i - 1] ?? '')) {
            stop = i;
            break;
          }
        }
      }
      pieces.push({ start: at, end: stop, soft: at === start ? soft : true });
      at = stop;
    }
    return pieces;
  }

  /** The furthest offset up to which a text from `start` has at most `limit` tokens; never inside a surrogate pair. */
  #reach(start: number, end: number, limit: number): number {
    let low = start + 1;
    let high = Math.min(end, start + limit * UNITS_PER_TOKEN);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#count(this.#text.slice(start, middle)) <= limit) low = middle;
      else high = middle - 1;
    }
    return isPairInside(this.#text, low) ? (low - 1 > start ? low - 1 : low + 1) : low;
  }

  /** Where a piece begins when it repeats the end of the one before: at a sentence or line, else at a word. */
  overlapStart(previous: Span, piece: Span): number {
    if (this.#overlap === 0) return piece.start;
    let best = piece.start;
    const from = Math.max(previous.start, piece.start - this.#overlap * UNITS_PER_TOKEN);
    const fits = (at: number) =>
      this.#count(this.#text.slice(at, piece.start)) <= this.#overlap &&
      this.#count(this.#text.slice(at, piece.end)) <= this.#size;
    for (const level of this.#levels.filter(({ overlap }) => overlap)) {
      const offsets = within(level.offsets, from, piece.start);
      for (let i = offsets.length - 1; i >= 0; i -= 1) {
        const at = offsets[i] ?? 0;
        if (!fits(at)) break;
        if (at < best && !this.#leavesFence(at, piece.start)) best = at;
      }
    }
    if (best < piece.start) return best;
    for (let at = piece.start - 1; at > from; at -= 1) {
      if (!/\s/.test(this.#text[at - 1] ?? '') || /\s/.test(this.#text[at] ?? '')) continue;
      if (!fits(at)) break;
      if (!this.#leavesFence(at, piece.start)) best = at;
    }
    return best;
  }

  /** Whether a text from `at` to `to` would begin inside fenced code and end after it: half a fence reads as prose. */
  #leavesFence(at: number, to: number): boolean {
    const fence = this.#fences[after(this.#fenceStarts, at - 1) - 1];
    return fence !== undefined && at < fence.end && to > fence.end;
  }
}

function isPairInside(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const behind = text.charCodeAt(at);
  return before >= 0xd800 && before <= 0xdbff && behind >= 0xdc00 && behind <= 0xdfff;
}

/** Without blank lines at its start and white space at its end; indentation of the first line stays. */
function trimmed(text: string, { start, end }: Span): Span {
  let to = end;
  while (to > start && /\s/.test(text[to - 1] ?? '')) to -= 1;
  let from = start;
  for (let i = start; i < to && /\s/.test(text[i] ?? ''); i += 1) if (text[i] === '\n') from = i + 1;
  // A piece that begins inside a line has no indentation to keep.
  if (from === start && start > 0 && text[start - 1] !== '\n')
    while (from < to && /\s/.test(text[from] ?? '')) from += 1;
  return { start: from, end: to };
}

/** Media types whose text is not the file itself: a line of it is no line of the file. */
const extracted = /pdf|html|officedocument|msword|message\/rfc822|opendocument|rtf/;

/** Titles of the headings that a place stands under: `Setup > Linux`. */
function sectionAt(headings: readonly Heading[], index: number): string {
  const path: Heading[] = [];
  for (let i = index; i >= 0; i -= 1) {
    const heading = headings[i];
    if (heading !== undefined && heading.level < (path[0]?.level ?? 7)) path.unshift(heading);
    if (path[0]?.level === 1) break;
  }
  return path
    .map((heading) => heading.title)
    .filter((title) => title !== '')
    .join(' > ')
    .slice(0, 300);
}

/**
 * Cuts a document into chunks by its type: Markdown at headings and blocks (a fenced code block is cut only when it
 * alone is too long), code at top-level blocks, tables and JSON lines at records, everything else at paragraphs and
 * sentences; never across a page. Exact: `document.text.slice(start, end) === text` for every chunk, in order, and
 * all text but white space is in some chunk. No chunk counts more than `size` tokens, save one made of a single
 * character that counts more, and save rounding of a counter that is not additive.
 * Adds `section` (the headings above) and `columns` (a CSV's first line) to the metadata when the document has none.
 */
export function chunkDocument(document: Document, size: ChunkSize, countTokens: (text: string) => number): Chunk[] {
  const { text } = document;
  const { kind, levels, headings, fences } = cutLevels(document);
  const cutter = new Cutter(text, { levels, fences }, size, countTokens);
  const pageStarts = document.pages ?? [];
  const regions = pageStarts.length > 0 ? [0, ...within(pageStarts, 0, text.length), text.length] : [0, text.length];
  const spans: Span[] = [];
  for (let i = 0; i + 1 < regions.length; i += 1) {
    const pieces = cutter.cut(regions[i] ?? 0, regions[i + 1] ?? 0);
    pieces.forEach((piece, n) => {
      const previous = pieces[n - 1];
      const start = piece.soft && previous !== undefined ? cutter.overlapStart(previous, piece) : piece.start;
      const span = trimmed(text, { start, end: piece.end });
      if (trimmed(text, piece).start < span.end) spans.push(span);
    });
  }
  const newlines: number[] = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) newlines.push(at);
  const hasLines = !extracted.test(document.mime) && pageStarts.length === 0;
  const starts = headings.map((heading) => heading.start);
  const columns =
    kind === 'rows' && /csv|tab-separated/.test(document.mime)
      ? text
          .slice(0, newlines[0] ?? text.length)
          .trim()
          .slice(0, 500)
      : '';

  return spans.map(({ start, end }) => {
    const part = text.slice(start, end);
    const section = headings.length > 0 ? sectionAt(headings, after(starts, start) - 1) : '';
    return {
      id: jsonHash([document.file, start, end, part]).slice(0, 32),
      documentId: document.id,
      file: document.file,
      ...(document.title !== undefined && { title: document.title }),
      text: part,
      start,
      end,
      ...(hasLines && { line: after(newlines, start - 1) + 1, endLine: after(newlines, end - 1) + 1 }),
      ...(pageStarts.length > 0 && { page: Math.max(1, after(pageStarts, start)) }),
      hash: sha256Hex(part),
      metadata: { ...(section !== '' && { section }), ...(columns !== '' && { columns }), ...document.metadata },
    };
  });
}
