import fs, { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { shareSpy } from '../../../test/kit/share-spy.ts';
import {
  eventLog,
  runCreated,
  type TemporaryWorkspace,
  temporaryWorkspace,
} from '../../../test/kit/temporary-store.ts';
import { migrations } from './migrations/index.ts';
import { openDatabase } from './open-database.ts';
import { keepUpgradeCopies, listUpgradeCopies, removeUpgradeCopies, restoreUpgradeCopy } from './upgrade.ts';

let workspace: TemporaryWorkspace;
beforeEach(async () => {
  workspace = temporaryWorkspace();
  const store = workspace.open();
  await store.journal.create({ runId: 'run_1', owner: 'one', events: eventLog([runCreated()]), values: [] });
  store.close();
});
afterEach(() => workspace.remove());

const next = (sql: string, number = migrations.length + 1) => ({ number, name: `next-${number}`, sql });
const open = (...more: ReturnType<typeof next>[]) =>
  openDatabase({ file: workspace.database, migrations: [...migrations, ...more] }).close();
const runsIn = (file: string): unknown => {
  const db = new Database(file, { readonly: true });
  const count = db.prepare('SELECT count(*) FROM runs').pluck().get();
  db.close();
  return count;
};

describe('copies before this release is replaced', () => {
  it('are made while others write, and can be put back', async () => {
    const store = workspace.open();
    const [name = ''] = keepUpgradeCopies(workspace.state, ['pipewright.db', 'ledger.db']);
    await store.journal.create({ runId: 'run_2', owner: 'one', events: eventLog([runCreated()]), values: [] });
    store.close();
    expect(listUpgradeCopies(workspace.state)).toMatchObject([
      { name, database: 'pipewright.db', schema: migrations.length },
    ]);
    expect(statSync(join(workspace.state, 'before-upgrade', name)).mode & 0o777).toBe(0o600);
    expect(runsIn(workspace.database)).toBe(2);
    restoreUpgradeCopy(workspace.state, name);
    expect(runsIn(workspace.database)).toBe(1);
  });

  it('are three at most, and nothing is left of one that could not be made', () => {
    for (let time = 0; time < 5; time += 1) keepUpgradeCopies(workspace.state, ['pipewright.db']);
    expect(listUpgradeCopies(workspace.state)).toHaveLength(3);
    writeFileSync(join(workspace.state, 'ledger.db'), 'no database');
    expect(() => keepUpgradeCopies(workspace.state, ['ledger.db'])).toThrow(
      expect.objectContaining({ code: 'storage.corrupt' }),
    );
    expect(readdirSync(join(workspace.state, 'before-upgrade'))).toHaveLength(3);
  });
});

describe('an upgrade', () => {
  it('keeps a copy of what the database was, and none when nothing changes', () => {
    open();
    expect(listUpgradeCopies(workspace.state)).toEqual([]);
    open(next('ALTER TABLE runs ADD COLUMN more TEXT'));
    expect(listUpgradeCopies(workspace.state)).toEqual([
      {
        name: expect.stringMatching(/^pipewright\.schema-\d+\./),
        database: 'pipewright.db',
        schema: migrations.length,
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        bytes: expect.any(Number),
      },
    ]);
  });

  it('is refused when it would lose rows, break a reference or fail, and then nothing has changed', () => {
    for (const [sql, reason] of [
      ['DELETE FROM events', /events has 0 rows instead of 1/],
      [
        'CREATE TABLE a (x INTEGER PRIMARY KEY); CREATE TABLE b (x REFERENCES a (x)); INSERT INTO b VALUES (1)',
        /FOREIGN KEY/,
      ],
      ['CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)', /no such table: nowhere/],
    ] as const) {
      expect(() => open(next(sql))).toThrow(
        expect.objectContaining({
          code: 'storage.migration',
          message: expect.stringMatching(reason),
          where: workspace.database,
        }),
      );
    }
    expect(readdirSync(join(workspace.state, 'before-upgrade')).filter((name) => /partial|trial/.test(name))).toEqual(
      [],
    );
    const store = workspace.open();
    expect(store.runs.getRun('run_1').runId).toBe('run_1');
    store.close();
  });

  it('says how much room it needs before it writes anything', () => {
    shareSpy(vi.spyOn(fs, 'statfsSync')).mockReturnValueOnce({ bavail: 10, bsize: 4096 } as ReturnType<
      typeof fs.statfsSync
    >);
    expect(() => open(next('CREATE TABLE more (x)'))).toThrow(
      expect.objectContaining({ code: 'storage.full', message: expect.stringContaining('MB') }),
    );
    expect(readdirSync(join(workspace.state, 'before-upgrade'))).toEqual([]);
  });

  it('keeps three copies of a database', () => {
    const steps = [1, 2, 3, 4, 5].map((more) => next(`CREATE TABLE t${more} (x)`, migrations.length + more));
    for (let known = 1; known <= 5; known += 1) open(...steps.slice(0, known));
    expect(listUpgradeCopies(workspace.state).map(({ schema }) => schema - migrations.length)).toEqual([4, 3, 2]);
  });

  it('copies nothing of a database that can be done without', () => {
    openDatabase({
      file: workspace.database,
      migrations: [...migrations, next('CREATE TABLE more (x)')],
      expendable: true,
    }).close();
    expect(listUpgradeCopies(workspace.state)).toEqual([]);
  });
});

describe('a copy from before an upgrade', () => {
  it('goes back into the place of its database', () => {
    open(next('CREATE TABLE more (x)'));
    const [copy] = listUpgradeCopies(workspace.state);
    expect(() => workspace.open()).toThrow(expect.objectContaining({ code: 'workspace.newer' }));
    const { replaced } = restoreUpgradeCopy(workspace.state, copy?.name ?? '');
    expect(runsIn(replaced)).toBe(1);
    expect(workspace.open().runs.getRun('run_1').runId).toBe('run_1');
  });

  it('is refused when it is damaged, unknown, or not of this folder, and the database stays', () => {
    open(next('CREATE TABLE more (x)'));
    const [copy] = listUpgradeCopies(workspace.state);
    for (const name of ['pipewright.schema-9.20260101T000000.000Z.db', '../pipewright.db', '']) {
      expect(() => restoreUpgradeCopy(workspace.state, name)).toThrow(
        expect.objectContaining({ code: 'storage.copy_missing' }),
      );
    }
    writeFileSync(join(workspace.state, 'before-upgrade', copy?.name ?? ''), 'not a database any more'.repeat(1000));
    expect(() => restoreUpgradeCopy(workspace.state, copy?.name ?? '')).toThrow(
      expect.objectContaining({ code: 'storage.corrupt' }),
    );
    expect(runsIn(workspace.database)).toBe(1);
  });

  it('is removed with what was purged', () => {
    open(next('CREATE TABLE more (x)'));
    expect(removeUpgradeCopies(workspace.state)).toBe(1);
    expect(listUpgradeCopies(workspace.state)).toEqual([]);
  });
});
