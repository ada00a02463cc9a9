import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const script = join(import.meta.dirname, 'require-node.mjs');

/** Runs the check in a process that takes itself for another version of Node. */
function checkAs(version: string) {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-node-'));
  const disguise = join(folder, 'disguise.cjs');
  writeFileSync(disguise, `Object.defineProperty(process.versions, 'node', { value: '${version}' });`);
  try {
    return spawnSync(process.execPath, ['--require', disguise, script], { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the first check of every script', () => {
  it.each(['18.20.4', '20.19.0', '22.21.0', '23.11.0', '24.9.0'])('refuses Node %s and says what to do', (version) => {
    const { status, stderr } = checkAs(version);
    expect(status).toBe(1);
    expect(stderr).toContain(`needs Node 24.10 or later; this is Node ${version}`);
    expect(stderr).toContain('npm ci');
  });

  it.each(['24.10.0', '24.21.0', '26.0.0'])('accepts Node %s silently', (version) => {
    expect(checkAs(version)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });
});
