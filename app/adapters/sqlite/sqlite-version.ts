import Database from 'better-sqlite3';

/** The version of SQLite that the stores work with. */
export function sqliteVersion(): string {
  const memory = new Database(':memory:');
  try {
    return memory.prepare<[], { version: string }>('SELECT sqlite_version() AS version').get()?.version ?? '';
  } finally {
    memory.close();
  }
}
