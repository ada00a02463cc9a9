import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const program = join(import.meta.dirname, 'run-checks.mjs');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-checks-'));
  // Stands in for npm: is given `run -s NAME`. “left” and “right” end only beside each other.
  const npm = `
    import { existsSync, writeFileSync } from 'node:fs';
    const name = process.argv[4];
    writeFileSync(name, '');
    const other = { left: 'right', right: 'left' }[name];
    const until = Date.now() + 15_000;
    while (other && !existsSync(other) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
    console.log(name + ' says this');
    console.error(name + ' warns');
    process.exitCode = name === 'bad' || (other && !existsSync(other)) ? 3 : 0;
  `;
  writeFileSync(join(folder, 'npm.mjs'), npm);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(names: string[], npm: string | undefined = join(folder, 'npm.mjs')) {
  const env = { PATH: process.env['PATH'], ...(npm && { npm_execpath: npm }) };
  return spawnSync(process.execPath, [program, ...names], { cwd: folder, env, encoding: 'utf8' });
}

it('runs two at the same time, and shows what each says', () => {
  const { status, stdout, stderr } = run(['left', 'right', 'third']);
  expect([status, stderr]).toEqual([0, '']);
  for (const name of ['left', 'right', 'third']) {
    expect(stdout).toContain(`${name} says this\n`);
    expect(stdout).toContain(`${name} warns\n`);
  }
});

it('fails when one fails, names it, and still runs the others', () => {
  const { status, stdout, stderr } = run(['bad', 'one', 'two']);
  expect(status).toBe(1);
  expect(stderr).toBe('failed: npm run bad\n');
  expect(stdout).toContain('bad warns');
  expect(stdout).toContain('two says this');
});

it('says how it is started', () => {
  const { status, stderr } = run(['one'], '');
  expect(status).toBe(1);
  expect(stderr).toContain('npm run check:quick');
});
