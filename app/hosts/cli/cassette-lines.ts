import { diffLines } from 'diff';
import type { Json } from '../../core/graph/json.ts';
import type { JsonChange } from '../../core/graph/json-changes.ts';
import type { CassetteDifference } from '../../services/cassette/compare.ts';
import { safeText, type Terminal } from './terminal.ts';

type Look = Pick<Terminal, 'style' | 'width'>;

/** Lines of one text that are shown at most. */
const MAX_LINES = 24;
/** Changed places of one difference that are shown at most. */
const MAX_CHANGES = 8;
/** What of a long line is shown before the place where it differs. */
const BEFORE = 24;

const titles: { [kind in CassetteDifference['kind']]: string } = {
  status: 'end',
  output: 'output',
  step: 'way',
  request: 'request',
  call: 'call',
  wait: 'person',
  value: 'value',
};

/** A difference for people: what differs, where, and the two sides of each place that changed. */
export function differenceLines(
  { kind, at, what, recorded, now, changes = [] }: CassetteDifference,
  look: Look,
): string[] {
  const sides = recorded === undefined && now === undefined ? '' : sidesOf(kind, recorded, now);
  const head = [at, what ?? '', kind === 'request' ? 'asks something else' : '', sides].filter((part) => part !== '');
  const lines = [`    ${look.style('yellow', titles[kind].padEnd(8))}${safeText(head.join('  '))}`];
  for (const change of changes.slice(0, MAX_CHANGES)) lines.push(...changeLines(change, look));
  if (changes.length > MAX_CHANGES) lines.push(`      … ${changes.length - MAX_CHANGES} more places; --json shows all`);
  return lines;
}

function sidesOf(kind: CassetteDifference['kind'], recorded: string | undefined, now: string | undefined): string {
  if (kind === 'status' || kind === 'step') return `${recorded ?? 'not there'} → ${now ?? 'not there'}`;
  return now ?? `${recorded}, and is not any more`;
}

function changeLines({ path, before, after }: JsonChange, look: Look): string[] {
  const head = path === '$' ? [] : [`      ${look.style('dim', safeText(path))}`];
  const [was, is] = [textOf(before), textOf(after)];
  return [...head, ...pairs(was, is).map(([mark, text]) => shownLine(mark, text, look))];
}

function textOf(value: Json | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  return JSON.stringify(value, null, Array.isArray(value) && value.every((item) => typeof item === 'number') ? 0 : 2);
}

/** Changed lines with a line around them; a line that is long is shown from shortly before it differs. */
function pairs(was: string | undefined, is: string | undefined): [' ' | '-' | '+' | '…', string][] {
  const lines: [' ' | '-' | '+' | '…', string][] = [];
  if (was === undefined || is === undefined) {
    for (const line of (was ?? is ?? '').split('\n')) lines.push([was === undefined ? '+' : '-', line]);
  } else {
    const parts = diffLines(was, is);
    parts.forEach(({ added, removed, value }, i) => {
      const texts = value.replace(/\n$/, '').split('\n');
      if (added || removed) for (const text of texts) lines.push([added ? '+' : '-', text]);
      else {
        if (i > 0) lines.push([' ', texts[0] ?? '']);
        if (texts.length > 2 && i > 0 && i < parts.length - 1) lines.push(['…', '']);
        if (i < parts.length - 1 && (i === 0 || texts.length > 1)) lines.push([' ', texts.at(-1) ?? '']);
      }
    });
    fromTheDifference(lines);
  }
  return lines.length <= MAX_LINES
    ? lines
    : [...lines.slice(0, MAX_LINES), ['…', `${lines.length - MAX_LINES} more lines`]];
}

/** Cuts what two long lines, one replaced by the other, have in common at their beginning. */
function fromTheDifference(lines: [string, string][]): void {
  for (let i = 0; i + 1 < lines.length; i += 1) {
    const [one, other] = [lines[i], lines[i + 1]];
    if (one?.[0] !== '-' || other?.[0] !== '+' || lines[i + 2]?.[0] === '+' || lines[i - 1]?.[0] === '-') continue;
    let same = 0;
    while (same < one[1].length && one[1][same] === other[1][same]) same += 1;
    if (same <= 2 * BEFORE) continue;
    for (const line of [one, other]) line[1] = `…${line[1].slice(same - BEFORE)}`;
  }
}

function shownLine(mark: ' ' | '-' | '+' | '…', text: string, look: Look): string {
  const line = `        ${mark} ${safeText(text)}`;
  const cut = line.length > look.width ? `${line.slice(0, look.width - 1)}…` : line.trimEnd();
  return mark === '-' ? look.style('red', cut) : mark === '+' ? look.style('green', cut) : cut;
}
