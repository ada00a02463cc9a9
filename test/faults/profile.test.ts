import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { withFileLock } from '../../app/adapters/sqlite/file-lock.ts';
import { openGrants } from '../../app/hosts/grants.ts';
import { userVault } from '../../app/hosts/vault.ts';
import { registry } from '../../nodes/registry.ts';
import { asking, writers } from './profile-workflow.ts';

const EACH = 50;
const root = mkdtempSync(join(tmpdir(), 'pipewright-profile-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

/** A process that waits for its sign to begin. */
async function writer(profile: string, own: string): Promise<ChildProcess> {
  const worker = join(import.meta.dirname, 'profile-worker.ts');
  const child = spawn(process.execPath, [worker, profile, own, String(EACH)], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

it('loses no secret and no grant when two processes keep fifty of each at once', async () => {
  const profile = join(root, 'both');
  const both = await Promise.all(writers.map((own) => writer(profile, own)));
  const ends = both.map((child) => once(child, 'exit'));
  for (const child of both) child.stdin?.end('go\n');
  expect((await Promise.all(ends)).map(([code]) => code)).toEqual([0, 0]);

  const vault = userVault(profile, {});
  const grants = openGrants({ profileDir: profile, env: {}, registry, given: [], hasSecret: () => true });
  const numbers = Array.from({ length: EACH }, (_, i) => i);
  for (const own of writers) {
    const kept = numbers.filter((i) => vault.value(`${own.toUpperCase()}_${i}`) === `value ${own} ${i}`);
    expect(kept).toEqual(numbers);
  }
  expect(grants.needs(asking(EACH)).filter(({ granted }) => !granted)).toEqual([]);
  expect(grants.list()[0]?.grants).toHaveLength(2 * EACH);
}, 120_000);

it('is held up by nobody who was killed while it changed something', async () => {
  const profile = join(root, 'killed');
  for (let i = 0; i < 3; i += 1) {
    const child = await writer(profile, 'a');
    const end = once(child, 'exit');
    const before = userVault(profile, {}).stamp();
    child.stdin?.end('go\n');
    // Somewhere among its writes.
    await expect.poll(() => userVault(profile, {}).stamp(), { interval: 1 }).not.toBe(before);
    child.kill('SIGKILL');
    await end;
    const begun = performance.now();
    userVault(profile, {}).set(`MINE_${i}`, 'one value', ['a.example']);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(userVault(profile, {}).value(`MINE_${i}`)).toBe('one value');
  }
}, 120_000);

it('lets go of the lock when the work throws', () => {
  const lock = join(root, 'x.lock');
  const work = () => {
    throw new RangeError('not this one');
  };
  expect(() => withFileLock(lock, work)).toThrow('not this one');
  expect(withFileLock(lock, () => 7)).toBe(7);
});
