import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Keychain, vaultKey } from './keychain.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-keychain-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Backend = ReturnType<Keychain['getSelectedStorageBackend']>;

/** Seals with a word that only its backend has, as keychains of different sessions do. */
function keychainOf(
  backend: Backend,
  faults: { unavailable?: boolean; refuses?: boolean; rotated?: boolean } = {},
): Keychain {
  const word = (of: string) => Buffer.from(of.padEnd(16, '.'));
  const mix = (bytes: Buffer, by: Buffer) =>
    Buffer.from(bytes.map((byte, at) => byte ^ (by[at % by.length] ?? 0) ^ 0x5a));
  return {
    getSelectedStorageBackend: () => backend,
    isAsyncEncryptionAvailable: async () => faults.unavailable !== true,
    encryptStringAsync: async (text) => mix(Buffer.from(`${backend} ${text}`), word(backend)),
    decryptStringAsync: async (sealed) => {
      const [by, result = ''] = mix(sealed, word(backend)).toString().split(' ');
      if (faults.refuses || by !== backend) throw new Error(`refused: ${result}`);
      return { result, shouldReEncrypt: faults.rotated === true };
    },
  };
}

const ask = (keychain: Keychain, platform: NodeJS.Platform = 'linux') => vaultKey({ keychain, folder, platform });
const onDisk = (): string =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');

const real: Backend[] = ['gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6'];
const plain: Backend[] = ['basic_text', 'unknown'];

describe.each(real)('a session with %s', (backend) => {
  it('makes a key at the first run and keeps it sealed, for its owner only', async () => {
    const answer = await ask(keychainOf(backend));
    if (!('key' in answer)) throw new Error(answer.problem);
    expect(Buffer.from(answer.key, 'base64')).toHaveLength(32);
    expect(onDisk()).not.toContain(answer.key);
    expect(onDisk()).not.toContain(Buffer.from(answer.key).toString('base64'));
    expect(statSync(join(folder, 'vault-key.json')).mode & 0o777).toBe(0o600);
  });

  it('gives the same key at the next', async () => {
    expect(await ask(keychainOf(backend))).toEqual(await ask(keychainOf(backend)));
  });

  it('says that the session has another keychain now, and keeps the key for the one that has it', async () => {
    const first = await ask(keychainOf(backend));
    const before = onDisk();
    for (const other of [...real, ...plain].filter((one) => one !== backend)) {
      expect(await ask(keychainOf(other))).toEqual({ problem: expect.stringMatching(/keychain/) });
      expect(onDisk()).toBe(before);
    }
    expect(await ask(keychainOf(backend))).toEqual(first);
  });

  it('says that the keychain refused, tells nothing of it, and loses nothing', async () => {
    const first = await ask(keychainOf(backend));
    const before = onDisk();
    const answer = await ask(keychainOf(backend, { refuses: true }));
    expect(answer).toEqual({ problem: expect.stringContaining('Unlock it') });
    expect(JSON.stringify(answer)).not.toContain('key' in first ? first.key : '');
    expect(await ask(keychainOf(backend, { unavailable: true }))).toHaveProperty('problem');
    expect(onDisk()).toBe(before);
    expect(await ask(keychainOf(backend))).toEqual(first);
  });
});

describe.each(plain)('a session with %s', (backend) => {
  it('keeps nothing on the disk, at the first run and later', async () => {
    for (let run = 0; run < 2; run += 1) expect(await ask(keychainOf(backend))).toHaveProperty('problem');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves the key of another session, also when that one would refuse', async () => {
    await ask(keychainOf('kwallet6'));
    const before = onDisk();
    expect(await ask(keychainOf(backend))).toHaveProperty('problem');
    expect(await ask(keychainOf(backend, { refuses: true }))).toHaveProperty('problem');
    expect(onDisk()).toBe(before);
  });
});

it('does not ask which backend it is on macOS and Windows, where there is one', async () => {
  for (const platform of ['darwin', 'win32'] as const) {
    rmSync(join(folder, 'vault-key.json'), { force: true });
    expect(await ask(keychainOf('unknown'), platform)).toHaveProperty('key');
    expect(await ask(keychainOf('unknown'), platform)).toHaveProperty('key');
  }
});

it('seals again what a keychain has a new key for', async () => {
  const first = await ask(keychainOf('kwallet6'));
  const path = join(folder, 'vault-key.json');
  const inode = statSync(path).ino;
  expect(await ask(keychainOf('kwallet6', { rotated: true }))).toEqual(first);
  expect(statSync(path).ino).not.toBe(inode);
  expect(await ask(keychainOf('kwallet6'))).toEqual(first);
});

it('says that the sealed key is damaged, and leaves it', async () => {
  writeFileSync(join(folder, 'vault-key.json'), '{"format":1');
  expect(await ask(keychainOf('kwallet6'))).toEqual({ problem: expect.stringContaining('damaged') });
  expect(onDisk()).toBe('{"format":1');
});

it('does not wait for ever for a keychain that asks the person', async () => {
  const silent = { ...keychainOf('kwallet6'), isAsyncEncryptionAvailable: () => new Promise<boolean>(() => undefined) };
  expect(await vaultKey({ keychain: silent, folder, platform: 'linux', patienceMs: 20 })).toEqual({
    problem: expect.stringContaining('did not answer'),
  });
});
