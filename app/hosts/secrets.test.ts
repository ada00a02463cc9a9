import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSecrets, type SecretUse } from './secrets.ts';
import type { Environment } from './user-folders.ts';
import { userVault } from './vault.ts';

const folder = mkdtempSync(join(tmpdir(), 'pipewright-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'secrets.env');
writeFileSync(file, 'FROM_FILE=file-value\n');
chmodSync(file, 0o600);

const open = (env: Environment = {}) =>
  openSecrets({
    env,
    workspace: join(folder, 'workspace'),
    vault: userVault(folder, {}),
    names: () => ['OPENAI_API_KEY'],
  });
/** The value, or the code of the refusal. */
const get = (env: Environment, name: string, origin: string, by: SecretUse['by']) => {
  try {
    return open(env).valueFor(name, { origin, by });
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a secret that nobody has bound', () => {
  const env = { OPENAI_API_KEY: 'sk-openai', MINE: 'my-value' };
  it.each([
    ['MINE', 'https://api.openai.com', 'provider', 'my-value'],
    ['OPENAI_API_KEY', 'https://api.openai.com', 'provider', 'sk-openai'],
    ['OPENAI_API_KEY', 'https://api.openai.com', 'profile', 'sk-openai'],
    ['OPENAI_API_KEY', 'https://api.anthropic.com', 'provider', 'secret.unbound'],
    ['OPENAI_API_KEY', 'http://api.openai.com', 'profile', 'secret.unbound'],
    ['OPENAI_API_KEY', 'https://api.openai.com:8443', 'profile', 'secret.unbound'],
    ['OPENAI_API_KEY', 'https://api.openai.com.evil.example', 'profile', 'secret.unbound'],
    ['OPENAI_API_KEY', 'https://evil.example', 'profile', 'secret.unbound'],
    ['MINE', 'https://evil.example', 'profile', 'secret.unbound'],
    ['MINE', 'http://127.0.0.1.evil.example', 'profile', 'secret.unbound'],
    ['MINE', 'http://192.168.0.9', 'profile', 'secret.unbound'],
    ['MINE', 'http://localhost:8000', 'profile', 'my-value'],
    ['MINE', 'http://127.0.0.1:8000', 'profile', 'my-value'],
    ['MINE', 'http://[::1]:8000', 'profile', 'my-value'],
    ['MINE', 'http://localhost:8000', 'workflow', 'secret.unbound'],
    ['OPENAI_API_KEY', 'https://api.openai.com', 'workflow', 'secret.unbound'],
  ] as const)('%s for %s, asked by a %s: %s', (name, origin, by, expected) => {
    expect(get(env, name, origin, by)).toBe(expected);
  });
});

describe('a bound secret', () => {
  const env = {
    KEY: 'my-value',
    OPENAI_API_KEY: 'sk-openai',
    PIPEWRIGHT_SECRET_HOSTS: 'KEY=a.example,*.b.example  OPENAI_API_KEY=gateway.example',
  };
  it.each([
    ['KEY', 'https://a.example', 'my-value'],
    ['KEY', 'https://x.b.example', 'my-value'],
    ['KEY', 'https://b.example', 'secret.host'],
    ['KEY', 'http://a.example', 'secret.host'],
    ['KEY', 'https://a.example:444', 'secret.host'],
    ['KEY', 'http://localhost', 'secret.host'],
    ['OPENAI_API_KEY', 'https://gateway.example', 'sk-openai'],
    ['OPENAI_API_KEY', 'https://api.openai.com', 'secret.host'],
  ])('%s for %s: %s, whoever asks', (name, origin, expected) => {
    for (const by of ['provider', 'profile', 'workflow'] as const) expect(get(env, name, origin, by)).toBe(expected);
  });

  it('comes from environment, file or vault, and is known to the redactor', () => {
    userVault(folder, {}).set('KEPT', 'vault-value', ['a.example']);
    userVault(folder, {}).bind('BOUND', ['a.example']);
    const all = { BOUND: 'bound-value', PIPEWRIGHT_SECRETS_FILE: file, OPENAI_API_KEY: 'sk-openai', OTHER: 'not ours' };
    expect(get(all, 'KEPT', 'https://a.example', 'workflow')).toBe('vault-value');
    expect(get(all, 'BOUND', 'https://a.example', 'workflow')).toBe('bound-value');
    expect(get(all, 'FROM_FILE', 'http://localhost', 'profile')).toBe('file-value');
    expect(get(all, 'NONE', 'https://a.example', 'workflow')).toBeUndefined();
    expect(new Set(open(all).values())).toEqual(new Set(['vault-value', 'bound-value', 'file-value', 'sk-openai']));
    expect([open(all).has('KEPT'), open(all).has('NONE')]).toEqual([true, false]);
  });

  it('says why it does not go to the address of a profile', () => {
    const { refusal } = open({ ...env, MINE: 'my-value' });
    expect(refusal('KEY', 'https://a.example/v1')).toBeUndefined();
    expect(refusal('KEY', 'https://b.example/v1')).toMatchObject({ code: 'secret.host' });
    expect(refusal('MINE', 'https://b.example/v1')).toMatchObject({
      code: 'secret.unbound',
      remedy: expect.stringContaining('pipewright secrets bind MINE --host b.example'),
    });
    expect(refusal('NONE', 'https://b.example/v1')).toBeUndefined();
  });

  it('is refused where the list of hosts makes no sense', () => {
    for (const hosts of ['KEY', 'KEY=', 'key=a.example', 'KEY=a/b'])
      expect(() => open({ PIPEWRIGHT_SECRET_HOSTS: hosts })).toThrow();
  });
});
