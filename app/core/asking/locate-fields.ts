import type { Json, JsonObject } from '../graph/json.ts';
import { findQuote } from '../text/citations.ts';
import type { Span } from '../text/sentences.ts';
import { asPointer, type CitedValue, type Leaf, leavesOf } from './cited-schema.ts';

/** A text that was asked about, and where it stands in its source. */
export interface Passage {
  /** Which of the sources, from 0. */
  source: number;
  text: string;
  /** Offset of the text in its source. */
  start: number;
  file?: string | undefined;
  /** Line of the first character, from 1. */
  line?: number | undefined;
  /** Page of a passage that lies on one; for those with `pages`, worked out. */
  page?: number | undefined;
  /** Where each page of the source begins. */
  pages?: readonly number[] | undefined;
}

/** A field of a value with the place that it comes from. */
export interface LocatedField {
  field: string;
  value: Leaf['value'];
  /** quote: the words given stand in the source. value: no such words, but the value itself does. no: neither. */
  found: 'quote' | 'value' | 'no';
  /** Whether the quote holds the value, for texts and numbers: a right quote may be given for a wrong value. */
  agrees?: boolean;
  source: number;
  /** The source's own words, and their span in it. */
  quote?: string;
  start?: number;
  end?: number;
  file?: string;
  page?: number;
  line?: number;
}

/** Every field of a value, led back to the passage it was read from. */
export function locateFields({ value, quotes }: CitedValue, passage: Passage): LocatedField[] {
  const given = new Map<string, string>();
  for (const { field, quote } of quotes) if (!given.has(asPointer(field))) given.set(asPointer(field), quote);
  return leavesOf(value).map((leaf) => locate(leaf, nearest(given, leaf.field), passage));
}

/** The quote of a field, else that of the nearest object or list around it. */
function nearest(quotes: ReadonlyMap<string, string>, field: string): string | undefined {
  for (let at = field; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const quote = quotes.get(at);
    if (quote !== undefined || at === '') return quote;
  }
}

function locate({ field, value }: Leaf, quote: string | undefined, passage: Passage): LocatedField {
  const quoted = quote === undefined ? undefined : findQuote(quote, passage.text);
  const span = quoted ?? findValue(value, passage.text);
  const found = quoted !== undefined ? 'quote' : span !== undefined ? 'value' : 'no';
  const words = span === undefined ? undefined : passage.text.slice(span.start, span.end);
  const agrees = words === undefined ? undefined : holds(words, value);
  return {
    field,
    value,
    found,
    ...(agrees !== undefined && { agrees }),
    source: passage.source,
    ...(span !== undefined && words !== undefined && { quote: words, ...place(span, passage) }),
  };
}

function place({ start, end }: Span, passage: Passage): Partial<LocatedField> {
  const at = passage.start + start;
  const page = passage.pages === undefined ? passage.page : passage.pages.findLastIndex((from) => from <= at) + 1;
  const line =
    passage.line === undefined ? undefined : passage.line + passage.text.slice(0, start).split('\n').length - 1;
  return {
    start: at,
    end: passage.start + end,
    ...(passage.file !== undefined && { file: passage.file }),
    ...(page !== undefined && page > 0 && { page }),
    ...(line !== undefined && { line }),
  };
}

/** Shorter texts stand anywhere by chance. */
const LEAST_TEXT = 3;

/** Where the value itself stands, when it is plain enough to be looked for. */
function findValue(value: Leaf['value'], text: string): Span | undefined {
  if (typeof value === 'boolean') return undefined;
  const wanted = String(value);
  if (typeof value === 'string') return wanted.trim().length < LEAST_TEXT ? undefined : findQuote(wanted, text);
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    const end = at + wanted.length;
    // Not a part of a longer number.
    if (!/[\d.,]$/.test(text.slice(Math.max(0, at - 1), at)) && !/^([\d]|[.,]\d)/.test(text.slice(end, end + 2)))
      return { start: at, end };
  }
  return undefined;
}

/** Whether words hold a value; undefined for flags, which are said in too many ways. */
function holds(words: string, value: Leaf['value']): boolean | undefined {
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return numbersIn(words).some((one) => Math.abs(one - value) < 1e-9);
  return plain(words).includes(plain(value));
}

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}]+/gu, ' ')
    .trim();

/** Numbers of a text, read with either sign for thousands: `1,234.50`, `1.234,50`, `1 234`. */
function numbersIn(text: string): number[] {
  return [...text.matchAll(/-?\d[\d.,'’\u00a0\u202f ]*\d|-?\d/g)].flatMap(([raw]) => {
    const bare = raw.replace(/['’\u00a0\u202f ]/g, '');
    return [bare.replaceAll(',', ''), bare.replaceAll('.', '').replace(',', '.'), bare]
      .map(Number)
      .filter(Number.isFinite);
  });
}

/**
 * The fields of a value that was merged out of several, each with the place of the part that said it first. Places of
 * list items count by what they hold, since their numbers have changed.
 */
export function fieldsOfMerged(value: Json, parts: readonly (readonly LocatedField[])[]): LocatedField[] {
  const nameOf = (field: string, said: Leaf['value']) => JSON.stringify([field.replace(/\/\d+(?=\/|$)/g, '/*'), said]);
  const places = new Map<string, LocatedField>();
  for (const fields of parts)
    for (const place of fields) {
      const name = nameOf(place.field, place.value);
      if (!places.has(name)) places.set(name, place);
    }
  return leavesOf(value).flatMap(({ field, value: said }) => {
    const place = places.get(nameOf(field, said));
    return place === undefined ? [] : [{ ...place, field }];
  });
}

/** As a node gives it out. */
export function fieldJson(field: LocatedField): JsonObject {
  return { ...field } as { [key: string]: Json };
}
