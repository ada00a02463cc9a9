import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  eventLog,
  runCreated,
  stepFinished,
  type TemporaryWorkspace,
  temporaryWorkspace,
} from '../../../test/kit/temporary-store.ts';
import { migrate, migrationHash } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { openDatabase } from './open-database.ts';

let workspace: TemporaryWorkspace;
beforeEach(() => {
  workspace = temporaryWorkspace();
});
afterEach(() => workspace.remove());

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('openDatabase', () => {
  it('opens in the modes that the journal relies on', () => {
    const db = openDatabase({ file: workspace.database });
    const pragma = (name: string): unknown => db.raw.pragma(name, { simple: true });
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('synchronous')).toBe(2);
    expect(pragma('foreign_keys')).toBe(1);
    expect(pragma('trusted_schema')).toBe(0);
    expect(pragma('busy_timeout')).toBe(5000);
    db.close();
  });

  it('is readable by its owner only, also where it was readable by all', async () => {
    workspace.open().close();
    for (const path of [workspace.state, workspace.database]) chmodSync(path, path === workspace.state ? 0o755 : 0o644);
    const store = workspace.open();
    await store.journal.create({ runId: 'run_1', owner: 'one', events: eventLog([runCreated()]), values: [] });
    expect(modeOf(workspace.state)).toBe(0o700);
    for (const suffix of ['', '-wal', '-shm']) expect(modeOf(workspace.database + suffix)).toBe(0o600);
  });

  it('refuses a file that is no database, and one of somebody else', () => {
    mkdirSync(workspace.state);
    writeFileSync(workspace.database, 'this is not a database, whatever its name says'.repeat(100));
    expect(() => workspace.open()).toThrow(
      expect.objectContaining({ code: 'storage.corrupt', where: workspace.database, remedy: expect.any(String) }),
    );
    const foreign = join(workspace.folder, 'foreign.db');
    new Database(foreign).exec('CREATE TABLE theirs (x)').close();
    expect(() => openDatabase({ file: foreign })).toThrow(expect.objectContaining({ code: 'storage.corrupt' }));
  });

  it('says that the workspace is locked when a writer does not let go', async () => {
    const store = workspace.open({ busyTimeoutMs: 30 });
    const other = new Database(workspace.database);
    other.exec('BEGIN IMMEDIATE');
    const create = () =>
      store.journal.create({ runId: 'run_1', owner: 'one', events: eventLog([runCreated()]), values: [] });
    await expect(create()).rejects.toMatchObject({
      code: 'storage.locked',
      class: 'storage.busy',
      where: workspace.database,
      remedy: expect.any(String),
    });
    other.exec('ROLLBACK');
    other.close();
    expect(await create()).toEqual({ fence: 1 });
  });

  it('says that the disk is full, keeps what was there and goes on when there is room', async () => {
    const store = workspace.open();
    const { journal } = store;
    await journal.create({ runId: 'run_1', owner: 'one', events: eventLog([runCreated()]), values: [] });
    const before = new Database(workspace.database).pragma('page_count', { simple: true }) as number;
    const limit = (pages: number) => store.database.raw.pragma(`max_page_count = ${pages}`);
    limit(before + 8);
    const text = 'x'.repeat(2000);
    const big = eventLog(
      Array.from({ length: 200 }, (_, i) => stepFinished(`s${i}`, { outputs: { out: { value: text } } })),
      2,
    );
    const append = () => journal.append({ runId: 'run_1', fence: 1, events: big, values: [] });
    await expect(append()).rejects.toMatchObject({
      code: 'storage.full',
      class: 'disk.full',
      remedy: expect.any(String),
    });
    expect(await journal.events('run_1')).toHaveLength(1);
    expect(store.runs.steps('run_1')).toEqual([]);
    limit(1_000_000);
    await append();
    expect(await journal.events('run_1')).toHaveLength(201);
    expect(store.runs.getRun('run_1').counts.succeeded).toBe(200);
    expect(await store.doctor.check()).toEqual([]);
  });
});

describe('migrate', () => {
  const second = {
    number: migrations.length + 1,
    name: 'second',
    sql: 'CREATE TABLE second (x); INSERT INTO second VALUES (1);',
  };
  const broken = {
    number: migrations.length + 1,
    name: 'broken',
    sql: 'CREATE TABLE half (x); INSERT INTO nowhere VALUES (1);',
  };
  const tables = (db: Database.Database): unknown[] =>
    db.prepare('SELECT name FROM sqlite_schema ORDER BY name').pluck().all();

  it('is numbered from 1 without gaps and the hash of a released migration never changes', () => {
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1));
    expect(migrations.map(migrationHash)).toMatchSnapshot();
  });

  it('applies what is missing, once', () => {
    workspace.open().close();
    const db = new Database(workspace.database);
    migrate(db, workspace.database, { migrations: [...migrations, second] });
    migrate(db, workspace.database, { migrations: [...migrations, second] });
    expect(db.prepare('SELECT count(*) FROM second').pluck().get()).toBe(1);
    db.close();
    expect(() => workspace.open()).toThrow(expect.objectContaining({ code: 'workspace.newer' }));
  });

  it('leaves the old database usable when a migration fails half-way', async () => {
    const store = workspace.open();
    await store.journal.create({ runId: 'run_1', owner: 'one', events: eventLog([runCreated()]), values: [] });
    store.close();
    const db = new Database(workspace.database);
    const before = tables(db);
    expect(() => migrate(db, workspace.database, { migrations: [...migrations, broken] })).toThrow(/nowhere/);
    expect(tables(db)).toEqual(before);
    db.close();
    expect(await workspace.open().journal.events('run_1')).toHaveLength(1);
  });

  it('leaves the old database usable when its process is killed half-way', async () => {
    const store = workspace.open();
    await store.journal.create({ runId: 'run_1', owner: 'one', events: eventLog([runCreated()]), values: [] });
    store.close();
    const endless =
      'CREATE TABLE half (x); INSERT INTO half WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n;';
    const program = `
      const { default: Database } = await import('better-sqlite3');
      const { migrate } = await import(${JSON.stringify(new URL('./migrate.ts', import.meta.url).href)});
      const { migrations } = await import(${JSON.stringify(new URL('./migrations/index.ts', import.meta.url).href)});
      const db = new Database(process.argv[1]);
      console.log('begins');
      migrate(db, 'x', { migrations: [...migrations, { number: migrations.length + 1, name: 'endless', sql: ${JSON.stringify(endless)} }], expendable: true });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, workspace.database], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await setTimeout(300);
    expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
    await once(child, 'close');
    const after = workspace.open();
    expect(await after.journal.events('run_1')).toHaveLength(1);
    expect(tables(after.database.raw)).not.toContain('half');
  });

  it('refuses a database that an edited migration has made', () => {
    workspace.open().close();
    const edited = migrations.map((one) => ({ ...one, sql: `${one.sql} ` }));
    const db = new Database(workspace.database);
    expect(() => migrate(db, workspace.database, { migrations: edited })).toThrow(
      expect.objectContaining({ code: 'storage.migration', where: workspace.database }),
    );
    db.close();
  });
});
