import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContainedOptions, type ContainedProcess, startContained } from './contained-process.ts';
import { programFiles } from './program-files.ts';

let folder: string;
const app = join(import.meta.dirname, '..', '..');
const running: ContainedProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contained-'));
  await writeFile(join(folder, 'secret.txt'), 'CANARY');
  const answers = pathToFileURL(join(import.meta.dirname, 'answer-questions.ts')).href;
  await writeFile(
    join(folder, 'child.mjs'),
    `import { answerQuestions } from ${JSON.stringify(answers)};
import fs from 'node:fs';
import { spawnSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
await answerQuestions(async ({ op, text }, body) => {
  if (op === 'echo') return { text, body: Buffer.from(body).toString() };
  if (op === 'print') { console.log('noise'); return 1; }
  if (op === 'read') return fs.readFileSync(text, 'utf8');
  if (op === 'write') return fs.writeFileSync(text, 'x');
  if (op === 'spawn') return spawnSync('true').error?.code ?? 'spawned';
  if (op === 'worker') return new Worker('1', { eval: true }).threadId;
  if (op === 'eval') return (0, eval)('1 + 1');
  if (op === 'env') return Object.keys(process.env);
  if (op === 'fetch') return typeof fetch;
  if (op === 'pollute') return Object.assign(Object.prototype, { polluted: 1 }) && 1;
  if (op === 'spin') for (;;);
  if (op === 'buffers') { const kept = []; for (;;) { kept.push(Buffer.alloc(8_000_000, 1)); await new Promise((r) => setTimeout(r, 1)); } }
  if (op === 'heap') { const kept = []; for (;;) kept.push(Array.from({ length: 10_000 }, () => ({}))); }
  if (op === 'exit') process.exit(3);
  if (op === 'long') return 'x'.repeat(5_000_000);
  if (op === 'garbage') { process.stdout.write('{oops\\n'); return 1; }
});
`,
  );
});
afterAll(async () => {
  await Promise.all(running.map((process) => process.end()));
  await rm(folder, { recursive: true, force: true });
});

function start(rest: Partial<ContainedOptions> = {}): ContainedProcess {
  const read = [join(folder, 'child.mjs'), app, join(app, '..', 'package.json'), join(app, '..', 'node_modules')];
  const process = startContained({
    entry: join(folder, 'child.mjs'),
    read,
    rssBytes: 256 * 1_048_576,
    cpuSeconds: 20,
    answerBytes: 1_000_000,
    ...rest,
  });
  running.push(process);
  return process;
}

function ask(
  process: ContainedProcess,
  op: string,
  text = '',
  deadlineMs = 10_000,
  signal?: AbortSignal,
): Promise<unknown> {
  return process.ask({ op, text }, Buffer.from('body'), { deadlineMs, signal });
}

function exists(pid: number): boolean {
  try {
    // A process that was not reaped would still be listed, as defunct.
    execFileSync('ps', ['-p', String(pid)]);
    return true;
  } catch {
    return false;
  }
}

describe('a contained process', () => {
  it('answers questions, one after another, whatever its libraries print', async () => {
    const process = start();
    expect(await ask(process, 'echo', 'ü\n')).toEqual({ ok: true, result: { text: 'ü\n', body: 'body' } });
    expect(await ask(process, 'print')).toEqual({ ok: true, result: 1 });
    const large = Buffer.alloc(300_000, 'y');
    expect(await process.ask({ op: 'echo' }, large, { deadlineMs: 10_000 })).toMatchObject({
      result: { body: large.toString() },
    });
    expect(process.answered).toBe(3);
    await process.end();
    expect(exists(process.pid)).toBe(false);
  });

  it('has no environment and no rights', async () => {
    globalThis.process.env['CANARY_SECRET'] = 'CANARY';
    const process = start();
    expect(await ask(process, 'env')).toEqual({ ok: true, result: [] });
    expect(await ask(process, 'fetch')).toEqual({ ok: true, result: 'undefined' });
    for (const [op, text] of [
      ['read', join(folder, 'secret.txt')],
      ['read', '/etc/passwd'],
      ['write', join(folder, 'new.txt')],
      ['spawn', ''],
      ['worker', ''],
      ['eval', ''],
    ] as const) {
      const answer = await ask(process, op, text);
      expect(JSON.stringify(answer)).toMatch(
        /ERR_ACCESS_DENIED|Access to this API has been restricted|Code generation from strings/,
      );
      expect(JSON.stringify(answer)).not.toContain('CANARY');
    }
  });

  it.each([
    ['spin', 'timeout', 500],
    ['buffers', 'memory', 20_000],
    ['heap', 'memory', 20_000],
    ['exit', 'crashed', 10_000],
    ['long', 'answer', 10_000],
    ['garbage', 'crashed', 10_000],
  ])('%s ends as %s, reaped', async (op, kind, deadlineMs) => {
    const process = start();
    await expect(ask(process, op, '', deadlineMs)).rejects.toMatchObject({ name: 'ContainedFault', kind });
    expect(process.alive).toBe(false);
    expect(exists(process.pid)).toBe(false);
  });

  it('is ended by the kernel when it uses too much processor time', async () => {
    await expect(ask(start({ cpuSeconds: 1 }), 'spin', '', 20_000)).rejects.toMatchObject({ kind: 'crashed' });
  });

  it('can be cancelled', async () => {
    const controller = new AbortController();
    const process = start();
    setTimeout(() => controller.abort(), 200);
    await expect(ask(process, 'spin', '', 20_000, controller.signal)).rejects.toMatchObject({ kind: 'cancelled' });
    expect(process.alive).toBe(false);
  });

  it('wants no other question after it changed a shared prototype', async () => {
    const process = start();
    expect(await ask(process, 'pollute')).toMatchObject({ ok: true, last: true });
    expect(process.alive).toBe(false);
  });

  it('keeps its parent alive while it works and until all of it is gone, and not while it waits', async () => {
    const kept = () => globalThis.process.getActiveResourcesInfo().filter((name) => /^(Pipe|Process)Wrap$/.test(name));
    const process = start();
    await ask(process, 'print');
    const waiting = kept().length;
    const answer = ask(process, 'print');
    const working = kept().length;
    await answer;
    const ended = process.end();
    // The process and its three pipes: a parent that waits for less may end before it has heard of the last of them.
    expect({ working: working - waiting, ending: kept().length - waiting }).toEqual({ working: 4, ending: 4 });
    await ended;
  });

  it('says when it cannot start', async () => {
    await expect(ask(start({ entry: join(folder, 'nope.mjs') }), 'echo')).rejects.toMatchObject({ kind: 'crashed' });
  });
});

describe('programFiles', () => {
  it('finds the source beside the module, and the packages', () => {
    const files = programFiles(pathToFileURL(join(app, 'adapters/loaders/loaders.ts')).href, 'x.js', {
      packages: ['zod'],
    });
    expect(files.entry).toBe(join(app, 'adapters/loaders/child.ts'));
    expect(files.read).toContain(app);
    expect(files.read.some((path) => path.endsWith('node_modules'))).toBe(true);
  });

  it('finds the built program beside or above a part of the bundle', async () => {
    await writeFile(join(folder, 'loader-child.js'), '');
    for (const part of ['cli.js', 'parts/loaders.js']) {
      const url = pathToFileURL(join(folder, part)).href;
      await import('node:fs/promises').then(({ mkdir }) => mkdir(join(folder, 'parts'), { recursive: true }));
      await writeFile(join(folder, part), '');
      expect(programFiles(url, 'loader-child.js', { bundled: ['no-such-package'] })).toMatchObject({
        entry: join(folder, 'loader-child.js'),
        read: [folder, expect.any(String)],
      });
    }
  });
});
