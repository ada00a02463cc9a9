import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface BuiltProgram {
  /** The built command. */
  pipewright: string;
  /** The built process that works on runs until it is killed. */
  worker: string;
  remove(): void;
}

/** Builds the command as users get it and the worker of the kill test beside it. */
export async function buildProgram(): Promise<BuiltProgram> {
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  // Under node_modules, so that packages are found.
  const folder = mkdtempSync(join(cache, 'faults-'));
  const outDir = join(folder, 'dist');
  await build({
    root,
    logLevel: 'warn',
    build: { outDir, rolldownOptions: { input: { 'run-worker': 'test/faults/run-worker.ts' } } },
  });
  // As in the package: the program looks for it, and Node need not look into each file for what kind of module it is.
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  return {
    pipewright: join(outDir, 'pipewright.js'),
    worker: join(outDir, 'run-worker.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
