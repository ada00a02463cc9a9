import type { Citation, Context, PackedChunk } from '../graph/values.ts';
import { type Span, sentenceSpans } from './sentences.ts';
import { terms } from './words.ts';

/** A mark like `[1]` or `[1, 3]` in an answer. */
export interface CitationMark extends Span {
  markers: string[];
}

const mark = /\[(\d{1,4}(?:\s{0,2}[,;]\s{0,2}\d{1,4}){0,20})\](?!\()/g;

/** The citation marks of a text in order; those in inline code or fenced code are none, neither are link texts. */
export function citationMarks(text: string): CitationMark[] {
  const code = [...text.matchAll(/```[\s\S]*?(?:```|$)|`[^`\n]{1,400}`/g)].map((m) => ({
    start: m.index,
    end: m.index + m[0].length,
  }));
  const found: CitationMark[] = [];
  let i = 0;
  for (const match of text.matchAll(mark)) {
    while (i < code.length && (code[i]?.end ?? 0) <= match.index) i += 1;
    if ((code[i]?.start ?? Number.POSITIVE_INFINITY) <= match.index) continue;
    const markers = (match[1] ?? '').split(/[,;]/).map((part) => part.trim());
    found.push({ start: match.index, end: match.index + match[0].length, markers });
  }
  return found;
}

/** A sentence of an answer with what it cites. */
export interface Claim extends Span {
  /** Without its citation marks. */
  text: string;
  markers: string[];
}

/** The sentences of an answer that say something, each with its citations. */
export function claimsOf(text: string): Claim[] {
  const marks = citationMarks(text);
  const claims: Claim[] = [];
  let i = 0;
  for (const { start, end } of sentenceSpans(text)) {
    let bare = '';
    let at = start;
    const markers: string[] = [];
    for (; i < marks.length && (marks[i]?.start ?? 0) < end; i += 1) {
      const found = marks[i];
      if (found === undefined || found.start < at) continue;
      bare += text.slice(at, found.start);
      at = found.end;
      markers.push(...found.markers);
    }
    bare = (bare + text.slice(at, end)).replace(/\s+([.,;:!?…])/g, '$1').trim();
    if (/[\p{L}\p{N}]/u.test(bare)) claims.push({ start, end, text: bare, markers: [...new Set(markers)] });
    else claims.at(-1)?.markers.push(...markers.filter((marker) => !claims.at(-1)?.markers.includes(marker)));
  }
  return claims;
}

/** Where a quote stands in a text: exactly, else with other white space between its words. */
export function findQuote(quote: string, text: string): Span | undefined {
  const wanted = quote.trim();
  if (wanted === '') return undefined;
  const at = text.indexOf(wanted);
  if (at >= 0) return { start: at, end: at + wanted.length };
  const parts = wanted.split(/\s+/);
  for (let from = text.indexOf(parts[0] ?? ''); from >= 0; from = text.indexOf(parts[0] ?? '', from + 1)) {
    let end = from;
    const matches = parts.every((part, n) => {
      if (n > 0) {
        const gap = /^\s{1,20}/.exec(text.slice(end, end + 20))?.[0].length ?? 0;
        if (gap === 0) return false;
        end += gap;
      }
      const here = text.startsWith(part, end);
      end += part.length;
      return here;
    });
    if (matches) return { start: from, end };
  }
  return undefined;
}

/** The sentence of a chunk that shares most with a claim, when it shares anything. */
function supportingSentence(claim: string, chunk: PackedChunk): Span | undefined {
  const wanted = new Set(terms(claim));
  let best: Span | undefined;
  let bestScore = 0;
  for (const span of sentenceSpans(chunk.text)) {
    const found = new Set(terms(chunk.text.slice(span.start, span.end)));
    let shared = 0;
    for (const term of found) if (wanted.has(term)) shared += 1;
    const score = shared / Math.sqrt(found.size + 1);
    if (score > bestScore) [best, bestScore] = [span, score];
  }
  return best;
}

/** A citation of a span of a chunk: the quote is the source's own text, so it is verbatim by construction. */
function cite(marker: string, chunk: PackedChunk, span: Span | undefined): Citation {
  const before = span === undefined ? '' : chunk.text.slice(0, span.start);
  const line = chunk.line === undefined ? undefined : chunk.line + before.split('\n').length - 1;
  return {
    marker,
    chunkId: chunk.id,
    file: chunk.file,
    ...(chunk.page !== undefined && { page: chunk.page }),
    ...(line !== undefined && { line }),
    ...(span !== undefined && {
      start: chunk.start + span.start,
      end: chunk.start + span.end,
      quote: chunk.text.slice(span.start, span.end),
    }),
  };
}

function chunksByMarker(context: Context | undefined): Map<string, PackedChunk> {
  return new Map(context?.chunks.map((chunk) => [chunk.marker, chunk]));
}

function distinct(citations: readonly Citation[]): Citation[] {
  const seen = new Set<string>();
  return citations.filter(({ marker, start, quote }) => {
    const key = JSON.stringify([marker, start, quote]);
    return !seen.has(key) && seen.add(key);
  });
}

/**
 * The citations of an answer that cites by marks, each led back to file, page or line and span: the claim itself where
 * the source has it word for word, else the source's sentence nearest to it. A mark that the context does not have
 * gives a citation of the mark alone, which the citations check refuses.
 */
export function resolveCitations(text: string, context: Context | undefined): Citation[] {
  const chunks = chunksByMarker(context);
  const citations: Citation[] = [];
  for (const claim of claimsOf(text)) {
    for (const marker of claim.markers) {
      const chunk = chunks.get(marker);
      if (chunk === undefined) citations.push({ marker });
      else
        citations.push(cite(marker, chunk, findQuote(claim.text, chunk.text) ?? supportingSentence(claim.text, chunk)));
    }
  }
  return distinct(citations);
}

/** Citations that a model gave itself as marker and quote; one whose quote is not in the source gets no span. */
export function locateCitations(
  given: readonly { marker: string; quote?: string | undefined }[],
  context: Context | undefined,
): Citation[] {
  const chunks = chunksByMarker(context);
  return distinct(
    given.map(({ marker, quote }) => {
      const chunk = chunks.get(marker);
      if (chunk === undefined) return { marker, ...(quote !== undefined && { quote }) };
      const span = quote === undefined ? undefined : findQuote(quote, chunk.text);
      return { ...cite(marker, chunk, span), ...(span === undefined && quote !== undefined && { quote }) };
    }),
  );
}

/** What is wrong with a citation, or undefined: its mark must be the context's, its quote the chunk's own words there. */
export function citationProblem(citation: Citation, context: Context): string | undefined {
  const chunk = chunksByMarker(context).get(citation.marker);
  if (chunk === undefined) return `[${citation.marker}] is not a source of the context.`;
  if (citation.chunkId !== undefined && citation.chunkId !== chunk.id)
    return `[${citation.marker}] names another chunk than the context.`;
  if (citation.quote === undefined) return undefined;
  if (citation.start === undefined || citation.end === undefined)
    return `The quote given for [${citation.marker}] does not stand in its source.`;
  const there = chunk.text.slice(citation.start - chunk.start, citation.end - chunk.start);
  const inside = citation.start >= chunk.start && citation.end <= chunk.end;
  return inside && there === citation.quote
    ? undefined
    : `The quote given for [${citation.marker}] does not stand in its source.`;
}
