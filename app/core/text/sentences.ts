/** A piece of a text by UTF-16 offsets: `text.slice(start, end)`. */
export interface Span {
  start: number;
  end: number;
}

const abbreviations = new Set(
  (
    'e.g i.e cf vs etc al approx fig figs vol ed eds dr mr mrs ms prof st jr sr inc ltd corp dept incl excl ' +
    'jan feb apr jun jul aug sept oct nov dec z.b d.h u.a bzw usw ggf str'
  ).split(' '),
);
/** Words that are abbreviations only before a number: “No. 5”, but “He said no. Then …”. */
const beforeNumber = new Set('no nos nr p pp ch sec art ca min max mar est tel'.split(' '));

const fence = /^ {0,3}(`{3,}|~{3,})/;
const heading = /^ {0,3}#{1,6}(\s|$)/;
/** Lines that begin something of their own: list items, table rows, quotes. */
const itemStart = /^\s{0,12}(?:[-*+•]\s|\d{1,4}[.)]\s|\||>)/;

function isSpace(code: number): boolean {
  return (
    code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0x3000 || code === 0x2028 || code === 0x2029
  );
}

/** Paragraphs, list items, headings and fenced code blocks, in order; blank lines lie between them. */
function blocks(text: string): (Span & { code: boolean })[] {
  const found: (Span & { code: boolean })[] = [];
  let open: (Span & { code: boolean }) | undefined;
  let mark = '';
  const close = () => {
    if (open !== undefined) found.push(open);
    open = undefined;
    mark = '';
  };
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    // The head of a line decides what it is; a line may be megabytes long.
    const head = text.slice(start, Math.min(end, start + 256));
    const fenced = fence.exec(head)?.[1];
    if (mark !== '' && open !== undefined) {
      open.end = end;
      if (fenced?.startsWith(mark) && head.trim() === fenced) close();
    } else if (fenced !== undefined) {
      close();
      open = { start, end, code: true };
      mark = fenced;
    } else if (head.trim() === '' && (end - start <= 256 || text.slice(start, end).trim() === '')) {
      close();
    } else if (heading.test(head)) {
      close();
      found.push({ start, end, code: false });
    } else if (open === undefined || itemStart.test(head)) {
      close();
      open = { start, end, code: false };
    } else {
      open.end = end;
    }
    start = end + 1;
  }
  close();
  return found;
}

/** Whether the full stop at `dot` ends an abbreviation or an initial rather than a sentence. */
function isAbbreviation(text: string, dot: number): boolean {
  let start = dot;
  while (start > 0 && dot - start < 12 && /[\p{L}\p{N}.]/u.test(text[start - 1] ?? '')) start -= 1;
  const word = text.slice(start, dot).toLowerCase();
  if (word.length === 1) return /\p{L}/u.test(word) && text[start] !== word && word !== 'i';
  return abbreviations.has(word) || (beforeNumber.has(word) && /^\s\d/.test(text.slice(dot + 1, dot + 3)));
}

/** Offset just after the sentence whose last mark is at `at`; `at` itself when the mark does not end one. */
function sentenceEnd(text: string, at: number, limit: number): number {
  const last = text.charCodeAt(at);
  let end = at + 1;
  const wide = last === 0x3002 || last === 0xff01 || last === 0xff1f || last === 0xff61;
  while (end < limit && '"\'”’»)]*_`」』）】'.includes(text[end] ?? '')) end += 1;
  if (wide || end >= limit) return end;
  if (!isSpace(text.charCodeAt(end))) return at;
  // A citation mark that follows the full stop belongs to the sentence before it: “… three times. [2] Then …”
  for (let marker = end; ; ) {
    while (marker < limit && marker - end < 3 && isSpace(text.charCodeAt(marker))) marker += 1;
    const mark = /^\[[A-Za-z0-9]{1,4}\]/.exec(text.slice(marker, Math.min(limit, marker + 6)))?.[0];
    if (mark === undefined) break;
    end = marker + mark.length;
    marker = end;
  }
  let next = end;
  while (next < limit && isSpace(text.charCodeAt(next))) next += 1;
  if (next >= limit) return end;
  if (/\p{Ll}/u.test(text[next] ?? '')) return at;
  if (last === 46 && isAbbreviation(text, at)) return at;
  return end;
}

/**
 * The sentences of a text in order, without the white space around them. Made for documents as they are: Markdown,
 * lists, tables, fenced code (one span each), hard-wrapped lines, abbreviations, CJK full stops, citation marks after
 * the full stop. A deterministic rule of thumb, linear in time on any input; not a parser of language.
 */
export function sentenceSpans(text: string): Span[] {
  const spans: Span[] = [];
  const push = (from: number, to: number) => {
    let start = from;
    let end = to;
    while (start < end && isSpace(text.charCodeAt(start))) start += 1;
    while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
    if (start < end) spans.push({ start, end });
  };
  for (const block of blocks(text)) {
    if (block.code) {
      push(block.start, block.end);
      continue;
    }
    let start = block.start;
    // “1. First” begins with a full stop that ends nothing.
    const numbering =
      /^\s{0,12}\d{1,4}[.)]\s/.exec(text.slice(start, Math.min(block.end, start + 24)))?.[0].length ?? 0;
    for (let i = start + numbering; i < block.end; i += 1) {
      const c = text.charCodeAt(i);
      const stop = c === 46 || c === 33 || c === 63 || c === 0x2026;
      if (!stop && c !== 0x3002 && c !== 0xff01 && c !== 0xff1f && c !== 0xff61) continue;
      const after = text.charCodeAt(i + 1);
      if (stop && (after === 46 || after === 33 || after === 63 || after === 0x2026)) continue;
      const end = sentenceEnd(text, i, block.end);
      if (end === i) continue;
      push(start, end);
      start = end;
      i = end - 1;
    }
    push(start, block.end);
  }
  return spans;
}

/** The sentences of a text as strings. */
export function sentences(text: string): string[] {
  return sentenceSpans(text).map((span) => text.slice(span.start, span.end));
}
