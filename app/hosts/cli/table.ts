import { safeText } from './terminal.ts';

export interface Column {
  title: string;
  /** Numbers stand at the right. */
  right?: boolean;
  /** Gets narrower when the table is too wide; else a column keeps the width of its longest cell. */
  flexible?: boolean;
  /** Goes on in the next line instead of being cut; for the last column. */
  wraps?: boolean;
}

const GAP = 2;
const NARROWEST = 8;
const ELLIPSIS = '…';

/** Cells of one line, cut to fit. */
function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}${ELLIPSIS}`;
}

/** Lines of a table that is at most `width` columns wide. Cells are made safe and put on one line. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const cells = rows.map((row) => row.map((cell) => safeText(cell).replace(/\s*[\n\t]\s*/g, ' ')));
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...cells.map((row) => (row[i] ?? '').length)));
  const total = () => widths.reduce((sum, one) => sum + one, 0) + GAP * (columns.length - 1);
  while (total() > width) {
    let widest = -1;
    columns.forEach(({ flexible }, i) => {
      if (flexible && (widths[i] ?? 0) > NARROWEST && (widest < 0 || (widths[i] ?? 0) > (widths[widest] ?? 0)))
        widest = i;
    });
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  const line = (row: readonly string[]) =>
    columns
      .map(({ right }, i) => {
        const text = cut(row[i] ?? '', widths[i] ?? 0);
        return right ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0);
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  const lines = (row: readonly string[]) => {
    if (!columns.at(-1)?.wraps) return [line(row)];
    const [first = '', ...rest] = wrapped(row.at(-1) ?? '', widths.at(-1) ?? 0);
    return [line([...row.slice(0, -1), first]), ...rest.map((text) => line([...row.slice(0, -1).map(() => ''), text]))];
  };
  return [line(columns.map(({ title }) => title)), ...cells.flatMap(lines)];
}

/** Text broken at spaces into lines of at most `width`, each after `indent`. Line breaks of the text stay. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  for (const paragraph of safeText(text).split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && indent.length + line.length + 1 + word.length > width) {
        lines.push(indent + line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push((indent + line).trimEnd());
  }
  return lines;
}
