import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  eventLog,
  refTo,
  runCreated,
  stepFinished,
  storedValue,
  type TemporaryWorkspace,
  temporaryWorkspace,
} from '../../../test/kit/temporary-store.ts';
import { openWorkspaceStore, type WorkspaceStore } from './workspace-store.ts';

let workspace: TemporaryWorkspace;
let store: WorkspaceStore;
const large = storedValue('0123456789'.repeat(200_000));
const personal = storedValue('Ada', true);
let blob: string;

beforeEach(async () => {
  workspace = temporaryWorkspace();
  store = workspace.open();
  blob = join(workspace.state, 'blobs', large.digest.slice(0, 2), large.digest);
  const steps = Array.from({ length: 400 }, (_, i) =>
    stepFinished(`step_${i}`, { outputs: { out: { value: `${i} `.repeat(60) } } }),
  );
  const outputs = { large: refTo(large), personal: refTo(personal) };
  const events = eventLog([runCreated(), stepFinished('a', { outputs }), ...steps]);
  await store.journal.create({ runId: 'run_1', owner: 'one', events, values: [large, personal] });
});
afterEach(() => workspace.remove());

describe('doctor', () => {
  it('finds nothing wrong with a sound store', async () => {
    expect(await store.doctor.check()).toEqual([]);
    expect(await store.doctor.sweepFiles()).toEqual([]);
  });

  it.each([
    ['a changed body', "UPDATE events SET body = replace(body, '12 12 12', '12 13 12') WHERE seq = 15", 'Event 15'],
    ['a missing event', 'DELETE FROM events WHERE seq = 200', 'Event 200'],
    ['a missing end', 'DELETE FROM events WHERE seq > 390', 'Event 391'],
    ['an event in the wrong place', 'UPDATE events SET seq = 1000 WHERE seq = 402', 'Event 402'],
    ["another run's events", "UPDATE runs SET run_id = 'run_2'", 'Event 1'],
  ])('finds %s, and reading it fails', async (_, sql, named) => {
    store.database.raw.exec(sql);
    const [found, ...more] = (await store.doctor.check()).filter(({ check }) => check === 'events');
    expect(found?.message).toContain(named);
    expect(found?.remedy).toBeTruthy();
    expect(more).toEqual([]);
    const runId = found?.where.split(' ')[0] ?? '';
    await expect(store.journal.events(runId)).rejects.toMatchObject({ code: 'storage.corrupt' });
    expect((await store.doctor.rebuildProjections()).damaged).toHaveLength(1);
    expect(store.runs.steps(runId).length).toBeGreaterThan(0);
  });

  it('finds a missing blob, and sweeps what nothing names', async () => {
    const stray = join(workspace.state, 'blobs', 'ab', `ab${'0'.repeat(62)}`);
    mkdirSync(join(workspace.state, 'blobs', 'ab'), { recursive: true });
    writeFileSync(stray, 'orphan');
    writeFileSync(`${blob}.1-1.tmp`, 'torn');
    expect((await store.doctor.check()).map(({ check }) => check)).toEqual(['files', 'files']);
    expect((await store.doctor.sweepFiles()).sort()).toEqual([stray, `${blob}.1-1.tmp`].sort());
    expect(existsSync(blob)).toBe(true);
    expect(await store.doctor.check()).toEqual([]);
    rmSync(blob);
    expect(await store.doctor.check()).toMatchObject([
      { check: 'values', where: expect.stringContaining(large.digest) },
    ]);
  });

  /** Opens a copy of the store with one bit of its database flipped, and reads everything back. */
  async function readFlipped(bytes: Buffer, at: number, bit: number): Promise<{ error?: string; text?: string }> {
    const folder = join(workspace.folder, 'flipped');
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
    mkdirSync(folder);
    writeFileSync(join(folder, 'pipewright.db'), flipped);
    const outcome = await readAll(folder);
    rmSync(folder, { recursive: true });
    return outcome;
  }

  it('detects every flipped bit in the rows of the log', async () => {
    const sound = JSON.stringify(await store.journal.events('run_1'));
    store.close();
    const bytes = readFileSync(workspace.database);
    for (let i = 0; i < 100; i += 1) {
      const text = `"step":"step_${i * 4}"`;
      const errors: string[] = [];
      // Page splits leave dead copies of rows: a flip in one of those changes nothing, one in the row is found.
      for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) {
        const outcome = await readFlipped(bytes, at + ((i * 7) % text.length), i % 8);
        if (outcome.error === undefined) expect(outcome.text === sound).toBe(true);
        else errors.push(outcome.error);
      }
      expect(errors, text).toEqual(['storage.corrupt']);
    }
  });

  it('detects or survives any flipped bit in the whole file', async () => {
    const sound = JSON.stringify(await store.journal.events('run_1'));
    store.close();
    const bytes = readFileSync(workspace.database);
    // Even steps through the file: every kind of page is met, and the same places each time.
    const flips = 160;
    let detected = 0;
    for (let i = 0; i < flips; i += 1) {
      const at = Math.floor(((i + 0.5) * bytes.length) / flips);
      const { error, text } = await readFlipped(bytes, at, i % 8);
      if (error === undefined) expect(text === sound, `bit at ${at} changed the log unnoticed`).toBe(true);
      else {
        expect(error, `bit at ${at}`).toMatch(/^(storage\.(corrupt|migration)|run\.not_found|workspace\.newer)$/);
        detected += 1;
      }
    }
    expect(detected).toBeGreaterThan(30);
  });

  async function readAll(folder: string): Promise<{ error?: string; text?: string }> {
    let copy: WorkspaceStore | undefined;
    try {
      copy = openWorkspaceStore({ folder, keyFile: workspace.keyFile, now: () => 0 });
      const text = JSON.stringify(await copy.journal.events('run_1'));
      expect(await copy.journal.value(personal.digest, 'run_1')).toBe('Ada');
      return { text };
    } catch (error) {
      return { error: String((error as { code?: unknown }).code) };
    } finally {
      copy?.close();
    }
  }
});

describe('backUp', () => {
  it('copies a store in use, private to its owner, and the copy is whole', async () => {
    const target = join(workspace.folder, 'backup');
    expect(store.backUp(target)).toEqual({ blobs: 1 });
    expect(statSync(target).mode & 0o777).toBe(0o700);
    for (const file of ['pipewright.db', join('blobs', large.digest.slice(0, 2), large.digest)]) {
      expect(statSync(join(target, file)).mode & 0o777).toBe(0o600);
    }
    const copy = openWorkspaceStore({ folder: target, keyFile: workspace.keyFile, now: () => 0 });
    expect(await copy.doctor.check()).toEqual([]);
    expect(await copy.journal.events('run_1')).toEqual(await store.journal.events('run_1'));
    expect(await copy.journal.value(personal.digest, 'run_1')).toBe('Ada');
    copy.close();
    expect(() => store.backUp(target)).toThrow(
      expect.objectContaining({ code: 'workspace.exists', where: expect.any(String) }),
    );
  });
});
