import type { SqliteDatabase } from './open-database.ts';
import { storageError } from './storage-error.ts';

interface Pending {
  work: () => unknown;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit: all writes given in one turn of the event loop share one immediate transaction, and with it one wait
 * for the disk. Each remains all or nothing: a write that throws is undone and rejects alone; when the commit itself
 * fails, all reject. A write's promise resolves after the commit.
 */
export class WriteQueue {
  readonly #db: SqliteDatabase;
  readonly #onRollback: (() => void)[] = [];
  #pending: Pending[] = [];

  constructor(db: SqliteDatabase) {
    this.#db = db;
  }

  /** `listener` is told whenever something was undone: state kept in memory beside the tables must be read again. */
  onRollback(listener: () => void): void {
    this.#onRollback.push(listener);
  }

  submit<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#pending.length === 0) setImmediate(() => this.flush());
      this.#pending.push({ work, resolve, reject });
    });
  }

  /** Commits what waits, now. */
  flush(): void {
    const group = this.#pending;
    if (group.length === 0) return;
    this.#pending = [];
    const settle: (() => void)[] = [];
    try {
      this.#db.statement('BEGIN IMMEDIATE').run();
      for (const entry of group) settle.push(this.#runOne(entry, group.length > 1));
      this.#db.statement('COMMIT').run();
    } catch (error) {
      this.#undo();
      const wrapped = storageError(error, this.#db.file);
      for (const { reject } of group) reject(wrapped);
      return;
    }
    for (const done of settle) done();
  }

  #runOne({ work, resolve, reject }: Pending, shared: boolean): () => void {
    if (shared) this.#db.statement('SAVEPOINT entry').run();
    try {
      const value = work();
      if (shared) this.#db.statement('RELEASE entry').run();
      return () => resolve(value as never);
    } catch (error) {
      // Alone in its transaction, or SQLite has given the transaction up by itself: everything goes.
      if (!shared || !this.#db.raw.inTransaction) throw error;
      this.#db.statement('ROLLBACK TO entry').run();
      this.#db.statement('RELEASE entry').run();
      for (const listener of this.#onRollback) listener();
      return () => reject(storageError(error, this.#db.file));
    }
  }

  #undo(): void {
    try {
      if (this.#db.raw.inTransaction) this.#db.statement('ROLLBACK').run();
    } finally {
      for (const listener of this.#onRollback) listener();
    }
  }
}
