import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Loaded before the command: SQLite reports a full disk when a database has reached PIPEWRIGHT_TEST_PAGES pages. For
 * machines on which a test may not make a small file system. It takes hold of the native code, for the command has the
 * JavaScript round it in a file of its own.
 */
const pages = Number(process.env['PIPEWRIGHT_TEST_PAGES']);
const require = createRequire(import.meta.url);
const { getBinding } = require(join(dirname(require.resolve('better-sqlite3/package.json')), 'lib/binding.js')) as {
  getBinding(): { Database: { prototype: { exec(source: string): void } } };
};
const { prototype } = getBinding().Database;
const { exec } = prototype;
prototype.exec = function limited(source) {
  exec.call(this, source);
  exec.call(this, `PRAGMA max_page_count = ${pages}`);
};
