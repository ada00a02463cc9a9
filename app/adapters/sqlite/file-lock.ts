import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../core/errors/app-error.ts';
import { storageError } from './storage-error.ts';

const WAIT_MS = 10_000;

/**
 * Does `work` while no other process does any under the same lock: what reads a file, changes it and writes it whole would
 * undo what another has written in between. The lock is one of SQLite on an empty file: the system takes it back from a
 * process that was killed, so none is ever left behind. It waits where it stands, and must not be taken twice.
 * @param file of the lock, beside what it guards; it stays
 * @throws AppError storage.locked when the other is not done after 10 s, storage.*; what `work` throws
 */
export function withFileLock<T>(file: string, work: () => T): T {
  const lock = take(file);
  try {
    return work();
  } finally {
    lock.close();
  }
}

function take(file: string): Database.Database {
  let lock: Database.Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    lock = new Database(file, { timeout: WAIT_MS });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock?.close();
    const error = storageError(cause, file);
    if (error.code !== 'storage.locked') throw error;
    throw new AppError('storage.locked', {
      message: 'Another process is changing the same file, and does not come to an end.',
      where: file,
      remedy: 'Wait until it is done, or end it, and try again.',
      cause,
    });
  }
}
