import { execFile } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knowledgeMigrations } from '../../app/adapters/knowledge/migrations.ts';
import { limitMigrations } from '../../app/adapters/limits/migrations.ts';
import { ledgerMigrations } from '../../app/adapters/sqlite/ledger-migrations.ts';
import { migrations } from '../../app/adapters/sqlite/migrations/index.ts';
import type { Migration } from '../../app/adapters/sqlite/migrations/migration.ts';
import { openDatabase } from '../../app/adapters/sqlite/open-database.ts';
import { responseMigrations } from '../../app/adapters/sqlite/response-migrations.ts';
import { listUpgradeCopies, restoreUpgradeCopy } from '../../app/adapters/sqlite/upgrade.ts';
import { openWorkspaceStore } from '../../app/adapters/sqlite/workspace-store.ts';
import { openWorkspace } from '../../app/index.ts';
import { rowsOf, writeDatabase } from './upgrade/database-text.ts';

const kept = join(import.meta.dirname, 'upgrade');
/**
 * Workspaces as earlier commits wrote them, named by the number of migrations of their journal; in those called `paid` a
 * provider was asked too. The first migration was another one before commit a631e43, when nothing yet made workspaces.
 */
const fixtures = readdirSync(kept).filter((name) => name.startsWith('schema-'));

/** Every database of a workspace that has a schema; what can be done without is changed without a copy. */
const databases = {
  pipewright: { migrations },
  knowledge: { migrations: knowledgeMigrations },
  ledger: { migrations: ledgerMigrations },
  limits: { migrations: limitMigrations, expendable: true },
  cache: { migrations: responseMigrations, expendable: true },
};
type DatabaseName = keyof typeof databases;
const databaseNames = Object.keys(databases) as DatabaseName[];

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'pipewright-upgrade-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A workspace with the databases of an earlier commit. */
function workspaceOf(fixture: string, name: string): { folder: string; state: string; database: string } {
  const folder = join(scratch, name);
  const state = join(folder, '.pipewright');
  cpSync(join(kept, fixture, 'workspace'), folder, { recursive: true });
  mkdirSync(state);
  for (const file of readdirSync(join(kept, fixture)).filter((one) => one.endsWith('.sql'))) {
    writeDatabase(join(state, file.replace(/sql$/, 'db')), readFileSync(join(kept, fixture, file), 'utf8'));
  }
  return { folder, state, database: join(state, 'pipewright.db') };
}

/** Those that an earlier commit has written, each with its file and the number of migrations that it has. */
function databasesIn(state: string): { name: DatabaseName; file: string; schema: number }[] {
  return databaseNames.flatMap((name) => {
    const file = join(state, `${name}.db`);
    return existsSync(file) ? [{ name, file, schema: rowsOf(file).get('migrations')?.rows.length ?? 0 }] : [];
  });
}

const columnsOf = (rows: ReturnType<typeof rowsOf>): Map<string, string[]> =>
  new Map([...rows].filter(([table]) => table !== 'migrations').map(([table, { columns }]) => [table, columns]));

it('holds a workspace of every schema of every database that came before this one', () => {
  const found = fixtures.flatMap((fixture) => databasesIn(workspaceOf(fixture, `found-${fixture}`).state));
  for (const name of databaseNames) {
    const earlier = databases[name].migrations.slice(0, -1).map(({ number }) => number);
    const held = new Set(found.filter((one) => one.name === name).map(({ schema }) => schema));
    expect({ name, missing: earlier.filter((number) => !held.has(number)) }).toEqual({ name, missing: [] });
  }
});

describe.each(fixtures)('a workspace of %s', (fixture) => {
  it('is brought to this schema, loses nothing, and copies of what matters are kept', () => {
    const { state } = workspaceOf(fixture, `rows-${fixture}`);
    const copied: string[] = [];
    for (const { name, file, schema } of databasesIn(state)) {
      const options: { migrations: readonly Migration[]; expendable?: boolean } = databases[name];
      const before = rowsOf(file);
      const columns = columnsOf(before);
      expect(columns.size).toBeGreaterThan(0);
      openDatabase({ file, ...options }).close();
      expect(rowsOf(file, columns)).toEqual(new Map([...before].filter(([table]) => table !== 'migrations')));
      expect(rowsOf(file).get('migrations')?.rows).toHaveLength(options.migrations.length);
      const copies = listUpgradeCopies(state).filter(({ database }) => database === `${name}.db`);
      const isCopied = schema < options.migrations.length && !options.expendable;
      expect(copies).toMatchObject(isCopied ? [{ schema }] : []);
      for (const copy of copies) {
        const path = join(state, 'before-upgrade', copy.name);
        expect(rowsOf(path)).toEqual(before);
        expect(statSync(path).mode & 0o777).toBe(0o600);
        copied.push(name);
      }
      openDatabase({ file, ...options }).close();
    }
    expect(copied).toContain('pipewright');
    expect(listUpgradeCopies(state)).toHaveLength(copied.length);
  });

  it('is sound: its logs, values and tables are what they were made of', async () => {
    const { state } = workspaceOf(fixture, `sound-${fixture}`);
    const store = openWorkspaceStore({ folder: state, keyFile: join(scratch, 'key'), now: Date.now });
    expect(await store.doctor.check()).toEqual([]);
    store.close();
  });

  it('goes on: its runs are listed and replayed, and the one that waits is decided and ends', async () => {
    const { folder } = workspaceOf(fixture, `goes-on-${fixture}`);
    const workspace = await openWorkspace(folder);
    try {
      const runs = await workspace.runs();
      const asked = fixture.endsWith('-paid') ? ['succeeded'] : [];
      expect(runs.map(({ status }) => status).sort()).toEqual(['succeeded', 'succeeded', ...asked, 'waiting']);
      for (const { runId, status } of runs) {
        if (status === 'succeeded') expect(await workspace.replay(runId)).toMatchObject({ differences: [] });
      }
      const [task, ...others] = await workspace.reviews();
      expect(others).toEqual([]);
      const waiting = runs.find(({ status }) => status === 'waiting')?.runId ?? '';
      expect(task?.runId).toBe(waiting);
      await workspace.decide(task?.wait ?? '', { action: 'approve', by: 'ada' });
      const { result } = await workspace.resume(waiting);
      expect(await result).toMatchObject({
        status: 'succeeded',
        outputs: { approved: 'This one waits for a person.' },
      });
    } finally {
      await workspace.close();
    }
  });

  it('can be put back for the release that made it', () => {
    const { state, database } = workspaceOf(fixture, `back-${fixture}`);
    const before = rowsOf(database);
    openDatabase({ file: database }).close();
    const older = migrations.slice(0, before.get('migrations')?.rows.length);
    expect(() => openDatabase({ file: database, migrations: older })).toThrow(
      expect.objectContaining({ code: 'workspace.newer', remedy: expect.stringContaining('--restore') }),
    );
    const [copy] = listUpgradeCopies(state);
    const held = new Database(database);
    held.prepare('SELECT 1 FROM runs').get();
    expect(() => restoreUpgradeCopy(state, copy?.name ?? '')).toThrow(
      expect.objectContaining({ code: 'storage.locked' }),
    );
    held.close();
    const { replaced } = restoreUpgradeCopy(state, copy?.name ?? '');
    expect(rowsOf(replaced).get('migrations')?.rows).toHaveLength(migrations.length);
    openDatabase({ file: database, migrations: older }).close();
    expect(rowsOf(database)).toEqual(before);
  });
});

describe.each(fixtures.filter((name) => name.endsWith('-paid')))('what a workspace of %s has spent', (fixture) => {
  it('is on its account, and stands against its budgets', async () => {
    const { folder } = workspaceOf(fixture, `spent-${fixture}`);
    const workspace = await openWorkspace(folder);
    try {
      const { rows, total } = await workspace.costs('tag');
      expect(rows).toMatchObject([{ key: 'north', calls: 1, nanoUsd: 3_060_000 }]);
      expect(total).toMatchObject({ calls: 1, nanoUsd: 3_060_000 });
      const standing = expect.objectContaining({ what: 'the tag north', spentNanoUsd: 3_060_000 });
      expect(await workspace.budgets()).toContainEqual(standing);
    } finally {
      await workspace.close();
    }
  });
});

it('is usable by the old release or the new one, whole, wherever of a hundred points its upgrade is killed', async () => {
  const worker = join(kept, 'upgrade-worker.ts');
  const run = promisify(execFile);
  const source = workspaceOf('schema-1', 'killed');
  const before = rowsOf(source.database);
  const columns = columnsOf(before);
  const old = new Map([...before].filter(([table]) => table !== 'migrations'));
  const { stdout } = await run(process.execPath, [worker, copyOf(source.database, 'counted')]);
  const things = Number(stdout);
  expect(things).toBeGreaterThanOrEqual(100);

  const ends = { old: 0, new: 0 };
  const points = Array.from({ length: 100 }, (_, index) => 1 + Math.round((index * (things - 1)) / 99));
  async function killAt(point: number): Promise<void> {
    const file = copyOf(source.database, `killed-${point}`);
    await expect(run(process.execPath, [worker, file, String(point)])).rejects.toMatchObject({ signal: 'SIGKILL' });
    const upgraded = rowsOf(file).get('migrations')?.rows.length === migrations.length;
    ends[upgraded ? 'new' : 'old'] += 1;
    // The release that knows only what the database is.
    if (!upgraded) openDatabase({ file, migrations: migrations.slice(0, 1) }).close();
    expect(rowsOf(file, columns)).toEqual(old);
    openDatabase({ file }).close();
    expect(rowsOf(file, columns)).toEqual(old);
    expect(rowsOf(file).get('migrations')?.rows).toHaveLength(migrations.length);
    const left = readdirSync(join(file, '..', 'before-upgrade')).filter((name) => !/\.db$/.test(name));
    expect(left).toEqual([]);
    expect(listUpgradeCopies(join(file, '..')).length).toBeGreaterThan(0);
  }
  const queue = [...points];
  await Promise.all(
    [1, 2].map(async () => {
      for (let point = queue.shift(); point !== undefined; point = queue.shift()) await killAt(point);
    }),
  );
  console.log(`100 kills at ${things} points: ${ends.old} left the old schema, ${ends.new} the new one`);
  expect(ends.old).toBeGreaterThan(50);
  expect(ends.new).toBeGreaterThan(0);
});

/** The database alone, in a folder of its own. */
function copyOf(database: string, name: string): string {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(database + suffix)) copyFileSync(database + suffix, join(folder, `pipewright.db${suffix}`));
  }
  return join(folder, 'pipewright.db');
}
