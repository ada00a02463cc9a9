import { DatabaseSync } from 'node:sqlite';
import { AppError, type ErrorWire, toAppError } from '../../core/errors/app-error.ts';
import { decodeText } from '../loaders/decode-text.ts';
import { type Csv, parseCsv } from './parse-csv.ts';

/** Part of the cache key: a copy made by other rules is made anew. */
export const importerVersion = 1;

export interface TableSource {
  name: string;
  /** Relative to the workspace, for messages. */
  file: string;
  bytes: Uint8Array;
}
export interface ImportReport {
  tables: { name: string; columns: string[]; rows: number }[];
  failures: { name: string; error: ErrorWire }[];
}

type ColumnType = 'INTEGER' | 'REAL' | 'TEXT';

/**
 * Writes CSV tables into a new database at `path`. A column is INTEGER or REAL when every cell that is not empty is a
 * number (leading zeros and more than 15 digits make it text: those are codes); an empty cell is NULL.
 * A malformed table is reported, the others are there.
 */
export function importTables(path: string, sources: readonly TableSource[]): ImportReport {
  const db = new DatabaseSync(path);
  try {
    // The copy is renamed into place when it is whole: it needs no journal of its own.
    db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA trusted_schema = OFF');
    const report: ImportReport = { tables: [], failures: [] };
    for (const source of sources) {
      try {
        const csv = parseCsv(decodeText(source.bytes).replace(/^\ufeff/, ''), {
          file: source.file,
          malformed: 'table.malformed',
        });
        report.tables.push(fill(db, source.name, csv));
      } catch (error) {
        const fault = toAppError(error, 'table.malformed', source.file);
        const wire = {
          ...fault.toWire(),
          code: 'table.malformed',
          class: 'invalid_request',
          where: fault.where ?? source.file,
        } as const;
        report.failures.push({ name: source.name, error: wire });
      }
    }
    return report;
  } finally {
    db.close();
  }
}

function fill(
  db: DatabaseSync,
  name: string,
  { header, records }: Csv,
): { name: string; columns: string[]; rows: number } {
  if (header.length === 0 || header.length > 1000) {
    throw new AppError('table.malformed', {
      message:
        header.length === 0 ? 'The file is empty: it has no header line.' : 'The file has more than 1,000 columns.',
      remedy: 'Begin the file with a line of column names.',
    });
  }
  const columns = uniqueNames(header.map((cell, i) => cell.trim() || `column_${i + 1}`));
  const types = columns.map((_, i) => typeOf(records.map(({ cells }) => cells[i] ?? '')));
  const quoted = columns.map((column) => `"${column.replaceAll('"', '""')}"`);
  db.exec('BEGIN');
  db.exec(`CREATE TABLE "${name}" (${quoted.map((column, i) => `${column} ${types[i]}`).join(', ')})`);
  const insert = db.prepare(`INSERT INTO "${name}" VALUES (${columns.map(() => '?').join(', ')})`);
  for (const { cells } of records) {
    insert.run(...cells.map((cell, i) => (cell.trim() === '' ? null : types[i] === 'TEXT' ? cell : Number(cell))));
  }
  db.exec('COMMIT');
  return { name, columns, rows: records.length };
}

/** SQLite tells column names apart without case; a second `Name` becomes `Name_2`. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name.slice(0, 200).toWellFormed().replaceAll('\0', '');
    // A row is an object: this one name would be its prototype.
    const start = plain === '__proto__' ? 'proto' : plain;
    let unique = start;
    for (let n = 2; taken.has(unique.toLowerCase()); n += 1) unique = `${start}_${n}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

function typeOf(cells: readonly string[]): ColumnType {
  let type: ColumnType | undefined;
  for (const cell of cells) {
    const text = cell.trim();
    if (text === '') continue;
    if (/^-?(0|[1-9]\d{0,14})$/.test(text)) type ??= 'INTEGER';
    else if (/^-?(0|[1-9]\d{0,14})\.\d{1,15}$/.test(text)) type = 'REAL';
    else return 'TEXT';
  }
  return type ?? 'TEXT';
}
