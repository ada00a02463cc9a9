import { constants, DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { AppError } from '../../core/errors/app-error.ts';
import type { Scalar, Table } from '../../core/graph/values.ts';
import { uniqueNames } from './import-tables.ts';

export interface QueryLimits {
  maxRows: number;
  /** Sum of the texts of a result, UTF-16 units. */
  resultLength: number;
}

/**
 * Opens a copy so that it can only be read: read-only file, query_only, defensive, no extensions, no ATTACH, and an
 * authorizer that lets a statement do nothing but select from the imported tables. SQLite asks it while compiling, so
 * nothing depends on how the SQL is written.
 */
export function openCopy(path: string, tables: readonly string[], resultLength: number): DatabaseSync {
  const db = new DatabaseSync(path, {
    readOnly: true,
    allowExtension: false,
    enableDoubleQuotedStringLiterals: false,
    defensive: true,
    limits: { attach: 0, length: resultLength, sqlLength: 20_000, vdbeOp: 100_000, exprDepth: 100, compoundSelect: 50 },
  });
  db.exec(
    'PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY',
  );
  const known = new Set(tables);
  db.setAuthorizer((action, table, detail) => {
    switch (action) {
      case constants.SQLITE_SELECT:
      case constants.SQLITE_RECURSIVE:
        return constants.SQLITE_OK;
      case constants.SQLITE_READ:
        // A name from the query's own WITH is reported only where no column of it is read, as in count(*).
        if (detail === '' && !/^(sqlite|pragma)_/i.test(table ?? '')) return constants.SQLITE_OK;
        return table !== null && (known.has(table) || jsonTables.has(table))
          ? constants.SQLITE_OK
          : constants.SQLITE_DENY;
      case constants.SQLITE_FUNCTION:
        return detail === 'load_extension' ? constants.SQLITE_DENY : constants.SQLITE_OK;
      default:
        return constants.SQLITE_DENY;
    }
  });
  return db;
}

const jsonTables = new Set(['json_each', 'json_tree']);

/** @throws AppError query.syntax, query.denied, query.limit; `no such table` as table.missing */
export function runQuery(
  db: DatabaseSync,
  statement: string,
  params: { [name: string]: Scalar },
  limits: QueryLimits,
): Table {
  try {
    const prepared = db.prepare(statement, { readBigInts: true, returnArrays: true });
    const columns = uniqueNames(prepared.columns().map(({ name }) => name));
    if (columns.length === 0) throw deniedByAuthorizer();
    const values = Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'boolean' ? Number(value) : value,
    ]);
    const rows: Table['rows'] = [];
    let length = 0;
    let truncated = false;
    for (const row of prepared.iterate(Object.fromEntries(values)) as unknown as Iterable<SQLOutputValue[]>) {
      if (rows.length >= limits.maxRows) {
        truncated = true;
        break;
      }
      const cells = row.map(asScalar);
      for (const cell of cells) length += typeof cell === 'string' ? cell.length : 8;
      if (length > limits.resultLength) throw tooMuch(limits);
      rows.push(Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? null])));
    }
    return { columns, rows, truncated };
  } catch (error) {
    throw asQueryError(error, limits);
  }
}

/** Integers beyond what a number holds exactly become text; blobs become hex; infinities have no JSON form. */
function asScalar(value: SQLOutputValue | undefined): Scalar {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return value?.toWellFormed() ?? null;
}

function asQueryError(error: unknown, limits: QueryLimits): unknown {
  const { errcode, message } = error as { errcode?: unknown; message?: unknown };
  if (typeof errcode !== 'number' || typeof message !== 'string') return error;
  const missing = /^no such table: (?:main\.)?(.+)$/.exec(message)?.[1];
  if (missing !== undefined) {
    return new AppError('table.missing', {
      message: `There is no table “${missing}”.`,
      where: 'sql',
      data: { table: missing },
    });
  }
  // 18 TOOBIG, 7 NOMEM, 23 AUTH, 8 READONLY.
  if (errcode === 18 || errcode === 7) return tooMuch(limits);
  if (errcode === 23 || errcode === 8 || /prohibited|not authorized/.test(message)) return deniedByAuthorizer();
  return new AppError('query.syntax', {
    message: `SQLite refuses the query: ${message.slice(0, 500)}.`,
    where: 'sql',
    remedy: 'Mend the SQL; the dialect is SQLite’s.',
  });
}

function deniedByAuthorizer(): AppError {
  return new AppError('query.denied', {
    message: 'A query may only select from the tables of the workspace.',
    where: 'sql',
    remedy:
      'Use SELECT on tables that pipewright.json names under `tables`; no PRAGMA, ATTACH, schema tables or writing.',
  });
}

function tooMuch({ resultLength }: QueryLimits): AppError {
  return new AppError('query.limit', {
    message: `The result has more than ${resultLength} characters.`,
    where: 'sql',
    remedy: 'Select fewer columns or rows, or aggregate in SQL.',
  });
}
