import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpus, writeCorpus } from './corpus/open-corpus.ts';

const run = promisify(execFile);
const script = (name: string) => join(import.meta.dirname, 'corpus', name);
const hasStrace = spawnSync('strace', ['-f', '-e', 'trace=execve', '/bin/true']).status === 0;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-reach-'));
  writeCorpus(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Reach {
  refused: number;
  processes: string[];
  sockets: string[];
  writes: string[];
}

const jsonLines = (stdout: string) =>
  Object.assign({}, ...stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : [])));

/** By Node: its permissions deny processes and writes, and every attempt is counted, caught or not. */
async function watchedByNode(plant: string[] = []): Promise<Reach> {
  const options = ['--permission', '--allow-fs-read=*', '--import', script('watch-reach.mjs'), script('open-all.ts')];
  const { stdout } = await run(process.execPath, [...options, folder, ...plant]);
  const { refused, reached } = jsonLines(stdout);
  return { refused, ...reached };
}

/** By the kernel: the calls that the process made, its own start left out. */
async function watchedByKernel(plant: string[] = []): Promise<Reach> {
  const log = join(folder, `strace-${plant.length}.log`);
  const calls =
    'trace=execve,execveat,socket,connect,bind,openat,open,creat,mkdir,rename,renameat2,unlink,link,symlink';
  const { stdout } = await run('strace', [
    '-f',
    '-o',
    log,
    '-e',
    calls,
    process.execPath,
    script('open-all.ts'),
    folder,
    ...plant,
  ]);
  const lines = readFileSync(log, 'utf8').split('\n');
  const made = (call: RegExp) => lines.filter((line) => call.test(line));
  return {
    refused: jsonLines(stdout).refused,
    processes: made(/^\d+ +execve(at)?\(/).slice(1),
    sockets: made(/^\d+ +(socket|connect|bind)\(/),
    writes: made(
      /^\d+ +(open(at)?\(.*(O_WRONLY|O_RDWR|O_CREAT)|creat\(|mkdir\(|rename|unlink\(|link\(|symlink\()/,
    ).filter((line) => !line.includes('"/dev/')),
  };
}

const watchers = [
  { by: 'Node', watch: watchedByNode },
  ...(hasStrace ? [{ by: 'the kernel', watch: watchedByKernel }] : []),
];
console.log(`reach is watched by ${watchers.map(({ by }) => by).join(' and ')}`);

describe.each(watchers)('watched by $by', { timeout: 300_000 }, ({ watch }) => {
  it('opens every hostile file without a process, a connection or a write', async () => {
    expect(await watch()).toEqual({ refused: corpus.length, processes: [], sockets: [], writes: [] });
  });

  it('would see each of the three', async () => {
    const seen = await watch([join(folder, 'planted')]);
    expect(seen.refused).toBe(corpus.length);
    for (const kind of ['processes', 'sockets', 'writes'] as const) expect(seen[kind], kind).not.toEqual([]);
  });
});
