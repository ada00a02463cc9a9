import type { Migration } from '../sqlite/migrations/migration.ts';

/** `account.state`: JSON of an `AccountState`; `health.state`: of a `KeptHealth`. */
export const limitMigrations: readonly Migration[] = [
  {
    number: 1,
    name: 'accounts',
    sql: 'CREATE TABLE account (name TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;',
  },
  {
    number: 2,
    name: 'health',
    sql: 'CREATE TABLE health (name TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;',
  },
];
