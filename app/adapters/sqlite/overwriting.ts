import type { SqliteDatabase } from './open-database.ts';

/** Deleted bytes are overwritten while `work` goes on, and none stay behind in the write-ahead log. */
export async function overwriting<T>(db: SqliteDatabase, work: () => Promise<T>): Promise<T> {
  db.guard(() => db.raw.pragma('secure_delete = ON'));
  try {
    return await work();
  } finally {
    db.guard(() => {
      db.raw.pragma('secure_delete = OFF');
      db.raw.pragma('wal_checkpoint(TRUNCATE)');
    });
  }
}
