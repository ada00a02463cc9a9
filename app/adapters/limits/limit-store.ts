import { existsSync, rmSync } from 'node:fs';
import { isAppError } from '../../core/errors/app-error.ts';
import { openDatabase, type SqliteDatabase } from '../sqlite/open-database.ts';
import { type AccountState, emptyAccount } from './account-state.ts';
import { limitMigrations } from './migrations.ts';

/** The accounts of a workspace, shared by its processes. */
export interface LimitStore {
  /** As it stands; undefined where nothing was ever booked or learned. @throws AppError storage.* */
  read(account: string): AccountState | undefined;
  /**
   * Reads, changes and writes in one step that no other process can come into.
   * @param change gives `false` when it has left everything as it was
   * @throws AppError storage.*
   */
  update(account: string, change: (state: AccountState) => boolean | undefined): void;
  close(): void;
}

/** A writer waits so long for another process's turn, which takes some fifty microseconds. */
const BUSY_MS = 1000;

/**
 * Keeps accounts in a SQLite file of its own, made when first something is written. Its commits need not outlive a power
 * cut, so they do not wait for the disk (`synchronous=NORMAL`), and a damaged file is simply made anew.
 */
export function openLimitStore(file: string): LimitStore {
  let opened: SqliteDatabase | undefined;
  const open = () =>
    openDatabase({
      file,
      migrations: limitMigrations,
      busyTimeoutMs: BUSY_MS,
      synchronous: 'NORMAL',
      expendable: true,
    });

  function database(): SqliteDatabase {
    if (opened) return opened;
    try {
      opened = open();
    } catch (thrown) {
      if (!isAppError(thrown) || thrown.class !== 'storage.corrupt') throw thrown;
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
      opened = open();
    }
    return opened;
  }

  function stateOf(db: SqliteDatabase, account: string): AccountState | undefined {
    const row = db.statement<{ state: string }>('SELECT state FROM account WHERE name = ?').get(account);
    return row && (JSON.parse(row.state) as AccountState);
  }

  return {
    read(account) {
      if (!opened && !existsSync(file)) return undefined;
      const db = database();
      return db.guard(() => stateOf(db, account));
    },
    update(account, change) {
      const db = database();
      db.guard(() =>
        db.raw
          .transaction(() => {
            const state = stateOf(db, account) ?? emptyAccount();
            if (change(state) === false) return;
            db.statement('INSERT OR REPLACE INTO account (name, state) VALUES (?, ?)').run(
              account,
              JSON.stringify(state),
            );
          })
          .immediate(),
      );
    },
    close() {
      opened?.close();
      opened = undefined;
    },
  };
}
