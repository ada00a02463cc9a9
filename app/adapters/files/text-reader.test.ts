import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { shareSpy } from '../../../test/kit/share-spy.ts';
import { findFiles, findFilesNow } from './find-files.ts';
import { createTextReader } from './text-reader.ts';

let folder: string;
let root: string;
let opened: MockInstance<typeof files.open>;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'text-reader-')));
  root = join(folder, 'workspace');
  mkdirSync(root);
  opened = shareSpy(vi.spyOn(files, 'open'));
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const later = (ms = 60_000) => vi.setSystemTime(Date.now() + ms);
const timesRead = () => opened.mock.calls.length;

describe('a reader of texts', () => {
  it('reads a file that rests once', async () => {
    writeFileSync(join(root, 'a.md'), 'one');
    later();
    const read = createTextReader(root, 100);
    for (let i = 0; i < 3; i += 1) expect(await read('a.md')).toBe('one');
    expect(timesRead()).toBe(1);
  });

  it('reads a file anew that changed a moment ago: it may change once more and look the same', async () => {
    const read = createTextReader(root, 100);
    for (const text of ['one', 'two', 'six']) {
      writeFileSync(join(root, 'a.md'), text);
      expect(await read('a.md')).toBe(text);
      expect(await read('a.md')).toBe(text);
    }
    expect(timesRead()).toBe(6);
  });

  it('sees another text of the same length and the same time of change', async () => {
    writeFileSync(join(root, 'a.md'), 'one');
    utimesSync(join(root, 'a.md'), 1_000_000, 1_000_000);
    later();
    const read = createTextReader(root, 100);
    expect(await read('a.md')).toBe('one');
    writeFileSync(join(root, 'b.md'), 'two');
    utimesSync(join(root, 'b.md'), 1_000_000, 1_000_000);
    renameSync(join(root, 'b.md'), join(root, 'a.md'));
    expect(await read('a.md')).toBe('two');
  });

  it('refuses a link that leads out, also where it led to a file inside before', async () => {
    writeFileSync(join(folder, 'secret.md'), 'no');
    writeFileSync(join(root, 'a.md'), 'yes');
    symlinkSync('a.md', join(root, 'link.md'));
    later();
    const read = createTextReader(root, 100);
    expect(await read('link.md')).toBe('yes');
    rmSync(join(root, 'link.md'));
    symlinkSync('../secret.md', join(root, 'link.md'));
    await expect(read('link.md')).rejects.toMatchObject({ code: 'document.outside' });
    await expect(read('../secret.md')).rejects.toMatchObject({ code: 'document.outside' });
  });

  it('tells of a file that is gone, and of one that grew too large', async () => {
    writeFileSync(join(root, 'a.md'), 'one');
    later();
    const read = createTextReader(root, 5);
    expect(await read('a.md')).toBe('one');
    writeFileSync(join(root, 'a.md'), 'much longer');
    await expect(read('a.md')).rejects.toMatchObject({ code: 'document.memory' });
    rmSync(join(root, 'a.md'));
    await expect(read('a.md')).rejects.toMatchObject({ code: 'document.missing' });
  });
});

describe('a search at once', () => {
  it('finds what the other finds, and refuses alike', async () => {
    for (const path of ['workflows/b/c', 'node_modules/x', 'workflows/.d'])
      mkdirSync(join(root, path), { recursive: true });
    for (const file of ['workflows/a.flow.json', 'workflows/b/c/d.flow.json', 'workflows/a.md', 'node_modules/x/a.md'])
      writeFileSync(join(root, file), '');
    for (const patterns of [['workflows/**/*.flow.json'], ['**/*.md'], ['none/*.md'], ['workflows/a.md', '*.json']])
      expect(findFilesNow(root, patterns)).toEqual(await findFiles(root, patterns));
    expect(findFilesNow(root, ['workflows/**/*.flow.json'])).toEqual([
      'workflows/a.flow.json',
      'workflows/b/c/d.flow.json',
    ]);
    const gone = join(folder, 'gone');
    expect(() => findFilesNow(gone, ['*.md'])).toThrow('There is no such folder.');
    await expect(findFiles(gone, ['*.md'])).rejects.toMatchObject({ code: 'document.missing' });
  });
});
