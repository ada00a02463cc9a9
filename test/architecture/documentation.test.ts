import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

it('docs/add-a-node.md shows a node that type-checks', () => {
  const page = readFileSync(join(root, 'docs/add-a-node.md'), 'utf8');
  const files = [...page.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]+?)```/g)].map(([, name = '', source = '']) => ({
    name,
    source,
  }));
  expect(files.map(({ name }) => name)).toEqual(['manifest.ts', 'run.ts']);

  const folder = mkdtempSync(join(tmpdir(), 'pipewright-docs-'));
  try {
    for (const shared of ['app', 'node_modules']) symlinkSync(join(root, shared), join(folder, shared), 'dir');
    for (const file of ['package.json', 'tsconfig.json']) cpSync(join(root, file), join(folder, file));
    const options = { extends: './tsconfig.json', include: ['nodes'] };
    writeFileSync(join(folder, 'tsconfig.shown.json'), JSON.stringify(options));
    const shown = join(folder, 'nodes/shout');
    mkdirSync(shown, { recursive: true });
    for (const { name, source } of files) writeFileSync(join(shown, name), source);
    const check = () =>
      spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.shown.json'], {
        cwd: folder,
        encoding: 'utf8',
      }).stdout;

    expect(check()).toBe('');
    writeFileSync(join(shown, 'run.ts'), files[1]?.source.replace('inputs.text', 'inputs.txt') ?? '');
    expect(check()).toContain("Property 'txt' does not exist");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
