import { isJsonObject, type Json } from '../../core/graph/json.ts';
import { Answer, Confidence } from '../../core/graph/values.ts';
import { withoutBytes } from '../../core/media/shown-media.ts';
import type { ShownValue } from '../../core/run/shown-value.ts';
import { placeOf } from './commands/search.ts';
import { jsonLines } from './json-lines.ts';
import { wrapped } from './table.ts';
import { safeText, type Terminal } from './terminal.ts';

const withheld = {
  capture: 'not shown: the capture setting of the run',
  personal: 'not shown: personal data',
  purged: 'not shown: purged',
} as const;

const MAX_LINES = 40;

/** A value for people: text as it is, an answer with its citations, a confidence with its reasons, else JSON. */
export function shownValueLines(whole: Json, terminal: Terminal, indent = ''): string[] {
  const value = withoutBytes(whole);
  if (typeof value === 'string') return wrapped(value, terminal.width, indent);
  const answer = Answer.safeParse(value);
  if (answer.success) return answerLines(answer.data, terminal, indent);
  const confidence = Confidence.safeParse(value);
  if (confidence.success) return confidenceLines(confidence.data, terminal, indent);
  if (value === null || typeof value !== 'object') return [indent + JSON.stringify(value)];
  const lines = jsonLines(value, terminal.width - indent.length).map((line) =>
    clipped(indent + safeText(line), terminal.width),
  );
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES), `${indent}… ${lines.length - MAX_LINES} more lines; --json shows all`];
}

function clipped(line: string, width: number): string {
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

function answerLines({ text, citations, abstained }: Answer, terminal: Terminal, indent: string): string[] {
  // A sentence that is quoted out of a page keeps the page's line breaks.
  const lines = wrapped(text.replace(/(?<=\S)\n(?=[^\s>*#|-])/g, ' '), terminal.width, indent);
  if (abstained) lines.push(`${indent}${terminal.style('yellow', '(no answer from the sources)')}`);
  const places = citations.map(({ marker, file, line, page }) => {
    const place = file === undefined ? 'no such source' : placeOf({ file, line, page });
    return `${indent}  ${terminal.style('cyan', `[${marker}]`)} ${safeText(place)}`;
  });
  if (places.length > 0) lines.push('', ...new Set(places));
  return lines;
}

function confidenceLines(
  { score, calibrated, parts, reasons }: Confidence,
  terminal: Terminal,
  indent: string,
): string[] {
  const shown = Object.entries(parts).map(([name, part]) => `${name} ${part.toFixed(2)}`);
  return [
    `${indent}${score.toFixed(2)}${calibrated ? '' : ' (uncalibrated)'}${shown.length > 0 ? `: ${shown.join(', ')}` : ''}`,
    ...reasons.flatMap((reason) => wrapped(reason, terminal.width, `${indent}  `)),
  ];
}

/** Named values, each under its name; a single one stands alone. */
export function shownPortLines(values: { [name: string]: Json }, terminal: Terminal): string[] {
  const names = Object.keys(values);
  if (names.length === 1) return shownValueLines(values[names[0] as string] as Json, terminal);
  return names.flatMap((name, i) => {
    const value = values[name] as Json;
    const lines = shownValueLines(value, terminal, '  ');
    const short = lines.length === 1 && (lines[0]?.length ?? 0) + name.length < terminal.width;
    const heading = terminal.style('bold', name);
    const before = i > 0 && !short && isBlock(values[names[i - 1] as string] as Json) ? [''] : [];
    return short ? [...before, `${heading}: ${lines[0]?.trim()}`] : [...before, `${heading}:`, ...lines];
  });
}

function isBlock(value: Json): boolean {
  return isJsonObject(value) || Array.isArray(value);
}

/** A payload as a trace has it. */
export function tracedValueLines(shown: ShownValue, terminal: Terminal, indent: string): string[] {
  if ('value' in shown) return shownValueLines(shown.value, terminal, indent);
  if ('withheld' in shown) return [`${indent}${terminal.style('dim', withheld[shown.withheld])}`];
  const hash = 'hash' in shown ? shown.hash : shown.digest;
  return [`${indent}${terminal.style('dim', `sha256 ${hash.slice(0, 16)}…, ${shown.bytes} characters`)}`];
}
