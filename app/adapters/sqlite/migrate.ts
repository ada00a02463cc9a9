import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import { AppError } from '../../core/errors/app-error.ts';
import { migrations as all } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import { pruneUpgradeCopies, rehearseUpgrade } from './upgrade.ts';

/** "PWRT": marks a database as ours, so that no foreign file is ever migrated. */
const APPLICATION_ID = 0x50575254;

export const migrationHash = ({ number, name, sql }: Migration): string =>
  createHash('sha256').update(`${number} ${name}\n${sql}`).digest('hex');

interface Applied {
  number: number;
  name: string;
  hash: string;
}

function applied(db: Database.Database): Applied[] {
  return db.prepare<unknown[], Applied>('SELECT number, name, hash FROM migrations ORDER BY number').all();
}

function check(done: readonly Applied[], migrations: readonly Migration[], file: string): void {
  for (const [index, row] of done.entries()) {
    const known = migrations[index];
    if (known === undefined) {
      throw new AppError('workspace.newer', {
        message: `The database was written by a newer release (schema ${done.length}, this one knows ${migrations.length}).`,
        where: file,
        remedy:
          'Install the newest release of Pipewright. To go back instead, put the copy from before the upgrade in its place: pipewright doctor --restore',
      });
    }
    if (row.number !== known.number || row.hash !== migrationHash(known)) {
      throw new AppError('storage.migration', {
        message: `Migration ${row.number} (${row.name}) is not the one that this database was made with.`,
        where: file,
        remedy:
          'Use the release that made the database, or restore a backup. A released migration must never be edited.',
      });
    }
  }
}

function apply(db: Database.Database, migrations: readonly Migration[]): void {
  for (const { number, name, sql } of migrations) {
    db.exec(sql);
    db.prepare('INSERT INTO migrations (number, name, hash) VALUES (?, ?, ?)').run(
      number,
      name,
      migrationHash({ number, name, sql }),
    );
  }
}

export interface MigrateOptions {
  migrations?: readonly Migration[];
  /** Its content can be done without: no copy is kept before its schema changes. */
  expendable?: boolean;
}

/**
 * Applies what is missing in one immediate transaction: a process killed in the middle leaves the old database as it
 * was, and of two processes that open it at once one waits and then finds nothing to do. Before the schema of a database
 * changes that was in use, a copy is kept and the change is tried on another one (`upgrade.ts`).
 */
export function migrate(db: Database.Database, file: string, options: MigrateOptions = {}): void {
  const { migrations = all, expendable = false } = options;
  const id = db.pragma('application_id', { simple: true });
  if (id === APPLICATION_ID) {
    const done = applied(db);
    check(done, migrations, file);
    if (done.length === migrations.length) return;
  }
  db.exec('BEGIN IMMEDIATE');
  try {
    if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
      if (db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined) {
        throw new AppError('storage.corrupt', {
          message: 'The file is a database, but not one of Pipewright.',
          where: file,
          remedy: 'Move the file away; Pipewright makes a new one.',
        });
      }
      db.exec(
        'CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)',
      );
      db.pragma(`application_id = ${APPLICATION_ID}`);
    }
    const done = applied(db);
    check(done, migrations, file);
    const missing = migrations.slice(done.length);
    const upgrades = done.length > 0 && missing.length > 0 && !expendable;
    if (upgrades) rehearseUpgrade({ file, schema: done.length, apply: (trial) => apply(trial, missing) });
    apply(db, missing);
    db.exec('COMMIT');
    if (upgrades) pruneUpgradeCopies(file);
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
