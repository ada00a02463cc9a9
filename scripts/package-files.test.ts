import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-package-'));
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('of the package leave out what this machine ran and read in the sample workspace', () => {
  const sample = 'workflows/samples/support';
  for (const file of ['pipewright.json', '.pipewright/pipewright.db', '.pipewright/collections/docs.lance/data']) {
    const path = join(folder, sample, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  }
  const { stdout, stderr } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  expect(stdout, stderr).toContain(`${sample}/pipewright.json`);
  expect(stdout).not.toContain('.pipewright/');
});
