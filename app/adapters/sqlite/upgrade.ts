import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../core/errors/app-error.ts';
import { syncFolder } from '../files/private-file.ts';
import { storageError } from './storage-error.ts';

/** Folder of the copies, beside the databases. */
const FOLDER = 'before-upgrade';
/** So many copies are kept of each database. */
const KEPT = 3;
/** `pipewright.schema-2.20261129T164500.123Z.db`: its database, the schema that it has, when it was made. */
const COPY_NAME = /^(?<database>[a-z]+)\.schema-(?<schema>\d+)\.(?<at>\d{8}T\d{6}\.\d{3}Z)\.db$/;

/** A database as it was before its schema changed. */
export interface UpgradeCopy {
  /** Name of the file in `before-upgrade`. */
  name: string;
  /** Name of the database that it is a copy of, such as `pipewright.db`. */
  database: string;
  /** Number of migrations that it has. */
  schema: number;
  /** When it was made, ISO 8601. */
  at: string;
  bytes: number;
}

/** Copies in the folder of a workspace's databases, the newest first. */
export function listUpgradeCopies(folder: string): UpgradeCopy[] {
  const copies: UpgradeCopy[] = [];
  for (const name of namesIn(join(folder, FOLDER))) {
    const { database, schema, at } = COPY_NAME.exec(name)?.groups ?? {};
    if (database === undefined || at === undefined) continue;
    const { size } = statSync(join(folder, FOLDER, name));
    copies.push({ name, database: `${database}.db`, schema: Number(schema), at: isoOf(at), bytes: size });
  }
  return copies.sort((a, b) => b.at.localeCompare(a.at) || a.name.localeCompare(b.name));
}

/** Removes every copy: what was purged from the databases stands in them still. @returns how many */
export function removeUpgradeCopies(folder: string): number {
  const copies = listUpgradeCopies(folder);
  for (const { name } of copies) rmSync(join(folder, FOLDER, name), { force: true });
  return copies.length;
}

export interface UpgradeOptions {
  /** Of the open database; it holds the write lock and has changed nothing yet. */
  file: string;
  /** Number of migrations that the database has. */
  schema: number;
  /** Brings the database that it is given up to date, without a transaction of its own. */
  apply(db: Database.Database): void;
}

/**
 * Before the schema of a database changes: keeps a copy of it, tries the change on another copy and looks whether that
 * one is sound and holds every row. Whoever calls holds the write lock, so that nothing is written meanwhile and of two
 * processes one upgrades. Killed at any point, the database is as it was; leftovers go at the next upgrade.
 *
 * @returns name of the copy that is kept
 * @throws AppError storage.full before anything is written when the disk has no room; storage.migration when the copy is
 * not sound after the change
 */
export function rehearseUpgrade({ file, schema, apply }: UpgradeOptions): string {
  const folder = join(dirname(file), FOLDER);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  sweep(folder, basename(file));
  const source = new Database(file, { readonly: true });
  const scratch = join(folder, `${basename(file)}.partial`);
  const trial = join(folder, `${basename(file)}.trial`);
  try {
    checkRoom(source, folder, file);
    closeSync(openSync(scratch, 'wx', 0o600));
    source.prepare('VACUUM INTO ?').run(scratch);
    const rows = rowsOf(source);
    syncFile(scratch);
    copyFileSync(scratch, trial, constants.COPYFILE_FICLONE);
    tryOn(trial, rows, apply);
    const name = `${basename(file, '.db')}.schema-${schema}.${stamp(source)}.db`;
    renameSync(scratch, join(folder, name));
    syncFolder(folder);
    return name;
  } catch (thrown) {
    rmSync(scratch, { force: true });
    const error = storageError(thrown, file);
    // A full disk, a lock, missing rights: nothing of the change itself.
    if (error.code !== 'storage.failed' && error.code !== 'storage.corrupt') throw error;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AppError('storage.migration', {
      message: `The database could not be brought to the schema of this release: ${reason}. Nothing was changed.`,
      where: file,
      remedy:
        'Go on with the release that you had, and report this. `pipewright doctor` of that release tells whether the database is sound.',
      cause: thrown,
    });
  } finally {
    source.close();
    removeDatabase(trial);
  }
}

/**
 * Keeps a copy of each database in a workspace's folder that a newer release could change, as before an upgrade: for the
 * moment when this release is about to be replaced. Others may write meanwhile; each copy is of one moment and sound.
 *
 * @param names of the databases, such as `pipewright.db`; those that are not there are left out
 * @returns names of the copies
 * @throws AppError storage.*: then what is copied so far is kept, and nothing else has changed
 */
export function keepUpgradeCopies(folder: string, names: readonly string[]): string[] {
  return names
    .map((name) => join(folder, name))
    .filter((file) => existsSync(file))
    .map(keepCopy);
}

function keepCopy(file: string): string {
  const folder = join(dirname(file), FOLDER);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const scratch = join(folder, `${basename(file)}.${process.pid}.kept`);
  try {
    const source = new Database(file, { readonly: true });
    try {
      closeSync(openSync(scratch, 'wx', 0o600));
      source.prepare('VACUUM INTO ?').run(scratch);
      syncFile(scratch);
      checkSound(scratch);
      const schema = source.prepare<[], number>('SELECT count(*) FROM migrations').pluck().get() ?? 0;
      const name = `${basename(file, '.db')}.schema-${schema}.${stamp(source)}.db`;
      renameSync(scratch, join(folder, name));
      syncFolder(folder);
      pruneUpgradeCopies(file);
      return name;
    } finally {
      source.close();
    }
  } catch (error) {
    rmSync(scratch, { force: true });
    throw storageError(error, file);
  }
}

/** After the upgrade is committed: the oldest copies of this database go. */
export function pruneUpgradeCopies(file: string): void {
  const folder = dirname(file);
  const own = listUpgradeCopies(folder).filter(({ database }) => database === basename(file));
  for (const { name } of own.slice(KEPT)) rmSync(join(folder, FOLDER, name), { force: true });
}

export interface RestoredCopy {
  copy: UpgradeCopy;
  /** Where the database lies now that was replaced. */
  replaced: string;
}

/**
 * Puts a copy in the place of its database, and keeps what stood there as `<name>.replaced`. Needs nothing of the
 * database that is replaced, so that it also takes back what a newer release has written.
 *
 * @throws AppError storage.copy_missing; storage.locked while any process has the database open; storage.*
 */
export function restoreUpgradeCopy(folder: string, name: string): RestoredCopy {
  const copies = listUpgradeCopies(folder);
  const copy = copies.find((one) => one.name === name);
  if (copy === undefined) {
    throw new AppError('storage.copy_missing', {
      message:
        name === '' ? 'No copy from before an upgrade is kept.' : `There is no copy “${name}” from before an upgrade.`,
      where: join(folder, FOLDER),
      remedy:
        copies.length === 0
          ? 'Copies are made when a newer release changes the schema of a database. Restore a backup instead, if you have one.'
          : `Name one of: ${copies.map((one) => one.name).join(', ')}.`,
    });
  }
  const file = join(folder, copy.database);
  const source = join(folder, FOLDER, name);
  const scratch = `${file}.restored`;
  try {
    checkSound(source);
    foldLogExclusively(file);
    copyFileSync(source, scratch);
    syncFile(scratch);
    removeDatabase(`${file}.replaced`);
    renameSync(file, `${file}.replaced`);
    for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
    renameSync(scratch, file);
    syncFolder(folder);
    return { copy, replaced: `${file}.replaced` };
  } catch (error) {
    rmSync(scratch, { force: true });
    throw storageError(error, file);
  }
}

function checkSound(file: string): void {
  const db = new Database(file, { readonly: true });
  try {
    const found = db.pragma('integrity_check(1)', { simple: true });
    if (found === 'ok') return;
    throw new AppError('storage.corrupt', {
      message: `The copy is damaged: ${String(found)}.`,
      where: file,
      remedy: 'Take another copy or a backup. The database was left as it is.',
    });
  } finally {
    db.close();
  }
}

/** Takes the database for itself, so that no process has it open, and writes its log into it. */
function foldLogExclusively(file: string): void {
  const db = new Database(file, { timeout: 0 });
  try {
    db.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}

/** Changes the schema of the trial copy and compares. The error says what is wrong. */
function tryOn(trial: string, before: ReadonlyMap<string, number>, apply: UpgradeOptions['apply']): void {
  const db = new Database(trial);
  try {
    // A copy that is thrown away need not outlive a power cut.
    db.exec('PRAGMA trusted_schema=OFF; PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY; BEGIN');
    apply(db);
    db.exec('COMMIT');
    const found = db.pragma('integrity_check(1)', { simple: true });
    if (found !== 'ok') throw new Error(`after the change SQLite reports: ${String(found)}`);
    const after = rowsOf(db);
    for (const [table, rows] of before) {
      const kept = after.get(table);
      if (table === 'migrations' || kept === undefined || kept >= rows) continue;
      throw new Error(`after the change ${table} has ${kept} rows instead of ${rows}`);
    }
  } finally {
    db.close();
  }
}

/** Number of rows of each table. */
function rowsOf(db: Database.Database): Map<string, number> {
  const names = db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all();
  return new Map(
    names.map((name) => [
      name,
      db
        .prepare<[], number>(`SELECT count(*) FROM "${name.replaceAll('"', '""')}"`)
        .pluck()
        .get() ?? 0,
    ]),
  );
}

/** The copy, the trial, and the log of the change itself. */
function checkRoom(source: Database.Database, folder: string, file: string): void {
  const bytes =
    Number(source.pragma('page_count', { simple: true })) * Number(source.pragma('page_size', { simple: true }));
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= bytes * 3) return;
  const megabytes = (value: number): number => Math.ceil(value / 1_000_000);
  throw new AppError('storage.full', {
    message: `A newer release changes the schema of the database and needs ${megabytes(bytes * 3)} MB for copies of it first; ${megabytes(free)} MB are free. Nothing was changed.`,
    where: file,
    remedy: 'Free space on the disk of the workspace, then try again.',
  });
}

/** What a killed upgrade of this database left. */
function sweep(folder: string, database: string): void {
  removeDatabase(join(folder, `${database}.trial`));
  rmSync(join(folder, `${database}.partial`), { force: true });
}

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The time by SQLite: this room reads no clock. */
function stamp(db: Database.Database): string {
  return db.prepare<[], string>("SELECT strftime('%Y%m%dT%H%M%fZ', 'now')").pluck().get() ?? '';
}

const isoOf = (at: string): string =>
  at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d\.\d{3})Z$/, '$1-$2-$3T$4:$5:$6Z');

function syncFile(path: string): void {
  // For writing: Windows flushes no handle that only reads.
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
