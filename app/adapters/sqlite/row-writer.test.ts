import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase, type SqliteDatabase } from './open-database.ts';
import { RowWriter } from './row-writer.ts';

let folder: string;
let db: SqliteDatabase;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-rows-'));
  db = openDatabase({ file: join(folder, 'rows.db'), migrations: [] });
  db.raw.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL, c INTEGER NOT NULL)');
});
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

it('writes every row once, however many there are', () => {
  const writer = new RowWriter('t (a, b, c)', '(?, ?, 7)');
  for (const count of [0, 1, 3, 4, 5, 15, 16, 17, 20, 21, 37, 100]) {
    db.raw.exec('DELETE FROM t');
    writer.write(db, Array.from({ length: count }, (_, i) => [i, `row ${i}`]).flat());
    expect(db.statement('SELECT a, b, c FROM t ORDER BY a').all()).toEqual(
      Array.from({ length: count }, (_, i) => ({ a: i, b: `row ${i}`, c: 7 })),
    );
  }
});
