import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * What the compiler finds in programs, by their paths; nothing for one that is right. One run for all of them, since each
 * reads the whole source tree. A program lies in a folder that has `app` and `node_modules` as the repository has them.
 */
export function typeFaults(programs: ReadonlyMap<string, string>): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-programs-'));
  try {
    for (const [path, source] of programs) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), source);
    }
    for (const shared of ['app', 'node_modules']) symlinkSync(join(root, shared), join(folder, shared), 'dir');
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const options = { extends: join(root, 'tsconfig.json'), include: [], files: [...programs.keys()] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const compiler = spawnSync(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const faults = new Map([...programs.keys()].map((path) => [path, '']));
    // A fault begins with its place; what is set in explains the one before. Any other line would be lost unseen.
    let path: string | undefined;
    for (const line of compiler.stdout.split('\n').filter(Boolean)) {
      path = /^\s/.test(line) ? path : /^(.+?)\(\d+,\d+\): /.exec(line)?.[1];
      if (path === undefined || !faults.has(path)) throw new Error(`${compiler.stdout}${compiler.stderr}`);
      faults.set(path, `${faults.get(path)}${line}\n`);
    }
    const found = [...faults.values()].some(Boolean);
    if ((compiler.status !== 0) !== found)
      throw new Error(`The compiler ended with ${compiler.status}: ${compiler.stderr}`);
    return faults;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
