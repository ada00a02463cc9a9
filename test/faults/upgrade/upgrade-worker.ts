/**
 * Opens a database with the migrations of this release and kills itself just before the n-th thing that it does:
 *
 *     node upgrade-worker.ts FILE N
 *
 * Without a number it prints how many things there are. A thing is a call that changes a file or runs SQL; a migration is
 * many of them, one for each of its statements.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import Database from 'better-sqlite3';

const [file = '', last] = process.argv.slice(2);
let done = 0;

function count(): void {
  done += 1;
  if (done === Number(last)) process.kill(process.pid, 'SIGKILL');
}

/** Statements of a migration; the body of a trigger is not taken apart. */
function statementsOf(sql: string): string[] {
  return /CREATE TRIGGER/i.test(sql) ? [sql] : sql.split(';').filter((one) => one.trim() !== '');
}

for (const name of [
  'mkdirSync',
  'rmSync',
  'openSync',
  'fsyncSync',
  'copyFileSync',
  'renameSync',
  'closeSync',
] as const) {
  const real = fs[name] as (...args: unknown[]) => unknown;
  Object.assign(fs, {
    [name](...args: unknown[]) {
      count();
      return real(...args);
    },
  });
}
syncBuiltinESMExports();

const { exec, prepare, pragma, close } = Database.prototype;
Object.assign(Database.prototype, {
  exec(this: Database.Database, sql: string) {
    for (const statement of statementsOf(sql)) {
      count();
      exec.call(this, statement);
    }
    return this;
  },
  prepare(this: Database.Database, sql: string) {
    count();
    return prepare.call(this, sql);
  },
  pragma(this: Database.Database, sql: string, options?: Database.PragmaOptions) {
    count();
    return pragma.call(this, sql, options);
  },
  close(this: Database.Database) {
    count();
    return close.call(this);
  },
});

const { openDatabase } = await import('../../../app/adapters/sqlite/open-database.ts');
openDatabase({ file }).close();
console.log(done);
