import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export interface ShellTree {
  folder: string;
  remove(): Promise<void>;
}

/** A copy of the sources that the shell is made of, with a page in place of the built studio. */
export async function shellTree(): Promise<ShellTree> {
  const folder = await mkdtemp(join(tmpdir(), 'pipewright-shell-tree-'));
  await cp(join(root, 'app'), join(folder, 'app'), { recursive: true });
  for (const name of ['nodes', 'node_modules']) await symlink(join(root, name), join(folder, name));
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  await mkdir(join(folder, 'dist/studio'), { recursive: true });
  await writeFile(join(folder, 'dist/studio/index.html'), '<!doctype html><div id="root"></div>');
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export type CheckResults = { [check: string]: string | null };

/**
 * Puts all checks to the shell of a tree, or those up to the first that finds a fault. A shell that cannot even be loaded
 * fails the one check `runs`.
 */
export function checkShell(folder: string, { untilWrong = false } = {}): Promise<CheckResults> {
  return new Promise((done) => {
    const script = join(import.meta.dirname, 'run-shell-checks.ts');
    const child = spawn(process.execPath, ['--no-warnings', script, folder, ...(untilWrong ? ['--until-wrong'] : [])], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
      // A tree is checked many times over: Node compiles again only what a fault was planted in.
      env: { ...process.env, NODE_COMPILE_CACHE: join(folder, '.compiled') },
    });
    let out = '';
    let errors = '';
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      errors += data;
    });
    child.on('close', (code) => {
      try {
        done(JSON.parse(out.trim().split('\n').at(-1) ?? '') as CheckResults);
      } catch {
        done({ runs: `ended with ${code}: ${errors.slice(0, 500)}` });
      }
    });
  });
}
