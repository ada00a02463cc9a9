import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTextFolder, type TextFolder } from './workspace-folder.ts';

let base: string;
let root: string;
let folder: TextFolder;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'pipewright-folder-'));
  root = join(base, 'workspace');
  mkdirSync(join(root, 'workflows'), { recursive: true });
  mkdirSync(join(base, 'outside'));
  writeFileSync(join(base, 'outside/secret.txt'), 'secret');
  folder = openTextFolder(root, 1000);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe('a text folder', () => {
  it('writes, reads, moves and removes, making folders on the way', async () => {
    const { hash } = await folder.write('workflows/deep/er/a.txt', 'größer');
    expect(await folder.read('workflows/deep/er/a.txt')).toMatchObject({ text: 'größer', hash });
    expect(await folder.facts('workflows/deep/er/a.txt')).toMatchObject({ bytes: 8 });
    await folder.move('workflows/deep/er/a.txt', 'workflows/new/b.txt');
    expect(await folder.find('workflows/**/*.txt')).toEqual(['workflows/new/b.txt']);
    await folder.remove('workflows/new');
    expect(await folder.facts('workflows/new/b.txt')).toBeUndefined();
    await folder.remove('workflows/new');
  });

  it('is made when something is first written, and empty before', async () => {
    const late = openTextFolder(join(base, 'late'), 1000);
    expect(await late.find('*')).toEqual([]);
    await late.write('a/b.txt', 'x');
    expect(readFileSync(join(base, 'late/a/b.txt'), 'utf8')).toBe('x');
  });

  it.each(['../outside/new.txt', '/etc/new.txt', 'workflows/../../outside/new.txt', 'a\0b', '', '.'])(
    'is not left by writing, moving to or removing %j',
    async (path) => {
      await folder.write('a.txt', 'x');
      const works = [() => folder.write(path, 'x'), () => folder.move('a.txt', path), () => folder.remove(path)];
      for (const work of works) await expect(work()).rejects.toMatchObject({ code: 'document.outside' });
      expect(existsSync(join(base, 'outside/new.txt'))).toBe(false);
      expect(existsSync(root)).toBe(true);
    },
  );

  it('is not left by links: of folders, of files, of files that are not there yet', async () => {
    symlinkSync(join(base, 'outside'), join(root, 'linked'));
    symlinkSync(join(base, 'outside/secret.txt'), join(root, 'secret.txt'));
    symlinkSync(join(base, 'outside/fresh.txt'), join(root, 'fresh.txt'));
    for (const path of ['linked/new.txt', 'linked/deep/new.txt', 'secret.txt'])
      await expect(folder.write(path, 'x')).rejects.toMatchObject({ code: 'document.outside' });
    await expect(folder.remove('linked/secret.txt')).rejects.toMatchObject({ code: 'document.outside' });
    await expect(folder.read('secret.txt')).rejects.toMatchObject({ code: 'document.outside' });
    // A link to nothing is replaced by the file, and nothing comes to be outside.
    await folder.write('fresh.txt', 'x');
    expect(existsSync(join(base, 'outside/fresh.txt'))).toBe(false);
    expect(readFileSync(join(base, 'outside/secret.txt'), 'utf8')).toBe('secret');
  });

  it('writes through a link that stays inside', async () => {
    await folder.write('workflows/real.txt', 'one');
    symlinkSync(join(root, 'workflows/real.txt'), join(root, 'alias.txt'));
    await folder.write('alias.txt', 'two');
    expect(readFileSync(join(root, 'workflows/real.txt'), 'utf8')).toBe('two');
  });

  it('moves over nothing that is there', async () => {
    await folder.write('a.txt', 'a');
    await folder.write('b.txt', 'b');
    await expect(folder.move('a.txt', 'b.txt')).rejects.toMatchObject({ code: 'storage.exists' });
    expect((await folder.read('b.txt')).text).toBe('b');
  });

  it('keeps no text that it could not read again', async () => {
    await expect(folder.write('a.txt', 'x'.repeat(1001))).rejects.toMatchObject({ code: 'document.memory' });
    writeFileSync(join(root, 'bytes.txt'), Buffer.from([0xff, 0xfe, 0x41]));
    await expect(folder.read('bytes.txt')).rejects.toMatchObject({ code: 'document.unreadable' });
  });
});
