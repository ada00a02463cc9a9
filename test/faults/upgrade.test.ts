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
import { migrations } from '../../app/adapters/sqlite/migrations/index.ts';
import { openDatabase } from '../../app/adapters/sqlite/open-database.ts';
import { listUpgradeCopies, restoreUpgradeCopy } from '../../app/adapters/sqlite/upgrade.ts';
import { openWorkspaceStore } from '../../app/adapters/sqlite/workspace-store.ts';
import { openWorkspace } from '../../app/index.ts';
import { rowsOf, writeDatabase } from './upgrade/database-text.ts';

const kept = join(import.meta.dirname, 'upgrade');
/** Workspaces as earlier commits wrote them, by the number of migrations that they knew. */
const schemas = readdirSync(kept)
  .filter((name) => name.startsWith('schema-'))
  .map((name) => Number(name.slice('schema-'.length)))
  .sort();

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'pipewright-upgrade-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A workspace with the databases of an earlier commit. */
function workspaceOf(schema: number, name: string): { folder: string; state: string; database: string } {
  const folder = join(scratch, name);
  const state = join(folder, '.pipewright');
  cpSync(join(kept, `schema-${schema}`, 'workspace'), folder, { recursive: true });
  mkdirSync(state);
  for (const file of readdirSync(join(kept, `schema-${schema}`)).filter((one) => one.endsWith('.sql'))) {
    writeDatabase(join(state, file.replace(/sql$/, 'db')), readFileSync(join(kept, `schema-${schema}`, file), 'utf8'));
  }
  return { folder, state, database: join(state, 'pipewright.db') };
}

const columnsOf = (rows: ReturnType<typeof rowsOf>): Map<string, string[]> =>
  new Map([...rows].filter(([table]) => table !== 'migrations').map(([table, { columns }]) => [table, columns]));

it('holds a workspace of every schema that came before this one', () => {
  expect(schemas).toEqual(migrations.slice(0, -1).map(({ number }) => number));
});

describe.each(schemas)('a workspace of schema %i', (schema) => {
  it('is brought to this schema, loses nothing, and a copy of it is kept', () => {
    const { state, database } = workspaceOf(schema, `rows-${schema}`);
    const before = rowsOf(database);
    const columns = columnsOf(before);
    expect(columns.size).toBeGreaterThan(8);
    openDatabase({ file: database }).close();
    expect(rowsOf(database, columns)).toEqual(new Map([...before].filter(([table]) => table !== 'migrations')));
    expect(rowsOf(database).get('migrations')?.rows).toHaveLength(migrations.length);
    const [copy, ...more] = listUpgradeCopies(state);
    expect(more).toEqual([]);
    expect(copy).toMatchObject({ database: 'pipewright.db', schema });
    const path = join(state, 'before-upgrade', copy?.name ?? '');
    expect(rowsOf(path)).toEqual(before);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    openDatabase({ file: database }).close();
    expect(listUpgradeCopies(state)).toHaveLength(1);
  });

  it('is sound: its logs, values and tables are what they were made of', async () => {
    const { state } = workspaceOf(schema, `sound-${schema}`);
    const store = openWorkspaceStore({ folder: state, keyFile: join(scratch, 'key'), now: Date.now });
    expect(await store.doctor.check()).toEqual([]);
    store.close();
  });

  it('goes on: its runs are listed and replayed, and the one that waits is decided and ends', async () => {
    const { folder } = workspaceOf(schema, `goes-on-${schema}`);
    const workspace = await openWorkspace(folder);
    try {
      const runs = await workspace.runs();
      expect(runs.map(({ status }) => status).sort()).toEqual(['succeeded', 'succeeded', 'waiting']);
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
    const { state, database } = workspaceOf(schema, `back-${schema}`);
    const before = rowsOf(database);
    openDatabase({ file: database }).close();
    const older = migrations.slice(0, schema);
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

it('is usable by the old release or the new one, whole, wherever of a hundred points its upgrade is killed', async () => {
  const worker = join(kept, 'upgrade-worker.ts');
  const run = promisify(execFile);
  const source = workspaceOf(1, 'killed');
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
