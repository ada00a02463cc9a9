/** A piece of a text that the same chunks cover. */
export interface TextPiece {
  text: string;
  /** Where it begins in the whole text. */
  start: number;
  /** Numbers of the chunks that it belongs to, counted from 1: none between chunks, several where they overlap. */
  chunks: readonly number[];
}

export interface Span {
  start: number;
  end: number;
}

/** A part of a text, cut wherever a chunk begins or ends. `offset`: where the part begins; spans are of the whole text. */
export function textPieces(text: string, offset: number, spans: readonly (Span & { number: number })[]): TextPiece[] {
  const end = offset + text.length;
  const cuts = new Set([offset, end]);
  for (const span of spans) for (const at of [span.start, span.end]) if (at > offset && at < end) cuts.add(at);
  const places = [...cuts].sort((a, b) => a - b);
  return places.slice(0, -1).map((start, at) => {
    const stop = places[at + 1] ?? end;
    const chunks = spans.filter((span) => span.start < stop && span.end > start).map(({ number }) => number);
    return { text: text.slice(start - offset, stop - offset), start, chunks };
  });
}
