import { jsonHash, sha256Hex } from '../graph/hash.ts';
import type { Chunk, Context, PackedChunk } from '../graph/values.ts';
import { nearDuplicates } from './near-duplicates.ts';

export interface PackOptions {
  /** Tokens that the whole text may have at most. */
  budgetTokens: number;
  /** rank: as given, best first. source: by file and place in it. */
  order: 'rank' | 'source';
  /** Leave out a chunk that says almost the same as one before it. */
  dedupe: boolean;
  /** Make one piece of chunks of a document that overlap or touch, so that no text stands twice. */
  join: boolean;
}

/** What became of a chunk that does not stand in the text by itself. */
export interface LeftOut {
  chunk: Chunk;
  reason: 'budget' | 'duplicate' | 'joined';
  /** The chunk that says the same, or the piece that it was joined into. */
  of?: string;
  /** What it would have taken of the budget. */
  tokens?: number;
}

export interface PackedContext {
  context: Context;
  leftOut: LeftOut[];
}

/** Where a chunk comes from, for people and models: `file:line`, `file, page n` or the file alone. */
export function sourceLabel(chunk: Pick<Chunk, 'file' | 'line' | 'page'>): string {
  if (chunk.page !== undefined) return `${chunk.file}, page ${chunk.page}`;
  return chunk.line === undefined ? chunk.file : `${chunk.file}:${chunk.line}`;
}

const block = (marker: string, chunk: Chunk) => `[${marker}] ${sourceLabel(chunk)}\n${chunk.text}`;

/** One chunk for two of a document whose spans overlap or touch; keeps the scores of the first. */
function joinTwo(better: Chunk, other: Chunk): Chunk {
  const [first, second] = better.start <= other.start ? [better, other] : [other, better];
  const text = first.text + second.text.slice(first.end - second.start);
  const end = Math.max(first.end, second.end);
  return {
    ...better,
    id: jsonHash([better.file, first.start, end, text]).slice(0, 32),
    text,
    start: first.start,
    end,
    hash: sha256Hex(text),
    ...(first.line !== undefined && { line: first.line }),
    ...(second.endLine !== undefined && { endLine: Math.max(first.endLine ?? 0, second.endLine) }),
  };
}

/** Joins chunks of one document and page whose spans overlap or touch; the best rank of those joined counts. */
function joinOverlapping(chunks: readonly Chunk[]): { chunk: Chunk; parts: Chunk[] }[] {
  const places = new Map<string, { rank: number; chunk: Chunk }[]>();
  chunks.forEach((chunk, rank) => {
    const key = JSON.stringify([chunk.documentId, chunk.page, chunk.collection]);
    places.set(key, [...(places.get(key) ?? []), { rank, chunk }]);
  });
  const joined: { rank: number; chunk: Chunk; parts: Chunk[] }[] = [];
  for (const entries of places.values()) {
    let open: { rank: number; chunk: Chunk; parts: Chunk[] } | undefined;
    for (const entry of entries.sort((a, b) => a.chunk.start - b.chunk.start || a.rank - b.rank)) {
      const { chunk } = entry;
      if (open === undefined || chunk.start > open.chunk.end) {
        if (open !== undefined) joined.push(open);
        open = { ...entry, parts: [chunk] };
        continue;
      }
      const [better, other] = open.rank < entry.rank ? [open, entry] : [entry, open];
      open = { rank: better.rank, chunk: joinTwo(better.chunk, other.chunk), parts: [...open.parts, chunk] };
    }
    if (open !== undefined) joined.push(open);
  }
  return joined.sort((a, b) => a.rank - b.rank);
}

const bySource = (a: Chunk, b: Chunk) =>
  a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start || a.end - b.end || (a.id < b.id ? -1 : 1);

/**
 * Packs ranked chunks into a token budget. Takes them best first, skips one that no longer fits and tries the next;
 * marks those taken `1`, `2` … in the order in which they stand in the text.
 */
export function packContext(
  chunks: readonly Chunk[],
  options: PackOptions,
  count: (text: string) => number,
): PackedContext {
  const pieces = options.join ? joinOverlapping(chunks) : chunks.map((chunk) => ({ chunk, parts: [chunk] }));
  const twins = options.dedupe ? nearDuplicates(pieces.map(({ chunk }) => chunk.text)) : [];
  const dropped: (LeftOut & { reason: 'budget' | 'duplicate' })[] = [];
  const taken: Chunk[] = [];
  let used = 0;
  pieces.forEach(({ chunk }, i) => {
    const twin = twins[i] === undefined ? undefined : pieces[twins[i]];
    if (twin !== undefined) {
      dropped.push({ chunk, reason: 'duplicate', of: twin.chunk.id });
      return;
    }
    // The marker's own length hardly matters; two tokens for the blank line between blocks.
    const tokens = count(block('99', chunk)) + 2;
    if (used + tokens > options.budgetTokens) dropped.push({ chunk, reason: 'budget', tokens });
    else {
      taken.push(chunk);
      used += tokens;
    }
  });
  for (;;) {
    const shown = options.order === 'source' ? taken.toSorted(bySource) : taken;
    const text = shown.map((chunk, i) => block(String(i + 1), chunk)).join('\n\n');
    const tokens = count(text);
    // Counters are not additive: the sum of the parts can fall short of the whole.
    if (tokens > options.budgetTokens && taken.length > 0) {
      const last = taken.pop();
      if (last !== undefined) dropped.push({ chunk: last, reason: 'budget', tokens: count(last.text) });
      continue;
    }
    const packed: PackedChunk[] = shown.map((chunk, i) => ({
      ...chunk,
      marker: String(i + 1),
      tokens: count(chunk.text),
    }));
    const joined = pieces.flatMap(({ chunk, parts }) =>
      parts.length === 1 ? [] : parts.map((part): LeftOut => ({ chunk: part, reason: 'joined', of: chunk.id })),
    );
    return {
      context: {
        text,
        chunks: packed,
        tokens,
        dropped: dropped.map(({ chunk: { id, file }, reason }) => ({ id, file, reason })),
      },
      leftOut: [...dropped, ...joined],
    };
  }
}
