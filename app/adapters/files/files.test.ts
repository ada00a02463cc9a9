import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import { findFiles } from './find-files.ts';
import { readFileBounded } from './read-file-bounded.ts';
import { readJsonFile } from './read-json-file.ts';
import { relativeTo, resolveInside } from './resolve-inside.ts';
import { storageError, sweepTemporaryFiles, writeFileAtomic } from './write-file-atomic.ts';

let folder: string;
let root: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
  root = join(folder, 'workspace');
  await mkdir(join(root, 'docs/deep/er'), { recursive: true });
  await mkdir(join(root, 'docs/.hidden'), { recursive: true });
  await mkdir(join(root, 'node_modules/x'), { recursive: true });
  await mkdir(join(folder, 'workspace-evil'));
  for (const name of [
    'docs/b.md',
    'docs/a.md',
    'docs/deep/c.txt',
    'docs/deep/er/Z.md',
    'docs/.hidden/h.md',
    'node_modules/x/n.md',
  ]) {
    await writeFile(join(root, name), name);
  }
  await writeFile(join(folder, 'workspace-evil/secret.md'), 'secret');
  await symlink(join(folder, 'workspace-evil/secret.md'), join(root, 'docs/out.md'));
  await symlink(join(folder, 'workspace-evil'), join(root, 'docs/outside'));
  await symlink('a.md', join(root, 'docs/link.md'));
  await symlink('loop.md', join(root, 'docs/loop.md'));
  await symlink(root, join(folder, 'root-link'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('writeFileAtomic', () => {
  it('replaces a file, keeps its rights and leaves nothing else', async () => {
    const path = join(folder, 'new/sub/x.json');
    await writeFileAtomic(path, 'one');
    await chmod(path, 0o600);
    await writeFileAtomic(path, 'two');
    expect(await readFile(path, 'utf8')).toBe('two');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'new/sub'))).toEqual(['x.json']);
  });

  it('leaves the old file and no scratch file when it fails', async () => {
    const path = join(folder, 'taken');
    await mkdir(path);
    await expect(writeFileAtomic(path, 'x')).rejects.toMatchObject({
      code: expect.stringMatching(/^storage\./),
      where: path,
    });
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it.each([
    ['ENOSPC', 'storage.full'],
    ['EROFS', 'storage.readonly'],
    ['EACCES', 'storage.readonly'],
    ['EIO', 'storage.failed'],
  ])('names %s %s', (code, ours) => {
    expect(storageError(Object.assign(new Error('x'), { code }), '/x')).toMatchObject({
      code: ours,
      remedy: expect.any(String),
    });
  });

  it('sweeps what a killed process left, not what is young or not its own', async () => {
    const place = await mkdtemp(join(folder, 'sweep-'));
    const [old, young, other] = ['.a.json.0123456789ab.tmp', '.a.json.0123456789ac.tmp', 'note.tmp'] as const;
    for (const name of [old, young, other]) await writeFile(join(place, name), '');
    await utimes(join(place, old), 1, 1);
    await utimes(join(place, other), 1, 1);
    expect(await sweepTemporaryFiles(place)).toBe(1);
    expect((await readdir(place)).sort()).toEqual([young, other]);
  });
});

describe('resolveInside', () => {
  it.each(['docs/a.md', './docs/../docs/a.md', 'docs/link.md'])('allows %s', async (path) => {
    expect(await resolveInside(root, path)).toBe(join(root, 'docs/a.md'));
    expect(await resolveInside(join(folder, 'root-link'), path)).toBe(join(root, 'docs/a.md'));
  });

  it.each([
    '../workspace-evil/secret.md',
    '..',
    '/etc/passwd',
    'docs/../../workspace-evil/secret.md',
    'docs/out.md',
    'docs/outside/secret.md',
    '../does-not-exist',
    'docs/a.md\0.txt',
  ])('refuses %j', async (path) => {
    await expect(resolveInside(root, path)).rejects.toMatchObject({ code: 'document.outside' });
  });

  it('tells what is missing and what cannot be followed', async () => {
    await expect(resolveInside(root, 'docs/nope.md')).rejects.toMatchObject({
      code: 'document.missing',
      where: 'docs/nope.md',
    });
    await expect(resolveInside(root, 'docs/loop.md')).rejects.toMatchObject({ code: 'document.unreadable' });
  });

  it('makes relative names', () => {
    expect(relativeTo('/a/b', '/a/b/c/d.md')).toBe('c/d.md');
    expect(relativeTo('/a/b', 'c/d.md')).toBe('c/d.md');
  });
});

describe('findFiles', () => {
  it.each([
    [['docs/**/*.md'], ['docs/a.md', 'docs/b.md', 'docs/deep/er/Z.md', 'docs/link.md', 'docs/loop.md', 'docs/out.md']],
    [['docs/*.md'], ['docs/a.md', 'docs/b.md', 'docs/link.md', 'docs/loop.md', 'docs/out.md']],
    [
      ['docs/{a,b}.md', 'docs/a.*'],
      ['docs/a.md', 'docs/b.md'],
    ],
    [['docs/a.md'], ['docs/a.md']],
    [['**/*.{txt,csv}'], ['docs/deep/c.txt']],
    [['docs/.hidden/*'], ['docs/.hidden/h.md']],
    [['docs/deep/**'], ['docs/deep/c.txt', 'docs/deep/er/Z.md']],
    [['docs/outside/*.md'], []],
    [['nowhere/*'], []],
    [['docs/?.md'], ['docs/a.md', 'docs/b.md']],
  ])('%j', async (patterns, expected) => {
    const found = await findFiles(root, patterns);
    // A linked folder may be named outright; what lies in it is refused when it is read.
    expect(found.filter((name) => !name.startsWith('docs/outside'))).toEqual(expected);
  });

  it.each(['/etc/*', '../*', 'docs/../../*', 'C:/x/*', '{a,../b}'])('refuses %s', async (pattern) => {
    await expect(findFiles(root, [pattern])).rejects.toMatchObject({ code: 'document.outside' });
  });

  it('is quick on patterns that make regular expressions hang', async () => {
    await writeFile(join(root, 'docs', 'a'.repeat(200)), '');
    await expectCpuWithin(1_000, async () => {
      expect(await findFiles(root, [`docs/${'*a'.repeat(60)}b`, `${'**/'.repeat(60)}b`])).toEqual([]);
    });
    await expect(findFiles(root, ['{a,b}'.repeat(12)])).rejects.toMatchObject({ code: 'document.unreadable' });
  });

  it('says that a folder is missing', async () => {
    await expect(findFiles(join(folder, 'nope'), ['*'])).rejects.toMatchObject({ code: 'document.missing' });
  });
});

describe('readFileBounded', () => {
  it('reads, and refuses folders, devices, links and what is too large', async () => {
    expect(Buffer.from(await readFileBounded(join(root, 'docs/a.md'), 100, 'a')).toString()).toBe('docs/a.md');
    await expect(readFileBounded(join(root, 'docs/a.md'), 3, 'a')).rejects.toMatchObject({ code: 'document.memory' });
    await expect(readFileBounded(join(root, 'docs'), 3, 'd')).rejects.toMatchObject({ code: 'document.unreadable' });
    await expect(readFileBounded('/dev/zero', 3, 'z')).rejects.toMatchObject({ code: 'document.unreadable' });
    await expect(readFileBounded(join(root, 'docs/link.md'), 30, 'l')).rejects.toMatchObject({
      code: 'document.unreadable',
    });
  });
});

describe('readJsonFile', () => {
  it('names the line of a mistake and limits depth', async () => {
    const path = join(folder, 'x.json');
    await writeFile(path, '{\n  "a": 1,\n  oops\n}');
    await expect(readJsonFile(path, { invalid: 'workspace.invalid', name: 'x.json' })).rejects.toMatchObject({
      code: 'workspace.invalid',
      where: 'x.json:3:3',
    });
    await writeFile(path, '['.repeat(70) + ']'.repeat(70));
    await expect(readJsonFile(path, { invalid: 'workspace.invalid' })).rejects.toMatchObject({
      message: expect.stringContaining('64'),
    });
    await writeFile(path, '{"a": [1]}');
    expect(await readJsonFile(path, { invalid: 'workspace.invalid' })).toEqual({ a: [1] });
  });
});
