import type { Document } from '../graph/values.ts';
import { type Span, sentenceSpans } from './sentences.ts';

/** How a document is cut: decides which places of its text are good ones. */
export type DocumentKind = 'markdown' | 'code' | 'rows' | 'text';

const codeExtensions = new Set(
  (
    'c cc cpp cxx h hpp hh cs go java js jsx mjs cjs ts tsx mts cts json jsonc php proto py pyi rb rs scala swift kt kts sol sh ' +
    'bash zsh fish ps1 sql lua pl pm r jl dart ex exs erl hs ml fs clj groovy css scss less toml yaml yml xml vue svelte tf'
  ).split(' '),
);

/** The kind of a document by its media type, and by its file name where that says nothing. */
export function documentKind(document: Pick<Document, 'file' | 'mime'>): DocumentKind {
  const mime = document.mime.toLowerCase().split(';', 1)[0]?.trim() ?? '';
  const extension = /\.([A-Za-z0-9]+)$/.exec(document.file)?.[1]?.toLowerCase() ?? '';
  if (/^text\/(?:x-)?(?:markdown|mdx)$/.test(mime)) return 'markdown';
  if (/^text\/(?:csv|tab-separated-values)$/.test(mime) || /(?:jsonl|ndjson|json-lines|json-seq)$/.test(mime))
    return 'rows';
  if (
    /^(?:text\/x-|application\/(?:x-)?(?:javascript|typescript|json|sql|sh|yaml|toml|xml)$|text\/(?:javascript|typescript|css|xml|yaml)$)/.test(
      mime,
    )
  ) {
    return 'code';
  }
  if (mime === 'text/html' || (mime !== '' && mime !== 'text/plain' && mime !== 'application/octet-stream'))
    return 'text';
  if (/^(?:md|mdx|markdown)$/.test(extension)) return 'markdown';
  if (/^(?:csv|tsv|jsonl|ndjson)$/.test(extension)) return 'rows';
  return codeExtensions.has(extension) ? 'code' : 'text';
}

/** Good places to cut, of one strength: ascending offsets into the text, each the start of what follows. */
export interface CutLevel {
  offsets: readonly number[];
  /** The cut goes through something that belongs together: what follows repeats the end of what came before. */
  overlap: boolean;
}

export interface Heading {
  start: number;
  level: number;
  title: string;
}

interface Line {
  start: number;
  end: number;
  blank: boolean;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    let at = start;
    while (at < end && text.charCodeAt(at) <= 32) at += 1;
    lines.push({ start, end, blank: at === end });
    start = end + 1;
  }
  return lines;
}

interface MarkdownShape {
  headings: Heading[];
  /** Starts of blocks (paragraphs, lists, tables, fences); none inside a fence or front matter. */
  blocks: number[];
  fences: Span[];
}

/** Headings and blocks of Markdown, by a scan of its lines: fences, ATX and setext headings, front matter. */
function markdownShape(text: string): MarkdownShape {
  const lines = linesOf(text);
  const headings: Heading[] = [];
  const blocks: number[] = [];
  const fences: Span[] = [];
  let fence = '';
  let first = 0;
  if (/^---\s*$/.test(text.slice(0, lines[0]?.end ?? 0))) {
    const close = lines.findIndex(
      (line, i) => i > 0 && i < 200 && /^(?:---|\.\.\.)\s*$/.test(text.slice(line.start, line.end)),
    );
    if (close > 0) first = close + 1;
  }
  let afterBlank = true;
  for (let i = first; i < lines.length; i += 1) {
    const line = lines[i];
    if (line === undefined) break;
    const head = text.slice(line.start, Math.min(line.end, line.start + 300));
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(head)?.[1];
    if (fence !== '') {
      const open = fences.at(-1);
      if (open !== undefined) open.end = line.end;
      if (mark?.startsWith(fence) && head.trim() === mark) fence = '';
      continue;
    }
    if (mark !== undefined) {
      // A fence stays with the line that introduces it unless a blank line parts them.
      if (afterBlank) blocks.push(line.start);
      fence = mark;
      fences.push({ start: line.start, end: line.end });
      afterBlank = false;
      continue;
    }
    if (line.blank) {
      afterBlank = true;
      continue;
    }
    const atx = /^ {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$/.exec(head);
    const underline = /^ {0,3}(=+|-+)\s*$/.exec(head)?.[1];
    const above = lines[i - 1];
    if (atx !== null) {
      headings.push({ start: line.start, level: atx[1]?.length ?? 1, title: atx[2] ?? '' });
      blocks.push(line.start);
      afterBlank = true;
      continue;
    }
    if (underline !== undefined && above !== undefined && !above.blank && i > first && blocks.at(-1) === above.start) {
      const title = text.slice(above.start, above.end).trim();
      if (headings.at(-1)?.start !== above.start && !/^(?:[-*+>|]|\d+[.)])/.test(title)) {
        headings.push({ start: above.start, level: underline.startsWith('=') ? 1 : 2, title });
        afterBlank = true;
        continue;
      }
    }
    if (afterBlank) blocks.push(line.start);
    afterBlank = false;
  }
  return { headings, blocks, fences };
}

function markdownLevels(text: string, shape: MarkdownShape): CutLevel[] {
  // Headings that follow each other without text between them are cut before the first only, at the strength of the
  // highest: no chunk ends with a lone heading.
  const starts = new Set(shape.headings.map((heading) => heading.start));
  const cuts: { start: number; level: number }[] = [];
  let previous: number | undefined;
  const lone = new Set<number>();
  const order = shape.blocks;
  for (let i = 0; i < order.length; i += 1) {
    const at = order[i] ?? 0;
    if (previous !== undefined) lone.add(at);
    previous = starts.has(at) ? at : undefined;
  }
  for (const heading of shape.headings) {
    const last = cuts.at(-1);
    if (lone.has(heading.start) && last !== undefined) last.level = Math.min(last.level, heading.level);
    else cuts.push({ start: heading.start, level: heading.level });
  }
  const levels: CutLevel[] = [];
  for (let level = 1; level <= 6; level += 1) {
    const offsets = cuts.filter((cut) => cut.level <= level).map((cut) => cut.start);
    if (offsets.length > (levels.at(-1)?.offsets.length ?? 0)) levels.push({ offsets, overlap: false });
  }
  levels.push({ offsets: order.filter((at) => !lone.has(at)), overlap: true });
  levels.push({
    offsets: sentenceSpans(text)
      .map((span) => span.start)
      .filter((at) => !lone.has(at)),
    overlap: true,
  });
  return levels;
}

/** Starts of top-level blocks, then of all blocks that blank lines part: needs no grammar, so it fits any language. */
function codeLevels(text: string): CutLevel[] {
  const lines = linesOf(text);
  const top: number[] = [];
  const inner: number[] = [];
  let afterBlank = true;
  for (const line of lines) {
    if (line.blank) {
      afterBlank = true;
      continue;
    }
    if (afterBlank) {
      inner.push(line.start);
      // An unindented line that closes something (`}`, `)`, `end`) belongs to what stands above it.
      const head = text.slice(line.start, line.start + 8);
      if (!/^(?:\s|[)}\]]|end\b|else\b|fi\b|done\b)/.test(head)) top.push(line.start);
    }
    afterBlank = false;
  }
  return [
    { offsets: top, overlap: false },
    { offsets: inner, overlap: true },
    { offsets: lines.filter((line) => !line.blank).map((line) => line.start), overlap: true },
  ];
}

/** Starts of records: lines, save that a line break inside a quoted field does not end one. */
function rowLevels(text: string, quoted: boolean): CutLevel[] {
  const offsets: number[] = [];
  let inQuotes = false;
  let start = 0;
  for (let i = 0; i <= text.length; i += 1) {
    const c = i < text.length ? text.charCodeAt(i) : 10;
    if (quoted && c === 34) inQuotes = !inQuotes;
    if (c === 10 && !inQuotes) {
      offsets.push(start);
      start = i + 1;
    }
  }
  // An unclosed quote would make one endless record of the rest: then lines are as good as it gets.
  if (inQuotes) return rowLevels(text, false);
  return [
    { offsets, overlap: false },
    { offsets: linesOf(text).map((line) => line.start), overlap: false },
  ];
}

function textLevels(text: string): CutLevel[] {
  const lines = linesOf(text);
  const paragraphs = lines
    .filter((line, i) => !line.blank && (i === 0 || lines[i - 1]?.blank))
    .map((line) => line.start);
  return [
    { offsets: paragraphs, overlap: true },
    { offsets: sentenceSpans(text).map((span) => span.start), overlap: true },
    { offsets: lines.filter((line) => !line.blank).map((line) => line.start), overlap: true },
  ];
}

/** The places where a document may be cut, strongest first; below the last come words, then characters. */
export function cutLevels(document: Pick<Document, 'file' | 'mime' | 'text'>): {
  kind: DocumentKind;
  levels: CutLevel[];
  headings: Heading[];
  /** Fenced code: no overlap begins inside one. */
  fences: Span[];
} {
  const kind = documentKind(document);
  if (kind === 'markdown') {
    const shape = markdownShape(document.text);
    const lines = linesOf(document.text)
      .filter((line) => !line.blank)
      .map((line) => line.start);
    return {
      kind,
      levels: [...markdownLevels(document.text, shape), { offsets: lines, overlap: true }],
      headings: shape.headings,
      fences: shape.fences,
    };
  }
  if (kind === 'code') return { kind, levels: codeLevels(document.text), headings: [], fences: [] };
  if (kind === 'rows') {
    const csv = /csv|tab-separated/i.test(document.mime) || /\.(?:csv|tsv)$/i.test(document.file);
    return { kind, levels: rowLevels(document.text, csv), headings: [], fences: [] };
  }
  return { kind, levels: textLevels(document.text), headings: [], fences: [] };
}
