import { createRequire } from 'node:module';

/**
 * Loaded before the command: SQLite reports a full disk when a database has reached PIPEWRIGHT_TEST_PAGES pages. For
 * machines on which a test may not make a small file system.
 */
const pages = Number(process.env['PIPEWRIGHT_TEST_PAGES']);
const { prototype } = createRequire(import.meta.url)('better-sqlite3') as typeof import('better-sqlite3');
const { exec } = prototype;
prototype.exec = function limited(this: import('better-sqlite3').Database, source: string) {
  exec.call(this, source);
  return exec.call(this, `PRAGMA max_page_count = ${pages}`);
};
