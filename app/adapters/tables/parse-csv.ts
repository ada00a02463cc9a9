import { CsvError, parse } from 'csv-parse/sync';
import { AppError } from '../../core/errors/app-error.ts';
import type { ErrorCode } from '../../core/errors/error-codes.ts';

export interface CsvRecord {
  /** Line of the file that the record begins on, from 1. */
  line: number;
  cells: string[];
}
export interface Csv {
  header: string[];
  records: CsvRecord[];
}
export interface CsvOptions {
  /** Named in errors. */
  file: string;
  malformed: ErrorCode;
  /** Rows may be wider or narrower than the header: for reading, not for querying. */
  ragged?: boolean;
}

const delimiters = [',', ';', '\t', '|'] as const;
type Escape = '"' | '\\';

/**
 * Parses CSV text with a header line; comma, semicolon, tab or bar, whichever splits the header most. Quotes within
 * quoted cells may be doubled or, when that does not fit the file, have a backslash before them (as MySQL and many
 * scrapers write them).
 * @throws AppError `malformed` with file and line: unclosed quotes, rows that are wider or narrower than the header
 */
export function parseCsv(text: string, options: CsvOptions): Csv {
  const delimiter = delimiterOf(text);
  try {
    return read(text, delimiter, '"', options);
  } catch (error) {
    if (text.includes('\\"')) {
      try {
        return read(text, delimiter, '\\', options);
      } catch {
        // The first complaint is the better one: doubled quotes are the rule.
      }
    }
    throw malformed(error, options);
  }
}

class RaggedRow extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

function read(text: string, delimiter: string, escapedBy: Escape, { ragged = false }: CsvOptions): Csv {
  const rows: CsvRecord[] = [];
  let before = 0;
  parse(text, {
    delimiter,
    escape: escapedBy,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 10_000_000,
    on_record: (cells: string[], { lines }) => {
      rows.push({ line: lines, cells });
      return null;
    },
  });
  // `lines` is where a record ends; it began after the newlines in its own cells.
  for (const row of rows) {
    const end = row.line;
    const inside = row.cells.reduce((sum, cell) => sum + countNewlines(cell), 0);
    row.line = Math.max(before + 1, end - inside);
    before = end;
  }
  const [first, ...records] = rows;
  const header = first?.cells ?? [];
  for (const { line, cells } of ragged ? [] : records) {
    if (cells.length !== header.length) {
      const has = cells.length === 1 ? 'one cell' : `${cells.length} cells`;
      throw new RaggedRow(line, `This row has ${has}; the header has ${header.length}`);
    }
  }
  return { header, records };
}

function delimiterOf(text: string): string {
  const end = text.indexOf('\n');
  const header = (end === -1 ? text : text.slice(0, end)).replaceAll(/"[^"]*"/g, '');
  const counts = delimiters.map((mark) => header.split(mark).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

const complaints: { [code: string]: string } = {
  CSV_QUOTE_NOT_CLOSED: 'A quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'After a closing quote comes neither a separator nor the end of the line',
  INVALID_OPENING_QUOTE: 'A quote stands within a cell that does not begin with one',
  CSV_MAX_RECORD_SIZE: 'A row is longer than 10 MB; a quote is probably missing',
};

function malformed(error: unknown, { file, malformed: code }: CsvOptions): AppError {
  const facts = error as { line?: unknown; lines?: unknown; code?: unknown };
  const line = error instanceof RaggedRow ? error.line : Number(facts.lines ?? 0);
  const known = error instanceof CsvError ? complaints[String(facts.code)] : undefined;
  const message = known ?? (error instanceof Error ? error.message.split('\n')[0] : String(error));
  return new AppError(code, {
    message: `The CSV is malformed: ${message}.`,
    where: line > 0 ? `${file}:${line}` : file,
    remedy:
      'Give every row as many cells as the header, put cells with separators, quotes or line breaks in quotes, and double quotes inside them.',
    cause: error,
  });
}
