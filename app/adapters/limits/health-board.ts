import { existsSync } from 'node:fs';
import { isAppError } from '../../core/errors/app-error.ts';
import type { HealthBoard, KeptHealth } from '../models/breakers.ts';
import { openDatabase, type SqliteDatabase } from '../sqlite/open-database.ts';
import { limitMigrations } from './migrations.ts';

export interface OpenHealthBoard extends HealthBoard {
  close(): void;
}

/** What is told is not worth a longer wait for another process's turn. */
const BUSY_MS = 200;

/**
 * What processes of a workspace tell each other of their providers, beside the accounts of the limiter and as little
 * worth keeping. A call must not fail because of it: what cannot be read or written is as if nobody had told it.
 */
export function openHealthBoard(file: string): OpenHealthBoard {
  let opened: SqliteDatabase | undefined;
  const database = () => {
    opened ??= openDatabase({
      file,
      migrations: limitMigrations,
      busyTimeoutMs: BUSY_MS,
      synchronous: 'NORMAL',
      expendable: true,
    });
    return opened;
  };

  return {
    read: (account) =>
      quietly(() => {
        if (!opened && !existsSync(file)) return undefined;
        const db = database();
        const statement = db.statement<{ state: string }>('SELECT state FROM health WHERE name = ?');
        const row = db.guard(() => statement.get(account));
        return row && (JSON.parse(row.state) as KeptHealth);
      }),
    write: (account, health) =>
      quietly(() => {
        const db = database();
        const statement = db.statement('INSERT OR REPLACE INTO health (name, state) VALUES (?, ?)');
        db.guard(() => statement.run(account, JSON.stringify(health)));
      }),
    close() {
      opened?.close();
      opened = undefined;
    },
  };
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    return undefined;
  }
}
