import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Builds the studio as it is shipped. @throws Error with what the build says when it fails */
export function buildStudio(): void {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const built = spawnSync(process.execPath, [vite, 'build', '--mode', 'studio', '--logLevel', 'warn'], { cwd: root });
  if (built.status !== 0) throw new Error(`the studio does not build:\n${built.stderr}`);
}
