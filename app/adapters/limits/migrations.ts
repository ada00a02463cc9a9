import type { Migration } from '../sqlite/migrations/migration.ts';

/** `state`: JSON of an `AccountState`. */
export const limitMigrations: readonly Migration[] = [
  {
    number: 1,
    name: 'accounts',
    sql: 'CREATE TABLE account (name TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;',
  },
];
