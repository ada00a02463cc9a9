import { AppError } from '../../core/errors/app-error.ts';
import type { Chunk, Document } from '../../core/graph/values.ts';

/** Where in a document someone wants to look. Offsets in UTF-16 units of its text; lines and pages from 1. */
export interface Place {
  start?: number;
  end?: number;
  line?: number;
  page?: number;
}

export interface DocumentPart {
  file: string;
  title: string | null;
  mime: string;
  /** SHA-256 of the file's bytes: tells whether it is what was cited. */
  hash: string;
  /** The part round the place. */
  text: string;
  /** Where the part begins in the whole text, and on which line. */
  offset: number;
  line: number;
  /** Length of the whole text. */
  length: number;
  /** Where in the whole text the place begins; the beginning when none was named or it is not there. */
  at: number;
  page: number | null;
}

/** UTF-16 units of a part: what a person reads and a screen scrolls. */
const PART = 60_000;

/** The part of a document round a place, cut at line ends. */
export function partAt(document: Document, place: Place): DocumentPart {
  const { text, pages } = document;
  const at = Math.min(placeIn(document, place), Math.max(0, text.length - 1));
  let from = text.length <= PART ? 0 : Math.max(0, at - PART / 2);
  if (from > 0) from = text.indexOf('\n', from - 1) + 1 || from;
  if (from > at) from = at;
  let to = Math.min(text.length, from + PART);
  if (to < text.length) {
    const end = text.lastIndexOf('\n', to);
    if (end > at) to = end;
  }
  return {
    file: document.file,
    title: document.title ?? null,
    mime: document.mime,
    hash: document.hash,
    text: text.slice(from, to).toWellFormed(),
    offset: from,
    line: countLines(text, from),
    length: text.length,
    at: Math.max(0, at),
    page: pages ? pages.findLastIndex((start) => start <= at) + 1 || 1 : null,
  };
}

function placeIn({ text, pages }: Document, { start, line, page }: Place): number {
  if (start !== undefined && start < text.length) return start;
  if (page !== undefined && pages) return pages[page - 1] ?? 0;
  if (line === undefined) return 0;
  let at = 0;
  for (let n = 1; n < line; n += 1) {
    const next = text.indexOf('\n', at);
    if (next < 0) return 0;
    at = next + 1;
  }
  return at;
}

/** Line of an offset, counted from 1. */
function countLines(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

export interface ReadPlacePorts {
  /** Files that answers may cite: what collections are made of, and the documents folder. */
  findCitable(): Promise<ReadonlySet<string>>;
  load(file: string): Promise<Document>;
}

/** @throws AppError document.outside for a file that no answer can cite, and what loading throws */
export async function readPlace(ports: ReadPlacePorts, file: string, place: Place): Promise<DocumentPart> {
  return partAt(await readCitable(ports, file), place);
}

export interface ChunkedPart extends DocumentPart {
  /** How many chunks the whole document makes. */
  count: number;
  /** Those that reach into the part, counted from 1, with their places in the whole text. */
  chunks: { number: number; start: number; end: number }[];
}

/**
 * The part of a document round a place with the chunks that it is cut into.
 * @throws AppError document.outside for a file that no answer can cite, and what loading throws
 */
export async function readChunks(
  ports: ReadPlacePorts & { chunk(document: Document): Chunk[] },
  file: string,
  place: Place,
): Promise<ChunkedPart> {
  const document = await readCitable(ports, file);
  const part = partAt(document, place);
  const end = part.offset + part.text.length;
  const chunks = ports.chunk(document);
  return {
    ...part,
    count: chunks.length,
    chunks: chunks
      .map((chunk, at) => ({ number: at + 1, start: chunk.start, end: chunk.end }))
      .filter((span) => span.start < end && span.end > part.offset),
  };
}

async function readCitable(ports: ReadPlacePorts, file: string): Promise<Document> {
  if (!(await ports.findCitable()).has(file)) {
    throw new AppError('document.outside', {
      message: 'This file is none of the documents of the workspace.',
      where: file,
      remedy: 'It may have been removed or renamed since it was cited.',
    });
  }
  return ports.load(file);
}
