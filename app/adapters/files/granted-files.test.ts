import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallAbout, CallOptions, WriteFileRequest } from '../../core/capabilities/capabilities.ts';
import { covers, parseReach } from '../../core/policy/reach.ts';
import { createGrantedFiles } from './granted-files.ts';

const base = mkdtempSync(join(tmpdir(), 'pipewright-granted-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(base, 'ws-'));
});
const about = { runId: 'run_1', step: 's', workflowHash: 'hash' } as CallAbout;
const files = () =>
  createGrantedFiles({
    root,
    recordFolder: join(root, '.pipewright/writes'),
    allows: (hash, wanted) => hash === 'hash' && covers(parseReach('write:out'), wanted),
    now: () => Date.now(),
  });
const write = (more: Partial<WriteFileRequest> & { text?: string }, key?: string, options: CallOptions = { about }) => {
  const { text = 'new', ...rest } = more;
  return files().write(
    { folder: 'out', path: 'a.txt', mode: 'create', content: { text }, ...rest },
    { ...options, ...(key !== undefined && { idempotencyKey: key }) },
  );
};
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('a write', () => {
  it('makes folders, writes text and bytes, and says where', async () => {
    expect(await write({ folder: 'out/daily', path: 'x/ü.txt' })).toEqual({
      path: 'out/daily/x/ü.txt',
      bytes: 3,
      written: true,
    });
    expect(read('out/daily/x/ü.txt')).toBe('new');
    await write({ content: { base64: 'AAEC' }, path: 'b.bin' });
    expect([...readFileSync(join(root, 'out/b.bin'))]).toEqual([0, 1, 2]);
  });

  it('keeps to its mode', async () => {
    await write({ text: 'one' });
    await expect(write({ text: 'two' })).rejects.toMatchObject({ code: 'file.exists' });
    await write({ mode: 'append', text: '+' });
    expect(await write({ mode: 'append', text: '+' })).toMatchObject({ bytes: 5 });
    expect(read('out/a.txt')).toBe('one++');
    await write({ mode: 'replace', text: 'three' });
    expect(read('out/a.txt')).toBe('three');
  });

  it('at the same time as others loses nothing', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, i) => write({ mode: 'append', text: `line ${i}\n` }, `key ${i}`)));
    expect(new Set(read('out/a.txt').trim().split('\n')).size).toBe(50);
  });

  it('that is made again after a crash is done once', async () => {
    for (const mode of ['create', 'append'] as const) {
      const path = `${mode}.txt`;
      expect(await write({ mode, path }, mode)).toMatchObject({ written: true });
      expect(await write({ mode, path }, mode)).toMatchObject({ written: false });
      await write({ mode: 'append', path, text: 'more' });
      if (mode === 'append') expect(await write({ mode, path }, mode)).toMatchObject({ written: false });
      expect(read(`out/${path}`)).toBe('newmore');
    }
    // Another step with another key means it.
    await write({ mode: 'append', path: 'append.txt' }, 'other');
    expect(read('out/append.txt')).toBe('newmorenew');
    // Begun, noted, and not yet done.
    await write({ mode: 'append', path: 'cut.txt' }, 'cut');
    writeFileSync(join(root, 'out/cut.txt'), '');
    expect(await write({ mode: 'append', path: 'cut.txt' }, 'cut')).toMatchObject({ written: true });
    expect(read('out/cut.txt')).toBe('new');
  });
});

describe('nothing is written', () => {
  it('without a grant for the folder and this very content', async () => {
    for (const [folder, hash] of [
      ['other', 'hash'],
      ['out2', 'hash'],
      ['out', 'changed'],
    ] as const) {
      const options = { about: { ...about, workflowHash: hash } };
      await expect(write({ folder }, undefined, options)).rejects.toMatchObject({ code: 'grant.missing' });
    }
    await expect(write({}, undefined, {})).rejects.toMatchObject({ code: 'grant.missing' });
    expect(existsSync(join(root, 'out'))).toBe(false);
  });

  it.each([
    ...['', '.', '..', '../x', 'a/../../x', '/etc/x', 'a//b', './a', '.hidden', 'a/.git/hooks/x', 'c:\\x', 'a\\..\\b'],
    ...[
      'a\0b',
      'a\nb',
      'con',
      'NUL.txt',
      'com1.log',
      'a.',
      'a ',
      'a:stream',
      'a*',
      'a?',
      '<a',
      'a|b',
      `${'x'.repeat(201)}`,
    ],
  ])('at %j', async (path) => {
    await expect(write({ path })).rejects.toMatchObject({ code: 'file.name' });
  });
  it.each(['.', '..', 'out/..', 'workflows', 'prompts', '.git', '.pipewright', '/tmp', 'out/../workflows'])(
    'in %j',
    async (folder) => {
      await expect(write({ folder })).rejects.toMatchObject({ code: 'grant.invalid' });
    },
  );

  it('through a link, wherever it stands and wherever it leads', async () => {
    const elsewhere = mkdtempSync(join(base, 'elsewhere-'));
    writeFileSync(join(elsewhere, 'a.txt'), 'theirs');
    symlinkSync(elsewhere, join(root, 'out'));
    for (const mode of ['create', 'replace', 'append'] as const)
      await expect(write({ mode, path: 'b.txt' })).rejects.toMatchObject({ code: 'file.outside' });
    rmSync(join(root, 'out'));
    mkdirSync(join(root, 'out'));
    symlinkSync(elsewhere, join(root, 'out/deeper'));
    symlinkSync(join(elsewhere, 'a.txt'), join(root, 'out/a.txt'));
    symlinkSync(join(elsewhere, 'not-there'), join(root, 'out/dangling'));
    symlinkSync(join(root, 'out'), join(root, 'out/inside'));
    for (const path of ['deeper/b.txt', 'a.txt', 'dangling', 'inside/c.txt'])
      for (const mode of ['create', 'replace', 'append'] as const)
        await expect(write({ mode, path })).rejects.toMatchObject({ code: 'file.outside' });
    expect(readFileSync(join(elsewhere, 'a.txt'), 'utf8')).toBe('theirs');
    expect(existsSync(join(elsewhere, 'not-there'))).toBe(false);
  });

  it('over a folder, or through a file', async () => {
    mkdirSync(join(root, 'out/folder'), { recursive: true });
    writeFileSync(join(root, 'out/file'), '');
    for (const path of ['folder', 'file/x'])
      await expect(write({ path, mode: 'replace' })).rejects.toMatchObject({ code: 'file.outside' });
  });
});
