import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openManifest } from '../../app/adapters/updates/manifest.ts';
import { updateChannelOf } from '../../scripts/packaging/build.mjs';
import { announce, publicKeyOf } from '../../scripts/packaging/sign-update.mjs';
import { runProgram } from './run-program.ts';

const script = resolve(import.meta.dirname, '../../scripts/packaging/sign-update.mjs');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-sign-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('announcing a release', () => {
  it('signs the installers of its version, each for its platform and machine', async () => {
    for (const name of [
      ...[
        'pipewright-1.2.3-linux-x86_64.AppImage',
        'pipewright-1.2.3-linux-amd64.deb',
        'pipewright-1.2.3-win-arm64.exe',
      ],
      ...['pipewright-1.2.3-mac-arm64.dmg', 'pipewright-1.2.2-linux-x86_64.AppImage', 'latest.yml', 'a 1.2.3.exe'],
    ])
      writeFileSync(join(folder, name), name);
    const { privateKey: key } = generateKeyPairSync('ed25519');
    await announce({ folder, version: '1.2.3', key, now: Date.parse('2026-01-01T00:00:00Z'), days: 30 });
    const manifest = openManifest(readFileSync(join(folder, 'update.json')), publicKeyOf(key));
    expect(manifest).toMatchObject({ version: '1.2.3', expires: '2026-01-31T00:00:00.000Z' });
    expect(manifest.files.map(({ platform, arch, name }) => [platform, arch, name.split('.').pop()])).toEqual([
      ['linux', 'x64', 'deb'],
      ['linux', 'x64', 'AppImage'],
      ['darwin', 'arm64', 'dmg'],
      ['win32', 'arm64', 'exe'],
    ]);
    await expect(announce({ folder, version: '3.0.0', key, now: 0, days: 30 })).rejects.toThrow(/no installer/);
  });

  it('is a command: makes a key that only its owner reads, and signs with it', async () => {
    const file = join(folder, 'key.pem');
    const made = await runProgram(process.execPath, [script, '--make-key', file], { cwd: folder });
    expect(made.code, made.stderr).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const [, key = ''] = /PIPEWRIGHT_UPDATE_KEY=(\S+)/.exec(made.stdout) ?? [];
    expect(key).toBe(publicKeyOf(createPrivateKey(readFileSync(file))));
    expect(made.stdout).not.toContain('PRIVATE');
    expect((await runProgram(process.execPath, [script, '--make-key', file], { cwd: folder })).code).toBe(1);

    const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'));
    writeFileSync(join(folder, `pipewright-${version}-linux-x86_64.AppImage`), 'program');
    const env = { PATH: process.env['PATH'] ?? '' };
    const unsigned = await runProgram(process.execPath, [script, folder], { cwd: folder, env });
    expect([unsigned.code, unsigned.stderr]).toEqual([1, expect.stringContaining('PIPEWRIGHT_UPDATE_PRIVATE_KEY')]);
    const signed = await runProgram(process.execPath, [script, folder, '--days', '7'], {
      cwd: folder,
      env: { ...env, PIPEWRIGHT_UPDATE_PRIVATE_KEY_FILE: file },
    });
    expect(signed.code, signed.stderr).toBe(0);
    expect(openManifest(readFileSync(join(folder, 'update.json')), key)).toMatchObject({ version });
  });
});

it('a channel is an https folder and an Ed25519 key, or there is none', () => {
  const key = publicKeyOf(generateKeyPairSync('ed25519').privateKey);
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  const url = 'https://updates.example.com/pipewright/';
  const of = (PIPEWRIGHT_UPDATE_URL?: string, PIPEWRIGHT_UPDATE_KEY?: string) =>
    updateChannelOf({
      ...(PIPEWRIGHT_UPDATE_URL !== undefined && { PIPEWRIGHT_UPDATE_URL }),
      ...(PIPEWRIGHT_UPDATE_KEY !== undefined && { PIPEWRIGHT_UPDATE_KEY }),
    });
  expect(of()).toBeUndefined();
  expect(of(url, key)).toEqual({ url, key });
  expect(() => of(url)).toThrow(/both/);
  expect(() => of(undefined, key)).toThrow(/both/);
  for (const wrong of ['http://updates.example.com/', 'https://updates.example.com/a', 'x'])
    expect(() => of(wrong, key), wrong).toThrow(/https/);
  expect(() => of(url, publicKeyOf(other))).toThrow(/Ed25519/);
});
