import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withPlant } from '../kit/with-plant.ts';
import { plantedBugs } from './planted-bugs.ts';

const root = resolve(import.meta.dirname, '../..');
let copy: string;

/** Runs seeds in the copied tree: exit code 0 when all of them held, and what the runner printed. */
function runSeeds(count: number): Promise<{ code: number | null; out: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, ['test/simulation/run-seeds.ts', '1', String(count)], {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
    });
    let out = '';
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      out += data;
    });
    child.on('close', (code) => done({ code, out: out.slice(-600) }));
  });
}

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'pipewright-planted-'));
  for (const folder of ['app/core', 'app/engine', 'app/services/cassette', 'nodes', 'test/kit', 'test/simulation'])
    await cp(join(root, folder), join(copy, folder), { recursive: true });
  await cp(join(root, 'package.json'), join(copy, 'package.json'));
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rm(copy, { recursive: true, force: true }));

describe('planted bugs', () => {
  it('finds nothing in the engine as it is', async () => {
    expect(await runSeeds(100)).toMatchObject({ code: 0 });
  });

  it.each(plantedBugs)('notices within 1,000 seeds that $name', (bug) =>
    withPlant(copy, bug, async () => {
      const { code, out } = await runSeeds(1000);
      expect(code, out).not.toBe(0);
      console.info(out.trim().slice(0, 160));
    }),
  );
});
