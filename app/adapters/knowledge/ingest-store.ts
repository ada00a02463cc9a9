import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { IngestedFile, IngestStore } from '../../core/capabilities/knowledge.ts';
import { AppError } from '../../core/errors/app-error.ts';
import { openDatabase, type SqliteDatabase } from '../sqlite/open-database.ts';
import { storageError } from '../sqlite/storage-error.ts';
import { knowledgeMigrations } from './migrations.ts';

/** Lock files differ also where file systems do not tell capitals from small letters. */
function lockName(collection: string): string {
  return `ingest-${collection.replace(/[^a-z0-9_-]/g, (letter) => `.${letter.codePointAt(0)?.toString(16)}.`)}.lock`;
}

/**
 * An exclusive transaction on a file of its own. The operating system lets go of it when the process dies, even by
 * SIGKILL, so there is no stale lock to judge by process ids and clocks; SQLite keeps two holders in one process apart.
 */
function holdLock(file: string, collection: string): { release(): void } {
  let lock: Database.Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    lock = new Database(file, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY') {
      throw new AppError('ingest.busy', {
        message: `The collection “${collection}” is being ingested by another process or run.`,
        where: `collection “${collection}”`,
        remedy: 'Wait until it is done, or stop it; then run the command again.',
      });
    }
    throw storageError(error, file);
  }
  const held = lock;
  return {
    release() {
      if (held.open) held.close();
    },
  };
}

export interface OpenIngestStoreOptions {
  /** Folder for `knowledge.db` and the lock files: the workspace's `.pipewright`. */
  dir: string;
}

/**
 * The books of ingestion in a small SQLite database of their own: they outlive the run database and can be deleted
 * with the collections to start afresh. The database is opened at first use.
 */
export function openIngestStore({ dir }: OpenIngestStoreOptions): IngestStore {
  let opened: SqliteDatabase | undefined;

  function database(): SqliteDatabase {
    opened ??= openDatabase({ file: join(dir, 'knowledge.db'), migrations: knowledgeMigrations });
    return opened;
  }

  function inTransaction<T>(work: (db: SqliteDatabase) => T): T {
    const db = database();
    return db.guard(() => db.raw.transaction(() => work(db)).immediate());
  }

  function putFile(
    db: SqliteDatabase,
    collection: string,
    { file, documentId, hash, settings, chunks }: IngestedFile,
  ): void {
    const sql = `INSERT INTO file (collection, file, document_id, hash, settings, chunks) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (collection, file) DO UPDATE SET document_id = excluded.document_id, hash = excluded.hash,
        settings = excluded.settings, chunks = excluded.chunks`;
    db.statement(sql).run(collection, file, documentId, hash, settings, chunks);
  }

  return {
    lock: (collection) => holdLock(join(dir, 'locks', lockName(collection)), collection),
    read(collection) {
      const db = database();
      return db.guard(() => {
        const made = db
          .statement<{ generation: string }>('SELECT generation FROM collection WHERE name = ?')
          .get(collection);
        const files = db
          .statement<IngestedFile>(
            'SELECT file, document_id AS documentId, hash, settings, chunks FROM file WHERE collection = ? ORDER BY file',
          )
          .all(collection);
        const open = db
          .statement<{ id: number }>('SELECT id FROM batch WHERE collection = ? ORDER BY id')
          .all(collection);
        return { generation: made?.generation ?? null, files, openBatches: open.map(({ id }) => String(id)) };
      });
    },
    reset(collection, generation) {
      inTransaction((db) => {
        db.statement('DELETE FROM file WHERE collection = ?').run(collection);
        db.statement('DELETE FROM batch WHERE collection = ?').run(collection);
        db.statement('DELETE FROM collection WHERE name = ?').run(collection);
        if (generation === null) return;
        db.statement('INSERT INTO collection (name, generation) VALUES (?, ?)').run(collection, generation);
      });
    },
    begin(collection, files) {
      return inTransaction((db) => {
        for (const file of files) putFile(db, collection, { ...file, hash: '' });
        return String(db.statement('INSERT INTO batch (collection) VALUES (?)').run(collection).lastInsertRowid);
      });
    },
    commit(collection, batchId, files) {
      inTransaction((db) => {
        for (const file of files) putFile(db, collection, file);
        db.statement('DELETE FROM batch WHERE id = ? AND collection = ?').run(Number(batchId), collection);
      });
    },
    abandon(collection, batchIds) {
      inTransaction((db) => {
        for (const id of batchIds)
          db.statement('DELETE FROM batch WHERE id = ? AND collection = ?').run(Number(id), collection);
      });
    },
    removeFiles(collection, files) {
      inTransaction((db) => {
        for (const file of files)
          db.statement('DELETE FROM file WHERE collection = ? AND file = ?').run(collection, file);
      });
    },
    close() {
      opened?.close();
      opened = undefined;
    },
  };
}
