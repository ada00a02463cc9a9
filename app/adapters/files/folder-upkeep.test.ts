import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesBelow, removeOld, removeOldVersions } from './folder-upkeep.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pipewright-upkeep-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const OLD = new Date('2026-01-01T00:00:00Z');
const BEFORE = Date.parse('2026-06-01T00:00:00Z');
function write(path: string, bytes: number, isOld: boolean): void {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, 'x'.repeat(bytes));
  if (isOld) utimesSync(file, OLD, OLD);
}

describe('the upkeep of folders', () => {
  it('counts all bytes below, follows no link, and finds nothing where nothing is', async () => {
    write('outside/big', 5000, false);
    write('a/one', 10, false);
    write('a/deep/two', 20, false);
    symlinkSync(join(root, 'outside'), join(root, 'a/link'));
    expect(await bytesBelow(join(root, 'a'))).toBe(30);
    expect(await bytesBelow(join(root, 'a/one'))).toBe(10);
    expect(await bytesBelow(join(root, 'nowhere'))).toBe(0);
  });

  it('removes what is old, folders whole, and nothing that a link leads to', async () => {
    write('outside/kept', 10, true);
    write('bin/old/text', 100, true);
    utimesSync(join(root, 'bin/old'), OLD, OLD);
    write('bin/new', 7, false);
    symlinkSync(join(root, 'outside'), join(root, 'bin/link'));
    expect(await removeOld(join(root, 'bin'), BEFORE)).toEqual({ removed: 1, bytes: 100 });
    expect(readdirSync(join(root, 'bin')).sort()).toEqual(['link', 'new']);
    expect(readdirSync(join(root, 'outside'))).toEqual(['kept']);
    expect(await removeOld(join(root, 'nowhere'), BEFORE)).toEqual({ removed: 0, bytes: 0 });
  });

  it('removes old versions and leaves the newest of each file, however old it is', async () => {
    for (const name of ['1-a', '2-b', '3-c']) write(`history/one/${name}`, 10, true);
    write('history/two/1-a', 10, true);
    write('history/two/2-b', 10, false);
    expect(await removeOldVersions(join(root, 'history'), BEFORE)).toEqual({ removed: 3, bytes: 30 });
    expect(readdirSync(join(root, 'history/one'))).toEqual(['3-c']);
    expect(readdirSync(join(root, 'history/two'))).toEqual(['2-b']);
  });
});
