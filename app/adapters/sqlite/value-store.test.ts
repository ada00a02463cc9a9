import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
import type { StoredValue } from '../../engine/journal.ts';
import type { WorkspaceStore } from './workspace-store.ts';

let workspace: TemporaryWorkspace;
let store: WorkspaceStore;
beforeEach(() => {
  workspace = temporaryWorkspace();
  store = workspace.open();
});
afterEach(() => workspace.remove());

async function keep(runId: string, ...values: StoredValue[]): Promise<void> {
  const outputs = Object.fromEntries(values.map((value, index) => [`out${index}`, refTo(value)]));
  const events = eventLog([runCreated(), stepFinished('a', { outputs })]);
  await store.journal.create({ runId, owner: 'one', events, values });
}

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const row = (digest: string) =>
  store.database
    .statement<{ form: string; body: Buffer | null }>('SELECT form, body FROM stored_values WHERE digest = ?')
    .get(digest);
const large = storedValue(randomBytes(900_000).toString('base64'));

describe('stored values', () => {
  it('are compressed where that is worth it, and files above a megabyte', async () => {
    const small = storedValue('short');
    const dense = storedValue(randomBytes(1500).toString('base64').slice(0, 1100));
    const wordy = storedValue('the same words again '.repeat(500));
    await keep('run_1', small, dense, wordy, large);
    expect(row(small.digest)?.form).toBe('text');
    expect(row(wordy.digest)).toMatchObject({ form: 'zstd' });
    expect(row(wordy.digest)?.body?.length).toBeLessThan(200);
    expect(row(large.digest)).toEqual({ form: 'file', body: null });
    const path = join(workspace.state, 'blobs', large.digest.slice(0, 2), large.digest);
    expect(readFileSync(path, 'utf8')).toBe(large.text);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(workspace.state, 'blobs')).mode & 0o777).toBe(0o700);
    for (const value of [small, dense, wordy, large]) {
      expect(JSON.stringify(await store.journal.value(value.digest, 'run_1'))).toBe(value.text);
    }
  });

  it('are reported as damaged or missing, by name', async () => {
    await keep('run_1', large, storedValue('plain '.repeat(10)));
    const path = join(workspace.state, 'blobs', large.digest.slice(0, 2), large.digest);
    const read = () => store.journal.value(large.digest, 'run_1');
    writeFileSync(path, `${large.text.slice(0, -1)}x`);
    await expect(read()).rejects.toMatchObject({
      code: 'storage.corrupt',
      where: expect.stringContaining(large.digest),
    });
    rmSync(path);
    await expect(read()).rejects.toMatchObject({ code: 'storage.corrupt', remedy: expect.any(String) });
    store.database.raw.exec("UPDATE stored_values SET body = x'00' WHERE form = 'text'");
    expect((await store.doctor.check()).map(({ check }) => check)).toEqual(['values', 'values']);
  });

  it.each([200, 3_000_000])('of people are nowhere on the disk in plain text (%i bytes)', async (length) => {
    const secret = `Ada Lovelace ${'0123456789'.repeat(length / 10)}`;
    const value = storedValue(secret, true);
    await keep('run_1', value);
    expect(await store.journal.value(value.digest, 'run_1')).toBe(secret);
    const files = filesUnder(workspace.folder);
    expect(files.some((file) => readFileSync(file).includes('Ada Lovelace'))).toBe(false);
    expect(files).toContain(workspace.keyFile);
    expect(statSync(workspace.keyFile).mode & 0o777).toBe(0o600);
    expect(files.filter((file) => file.startsWith(join(workspace.state, 'blobs')))).toHaveLength(length > 1e6 ? 1 : 0);
  });

  it('of people are kept run by run, apart from equal ones that are not personal', async () => {
    const personal = storedValue('Ada', true);
    const plain = storedValue('Ada');
    await keep('run_1', personal);
    await keep('run_2', personal);
    await keep('run_3', plain);
    expect(store.database.statement('SELECT rid FROM personal_values').all()).toHaveLength(2);
    expect(row(plain.digest)?.form).toBe('text');
    for (const runId of ['run_1', 'run_2', 'run_3']) expect(await store.journal.value(plain.digest, runId)).toBe('Ada');
  });

  it('of people stay closed without their key, and tell a wrong key', async () => {
    const value = storedValue('Ada', true);
    await keep('run_1', value);
    const elsewhere = workspace.open({ keyFile: join(workspace.folder, 'elsewhere', 'key') });
    await expect(elsewhere.journal.value(value.digest, 'run_1')).rejects.toMatchObject({ code: 'run.not_replayable' });
    expect(await elsewhere.doctor.check()).toEqual([]);
    writeFileSync(workspace.keyFile, randomBytes(32));
    chmodSync(workspace.keyFile, 0o644);
    const wrong = workspace.open();
    await expect(wrong.journal.value(value.digest, 'run_1')).rejects.toMatchObject({ code: 'storage.corrupt' });
    expect(statSync(workspace.keyFile).mode & 0o777).toBe(0o600);
    writeFileSync(workspace.keyFile, 'short');
    await expect(workspace.open().journal.value(value.digest, 'run_1')).rejects.toMatchObject({
      where: workspace.keyFile,
    });
  });
});
