import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { migrate } from './migrate.ts';
import type { Migration } from './migrations/migration.ts';
import { storageError } from './storage-error.ts';

export type Statement<Row = unknown> = Database.Statement<unknown[], Row>;

/** A database of a workspace: statements are prepared at their first use and kept. */
export interface SqliteDatabase {
  readonly file: string;
  readonly raw: Database.Database;
  statement<Row = unknown>(sql: string): Statement<Row>;
  /** Runs `work`; a failure of SQLite becomes an AppError `storage.*`. */
  guard<T>(work: () => T): T;
  close(): void;
}

export interface OpenDatabaseOptions {
  file: string;
  /** How long a writer waits for another process's transaction. */
  busyTimeoutMs?: number;
  /** Of a database that is not the journal. */
  migrations?: readonly Migration[];
  /** FULL: a commit is on the disk when it is reported. NORMAL: the last ones may be lost with the power, not with the process. */
  synchronous?: 'FULL' | 'NORMAL';
  /** Its content can be done without: no copy is kept before its schema changes. */
  expendable?: boolean;
}

/** Modes are set again at every opening: a file copied or restored by hand is often readable by all. */
function makePrivate(path: string, mode: number): void {
  if ((statSync(path).mode & 0o777) !== mode) chmodSync(path, mode);
}

function prepareFile(file: string): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  makePrivate(folder, 0o700);
  // SQLite gives its -wal and -shm files the mode of the database.
  closeSync(openSync(file, 'a', 0o600));
  makePrivate(file, 0o600);
  for (const suffix of ['-wal', '-shm']) {
    const mode = statSync(`${file}${suffix}`, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & 0o777) !== 0o600) chmodSync(`${file}${suffix}`, 0o600);
  }
}

/**
 * Opens (or makes) the database and brings its schema up to date.
 * @throws AppError storage.*; workspace.newer when a later release has written it
 */
export function openDatabase(options: OpenDatabaseOptions): SqliteDatabase {
  const { file, busyTimeoutMs = 5000, migrations, synchronous = 'FULL', expendable = false } = options;
  let raw: Database.Database | undefined;
  try {
    prepareFile(file);
    raw = new Database(file, { timeout: busyTimeoutMs });
    // trusted_schema off: a schema planted in the file runs nothing.
    raw.exec(
      `PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA journal_mode=WAL; PRAGMA synchronous=${synchronous}; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY`,
    );
    migrate(raw, file, { expendable, ...(migrations && { migrations }) });
  } catch (error) {
    raw?.close();
    throw storageError(error, file);
  }
  return wrap(raw, file);
}

function wrap(raw: Database.Database, file: string): SqliteDatabase {
  const statements = new Map<string, Statement>();
  return {
    file,
    raw,
    statement<Row>(sql: string) {
      let statement = statements.get(sql);
      if (statement === undefined) {
        statement = raw.prepare<unknown[]>(sql);
        statements.set(sql, statement);
      }
      return statement as Statement<Row>;
    },
    guard(work) {
      try {
        return work();
      } catch (error) {
        throw storageError(error, file);
      }
    },
    close() {
      statements.clear();
      raw.close();
    },
  };
}
