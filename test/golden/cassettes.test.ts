import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCommand } from '../kit/run-command.ts';

/**
 * The cassettes of the sample workspace, played from the tree by the command. After a change of the workflow, its prompt
 * or a node that is meant: `node scripts/record-cassettes.ts`, and read the difference.
 */
const sample = join(import.meta.dirname, '../../workflows/samples/support');
// What a user's own folder would get must not end up in the tree.
const home = mkdtempSync(join(tmpdir(), 'pipewright-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('the sample does what its cassettes recorded', async () => {
  const files = globSync('tests/**/*.cassette.json', { cwd: sample });
  expect(files.length).toBeGreaterThanOrEqual(2);
  const { code, stdout, stderr } = await runCommand(['test'], {
    cwd: sample,
    env: { HOME: home, PIPEWRIGHT_HOME: home },
  });
  expect(stdout.split('\n').filter((line) => line.startsWith('✗'))).toEqual([]);
  expect(stderr).toContain(`${files.length} cassettes: ${files.length} as recorded`);
  expect(code).toBe(0);
});
