import type { SqliteDatabase } from './open-database.ts';
import { storageError } from './storage-error.ts';

interface Pending {
  work: () => unknown;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/** Turns of the event loop that a write waits for others at most. */
const MOST_TURNS = 4;

/**
 * Group commit: all writes given in one turn of the event loop share one immediate transaction, and with it one wait for
 * the disk; where several write at the same time, those of the next turns too. Each remains all or nothing: a write that
 * throws is undone and rejects alone; when the commit itself fails, all reject. A write's promise resolves after the
 * commit.
 *
 * A write may be done twice: where another of its group fails, all are undone and done again. So it takes what it needs
 * from the database and from state that `onRollback` renews, and leaves no mark elsewhere.
 */
export class WriteQueue {
  readonly #db: SqliteDatabase;
  readonly #onRollback: (() => void)[] = [];
  #pending: Pending[] = [];
  /** Writes in the last transaction. */
  #last = 0;

  constructor(db: SqliteDatabase) {
    this.#db = db;
  }

  /** `listener` is told whenever something was undone: state kept in memory beside the tables must be read again. */
  onRollback(listener: () => void): void {
    this.#onRollback.push(listener);
  }

  submit<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#pending.length === 0) setImmediate(() => this.#flushSoon(0, 1));
      this.#pending.push({ work, resolve, reject });
    });
  }

  /** One who writes alone is not kept waiting; among several, a turn that brings more takes less than a wait for the disk. */
  #flushSoon(before: number, turn: number): void {
    const waiting = this.#pending.length;
    const company = waiting > 1 || this.#last > 1;
    if (company && waiting > before && turn < MOST_TURNS) setImmediate(() => this.#flushSoon(waiting, turn + 1));
    else this.flush();
  }

  /** Commits what waits, now. */
  flush(): void {
    const group = this.#pending;
    if (group.length === 0) return;
    this.#pending = [];
    this.#last = group.length;
    let settle: (() => void)[] | undefined;
    try {
      this.#begin();
      settle = this.#runTogether(group) ?? this.#runApart(group);
      this.#db.statement('COMMIT').run();
    } catch (error) {
      this.#undo();
      const wrapped = storageError(error, this.#db.file);
      for (const { reject } of group) reject(wrapped);
      return;
    }
    for (const done of settle) done();
  }

  #begin(): void {
    this.#db.statement('BEGIN IMMEDIATE').run();
  }

  /** Hardly any write fails: only where one does is each kept apart, for a savepoint copies every page that changes after it. */
  #runTogether(group: readonly Pending[]): (() => void)[] | undefined {
    const [first, ...others] = group;
    // Alone in its transaction: everything goes with it.
    if (first !== undefined && others.length === 0) return [succeeded(first)];
    try {
      return group.map(succeeded);
    } catch {
      return undefined;
    }
  }

  /** Does all of them again, so that one that throws is undone and rejects alone. */
  #runApart(group: readonly Pending[]): (() => void)[] {
    this.#undo();
    this.#begin();
    return group.map((entry) => this.#runOne(entry));
  }

  #runOne(entry: Pending): () => void {
    this.#db.statement('SAVEPOINT entry').run();
    try {
      const settle = succeeded(entry);
      this.#db.statement('RELEASE entry').run();
      return settle;
    } catch (error) {
      // SQLite has given the transaction up by itself: everything goes.
      if (!this.#db.raw.inTransaction) throw error;
      this.#db.statement('ROLLBACK TO entry').run();
      this.#db.statement('RELEASE entry').run();
      for (const listener of this.#onRollback) listener();
      return () => entry.reject(storageError(error, this.#db.file));
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

/** Does a write; gives what tells who waits for it, once it is committed. */
function succeeded({ work, resolve }: Pending): () => void {
  const value = work();
  return () => resolve(value as never);
}
