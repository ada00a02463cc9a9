import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openVault, type Vault } from './vault.ts';

const root = mkdtempSync(join(tmpdir(), 'pipewright-vault-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folder: string;
const file = () => join(folder, 'vault.json');
const open = (passphrase?: string): Vault =>
  openVault({ file: file(), keyFile: join(folder, 'vault.key'), ...(passphrase && { passphrase }) });
const code = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};
const edit = (change: (vault: { secrets: { [name: string]: { hosts: string[]; sealed?: string } } }) => void) => {
  const vault = JSON.parse(readFileSync(file(), 'utf8'));
  change(vault);
  writeFileSync(file(), JSON.stringify(vault));
};
beforeEach(() => {
  folder = mkdtempSync(join(root, 'one-'));
});

describe('the vault', () => {
  it('keeps values sealed, names and hosts open, for its owner alone, and gives them to another process', () => {
    expect([open().entries(), open().lock(), open().value('A')]).toEqual([[], undefined, undefined]);
    open().set('A', 'value-of-a-ü', ['a.example']);
    open().set('B', 'value-of-b', ['b.example', '*.c.example']);
    open().bind('C', ['d.example']);
    expect([open().value('A'), open().value('B'), open().value('C'), open().value('toString')]).toEqual([
      'value-of-a-ü',
      'value-of-b',
      undefined,
      undefined,
    ]);
    expect(open().entries()).toEqual([
      { name: 'A', hosts: ['a.example'], kept: true },
      { name: 'B', hosts: ['b.example', '*.c.example'], kept: true },
      { name: 'C', hosts: ['d.example'], kept: false },
    ]);
    const text = readFileSync(file(), 'utf8');
    expect(text).not.toContain('value-of');
    expect(text).not.toContain(Buffer.from('value-of-b').toString('base64'));
    for (const path of [file(), join(folder, 'vault.key')]) expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('seals one value differently each time, keeps it when it is bound anew, and forgets it', () => {
    open().set('A', 'one value', ['a.example']);
    const before = readFileSync(file(), 'utf8');
    open().set('A', 'one value', ['a.example']);
    expect(readFileSync(file(), 'utf8')).not.toBe(before);
    open().bind('A', ['b.example']);
    expect([open().value('A'), open().entries()[0]?.hosts]).toEqual(['one value', ['b.example']]);
    expect([open().remove('A'), open().remove('A'), open().value('A')]).toEqual([true, false, undefined]);
  });

  it('opens no value whose hosts or name were changed in the file', () => {
    open().set('A', 'one value', ['a.example']);
    open().set('B', 'other value', ['b.example']);
    edit(({ secrets }) => secrets['A']?.hosts.push('evil.example'));
    expect(code(() => open().value('A'))).toBe('secrets.vault');
    edit(({ secrets }) => {
      secrets['A'] = { hosts: ['b.example'], sealed: secrets['B']?.sealed ?? '' };
    });
    expect(code(() => open().value('A'))).toBe('secrets.vault');
    expect(open().value('B')).toBe('other value');
  });

  it('says what is wrong with a file that it cannot read, and without its key', () => {
    open().set('A', 'one value', ['a.example']);
    rmSync(join(folder, 'vault.key'));
    expect(code(() => open().value('A'))).toBe('secrets.locked');
    for (const text of ['', '{', '{"format":2}', '[]', '{"format":1,"key":{"kind":"none"},"secrets":{}}']) {
      writeFileSync(file(), text);
      expect(code(() => open().entries())).toBe('secrets.vault');
    }
  });

  it('with a passphrase has no key on the disk, and opens and grows with the right one only', () => {
    open('correct horse battery').set('A', 'one value', ['a.example']);
    expect(() => statSync(join(folder, 'vault.key'))).toThrow();
    expect(open().lock()).toBe('passphrase');
    expect(open('correct horse battery').value('A')).toBe('one value');
    expect(code(() => open().value('A'))).toBe('secrets.locked');
    expect(code(() => open('wrong horse').value('A'))).toBe('secrets.locked');
    expect(code(() => open('wrong horse').set('B', 'x', ['b.example']))).toBe('secrets.locked');
    expect(
      open()
        .entries()
        .map(({ name }) => name),
    ).toEqual(['A']);
  });

  it('is opened by a passphrase until its process ends, by the right one only, and says so by its stamp', () => {
    open('correct horse battery').set('A', 'one value', ['a.example']);
    const vault = open();
    const before = vault.stamp();
    expect(vault.isOpen()).toBe(false);
    expect(code(() => vault.unlock('wrong horse'))).toBe('secrets.locked');
    expect([vault.isOpen(), vault.stamp()]).toEqual([false, before]);
    vault.unlock('correct horse battery');
    expect([vault.isOpen(), vault.value('A'), vault.stamp() === before]).toEqual([true, 'one value', false]);
    // A wrong one afterwards locks nobody out.
    expect(code(() => vault.unlock('wrong horse'))).toBe('secrets.locked');
    expect(vault.value('A')).toBe('one value');
    expect(open().isOpen()).toBe(false);
  });

  it('is made with the passphrase that was given before there was one, and refuses one that it has not', () => {
    const vault = open();
    vault.unlock('correct horse battery');
    vault.set('A', 'one value', ['a.example']);
    expect(open().lock()).toBe('passphrase');
    rmSync(file());
    open().set('A', 'one value', ['a.example']);
    expect(code(() => open().unlock('correct horse battery'))).toBe('secret.invalid');
  });

  it('of the keychain has no key on the disk, and opens only where the keychain gives it', () => {
    const keychainKey = Buffer.alloc(32, 7);
    const inApp = () => openVault({ file: file(), keyFile: join(folder, 'vault.key'), keychainKey });
    inApp().set('A', 'one value', ['a.example']);
    expect(() => statSync(join(folder, 'vault.key'))).toThrow();
    expect([open().lock(), open().isOpen(), inApp().isOpen(), inApp().value('A')]).toEqual([
      'keychain',
      false,
      true,
      'one value',
    ]);
    expect(code(() => open().value('A'))).toBe('secrets.locked');
    expect(code(() => open().set('B', 'other', ['b.example']))).toBe('secrets.locked');
    const other = openVault({ file: file(), keyFile: join(folder, 'vault.key'), keychainKey: Buffer.alloc(32, 8) });
    expect(code(() => other.value('A'))).toBe('secrets.vault');
  });
});
