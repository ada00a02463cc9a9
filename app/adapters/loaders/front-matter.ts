import type { Metadata, Scalar } from '../../core/graph/values.ts';

export interface FrontMatter {
  metadata: Metadata;
  /** The text with the front matter's lines blank: every line keeps its number. */
  text: string;
}

const maxLines = 200;
/** A longer line is no front matter; the patterns below are not linear in its length. */
const maxLineLength = 4000;
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Splits front matter off: lines `key: value` between two lines `---` at the very start. Values are scalars, flow lists
 * (`[a, b]`) and block lists of scalars; a list becomes one text, joined by a comma. What is nested deeper is left out.
 * A block that does not look like this is text, for example one between two rulers.
 */
export function splitFrontMatter(text: string): FrontMatter {
  const none = { metadata: {}, text };
  if (!/^---[ \t]*\n/.test(text)) return none;
  const lines = text.split('\n', maxLines + 2);
  const end = lines.findIndex((line, i) => i > 0 && /^(---|\.\.\.)\s*$/.test(line));
  if (end === -1) return none;
  const entries = new Map<string, Scalar>();
  let list: { key: string; items: string[] } | undefined;
  for (const line of lines.slice(1, end)) {
    if (line.length > maxLineLength) return none;
    if (/^\s*(#.*)?$/.test(line)) continue;
    const item = /^\s*-\s+(\S.*)$/.exec(line);
    const pair = /^([A-Za-z_][\w .-]{0,63}?)\s*:(?:\s+(.*))?$/.exec(line);
    if (pair?.[1] !== undefined) {
      list = undefined;
      const value = (pair[2] ?? '').trim();
      if (value === '') list = { key: pair[1], items: [] };
      else if (!/^[{&*!|>]/.test(value)) entries.set(pair[1], readValue(value));
    } else if (item?.[1] !== undefined && list) {
      list.items.push(String(scalarOf(item[1])));
      entries.set(list.key, list.items.join(', '));
    } else if (!/^\s/.test(line)) return none;
  }
  const kept = [...entries].filter(([key]) => !forbidden.has(key)).map(([key, value]) => [key, wellFormed(value)]);
  const body = text.split('\n').slice(end + 1);
  return { metadata: Object.fromEntries(kept) as Metadata, text: '\n'.repeat(end + 1) + body.join('\n') };
}

function readValue(text: string): Scalar {
  const flow = /^\[(.*)\]\s*(#.*)?$/.exec(text);
  if (!flow) return scalarOf(text);
  const items = flow[1]?.match(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,\s][^,]*/g) ?? [];
  return items
    .map((item) => String(scalarOf(item.trim())))
    .filter((item) => item !== '')
    .join(', ');
}

function scalarOf(text: string): Scalar {
  const quoted = /^"((?:[^"\\]|\\.)*)"|^'((?:[^']|'')*)'/.exec(text);
  if (quoted?.[1] !== undefined)
    return quoted[1].replaceAll(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c === 't' ? '\t' : c));
  if (quoted?.[2] !== undefined) return quoted[2].replaceAll("''", "'");
  const plain = text.replace(/\s+#.*$/, '').trim();
  if (plain === 'true' || plain === 'false') return plain === 'true';
  if (plain === '' || plain === '~' || plain === 'null') return null;
  // Not 007 and not 20 digits: those are names, not numbers.
  if (/^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/.test(plain)) return Number(plain);
  return plain;
}

function wellFormed(value: Scalar): Scalar {
  return typeof value === 'string' ? value.slice(0, 2000).toWellFormed() : value;
}
