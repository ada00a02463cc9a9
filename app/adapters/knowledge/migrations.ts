import type { Migration } from '../sqlite/migrations/migration.ts';

/**
 * The books of ingestion. `hash` is empty while a batch with the file is being written; a row of `batch` is gone once
 * the batch is committed, so a row that is found at start was left by a process that died.
 */
export const knowledgeMigrations: readonly Migration[] = [
  {
    number: 1,
    name: 'ingestion',
    sql: `
CREATE TABLE collection (name TEXT PRIMARY KEY, generation TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE file (
  collection TEXT NOT NULL,
  file TEXT NOT NULL,
  document_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  settings TEXT NOT NULL,
  chunks INTEGER NOT NULL,
  PRIMARY KEY (collection, file)
) STRICT, WITHOUT ROWID;
CREATE TABLE batch (id INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT NOT NULL) STRICT;
`,
  },
];
