import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksOf, commandsOf, usageFault } from '../kit/docs-page.ts';

const root = join(import.meta.dirname, '../..');

/** Programs of a page, checked against the source tree as it is. */
function typeFaults(programs: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-page-'));
  try {
    programs.forEach((source, i) => {
      const fromSource = source.replace("'pipewright'", JSON.stringify(join(root, 'app/index.ts')));
      writeFileSync(join(folder, `page-${i}.ts`), fromSource);
    });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
    const options = { extends: join(root, 'tsconfig.json'), include: ['*.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    return spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.each(['cassettes.md', 'costs.md', 'security.md'])('docs/%s', (page) => {
  it('shows commands that the command understands', async () => {
    const commands = commandsOf(page);
    expect(commands.length).toBeGreaterThan(2);
    for (const args of commands) expect(await usageFault(args)).toBeUndefined();
  });

  it('shows programs that type-check', () => {
    const programs = blocksOf(page, 'ts');
    expect(programs.length).toBeGreaterThan(0);
    expect(typeFaults(programs)).toBe('');
    expect(typeFaults(programs.map((program) => program.replace('openWorkspace', 'openWorkspaec')))).not.toBe('');
  });
});

it('finds what a page gets wrong', async () => {
  expect(await usageFault(['test', '--junti', 'x'])).toContain('--junti');
  expect(await usageFault(['tset'])).toContain('tset');
});

it('docs/debugging.md shows commands that the command understands', async () => {
  const commands = commandsOf('debugging.md');
  expect(commands.length).toBeGreaterThan(5);
  for (const args of commands) expect(await usageFault(args)).toBeUndefined();
});
