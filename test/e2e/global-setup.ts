import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openHost } from '../../app/hosts/compose.ts';
import { isBuilt, studioSources } from '../../scripts/is-built.mjs';
import { copyWorkspaceFiles } from '../kit/copy-workspace-files.ts';
import { chromiumPath } from './chromium.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A copy of the sample workspace whose documents have been read, to be copied for each test. */
    sample: string;
  }
}

const root = join(import.meta.dirname, '../..');

/** Builds the studio when it is stale, and reads the sample's documents once for all tests. */
export async function setup(project: TestProject): Promise<() => void> {
  const sample = mkdtempSync(join(tmpdir(), 'pipewright-e2e-'));
  project.provide('sample', sample);
  const remove = () => rmSync(sample, { recursive: true, force: true });
  if (chromiumPath === undefined) return remove;
  if (!isBuilt(['dist/studio/index.html'], studioSources)) {
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    const built = spawnSync(process.execPath, [vite, 'build', '--mode', 'studio', '--logLevel', 'warn'], { cwd: root });
    if (built.status !== 0) throw new Error(`the studio does not build:\n${built.stderr}`);
  }
  if (!existsSync(join(root, 'dist/licences.json')))
    spawnSync(process.execPath, [join(root, 'scripts/write-licences.ts')], { cwd: root });
  copyWorkspaceFiles(join(root, 'workflows/samples/support'), sample);
  const host = await openHost({ folder: sample, env: {}, profileDir: join(sample, '.pipewright/home') });
  for (const name of Object.keys(host.config.collections)) await host.knowledge.ingest(name);
  await host.close();
  return remove;
}
