import { jsonTextDepth } from '../../core/graph/json.ts';
import { parseCsv } from '../tables/parse-csv.ts';
import { decodeText } from './decode-text.ts';
import { htmlToText } from './parse-html.ts';
import type { ParsedFile } from './parsed-file.ts';
import { unreadable } from './unreadable.ts';

const maxDepth = 64;

/** JSON is checked and kept as it stands: its lines are the file's lines. @throws AppError document.unreadable */
export function parseJson(bytes: Uint8Array): ParsedFile {
  const text = decodeText(bytes).replace(/^\ufeff/, '');
  parseValue(text, 1);
  return { text: text.toWellFormed(), metadata: {} };
}

/**
 * JSON lines: each record becomes one line `name: value · name: value`, nested names joined by dots, HTML in values as
 * its text. Line n of the text is line n of the file. @throws AppError document.unreadable with the line
 */
export function parseJsonLines(bytes: Uint8Array): ParsedFile {
  const lines = decodeText(bytes)
    .replace(/^\ufeff/, '')
    .split('\n');
  const rendered = lines.map((line, i) => (line.trim() === '' ? '' : renderRecord(flatten(parseValue(line, i + 1)))));
  return { text: rendered.join('\n').trimEnd().toWellFormed(), metadata: {} };
}

/**
 * CSV: each row becomes one line `column: value · column: value` on the line that it begins on in the file, so that a
 * row is understood without its header. @throws AppError document.unreadable with the line
 */
export function parseCsvDocument(bytes: Uint8Array): ParsedFile {
  const { header, records } = parseCsv(decodeText(bytes), { file: '', malformed: 'document.unreadable', ragged: true });
  let text = '';
  let line = 1;
  for (const record of records) {
    text += '\n'.repeat(Math.max(0, record.line - line));
    line = Math.max(line, record.line);
    text += renderRecord(record.cells.map((cell, i) => [header[i]?.trim() || `column ${i + 1}`, cell]));
  }
  return { text: text.toWellFormed(), metadata: {} };
}

type Field = [name: string, value: string];

function renderRecord(fields: readonly Field[]): string {
  return fields
    .map(([name, value]) => [name, asLine(value)])
    .filter(([, value]) => value !== '')
    .map(([name, value]) => (name === '' ? value : `${name}: ${value}`))
    .join(' · ');
}

function asLine(value: string): string {
  const text = /<(p|br|div|a|ul|ol|li|pre|code|blockquote|strong|em|h[1-6]|table|span|b|i)\b[^>]*>/i.test(value)
    ? htmlToText(value).text
    : value;
  return text.replaceAll(/\s+/g, ' ').trim();
}

function flatten(value: unknown): Field[] {
  const fields: Field[] = [];
  const visit = (name: string, inner: unknown): void => {
    if (Array.isArray(inner) && inner.every((item) => typeof item !== 'object')) fields.push([name, inner.join(', ')]);
    else if (Array.isArray(inner)) for (const [i, item] of inner.entries()) visit(`${name}[${i}]`, item);
    else if (typeof inner === 'object' && inner !== null) {
      for (const [key, item] of Object.entries(inner)) visit(name === '' ? key : `${name}.${key}`, item);
    } else if (inner !== null) fields.push([name, String(inner)]);
  };
  visit('', value);
  return fields;
}

function parseValue(text: string, line: number): unknown {
  if (jsonTextDepth(text, maxDepth) > maxDepth) {
    throw unreadable(`The JSON is nested deeper than ${maxDepth} levels.`, 'Flatten it.', line);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const at = /position (\d+)/.exec(message)?.[1];
    const place = at === undefined ? line : line + text.slice(0, Number(at)).split('\n').length - 1;
    throw unreadable(
      'This is not valid JSON.',
      'Mend it at this line; an editor with JSON support marks the place.',
      place,
    );
  }
}
