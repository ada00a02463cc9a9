import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from '@lancedb/lancedb';
import { afterEach, expect, it } from 'vitest';

const child = fileURLToPath(new URL('./child.ts', import.meta.url));
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A pseudo-random sequence from a seed (mulberry32): the test is the same each time but for the clock. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function document(number: number, edition: number): string {
  const part = (i: number) =>
    `## Part ${i} of ${number}\n\nEdition ${edition} says ${'many plain words '.repeat(8)}about ${number * i}.\n`;
  return `# Document ${number}\n\n${Array.from({ length: 4 }, (_, i) => part(i + 1)).join('\n')}`;
}

function newWorkspace(): string {
  const root = mkdtempSync(join(tmpdir(), 'pipewright-ingest-kill-'));
  folders.push(root);
  mkdirSync(join(root, 'documents'));
  return root;
}

/** The state of the disk at a step: every document changes, so that there is always something to be killed at. */
function edit(root: string, step: number): void {
  for (let number = 0; number < 60; number += 1) {
    writeFileSync(join(root, 'documents', `d${number}.md`), document(number, step));
  }
  if (step > 15) rmSync(join(root, 'documents', 'd7.md'), { force: true });
}

async function run(
  root: string,
  { killAfterMs, die = 0 }: { killAfterMs?: number; die?: number },
): Promise<{ end: 'killed' | 'done'; ms: number }> {
  const process_ = spawn(process.execPath, [child, root, String(die)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let begun: number | undefined;
  let errors = '';
  process_.stdout.on('data', () => {
    if (begun === undefined && killAfterMs !== undefined) setTimeout(() => process_.kill('SIGKILL'), killAfterMs);
    begun ??= performance.now();
  });
  process_.stderr.on('data', (data) => {
    errors += String(data);
  });
  const [code, signal] = await once(process_, 'close');
  const ms = performance.now() - (begun ?? performance.now());
  if (signal === 'SIGKILL') return { end: 'killed', ms };
  if (code !== 0) throw new Error(`the ingestion failed: ${errors}`);
  return { end: 'done', ms };
}

async function rows(root: string): Promise<string[]> {
  const connection = await connect(join(root, '.pipewright', 'lance'));
  const table = await connection.openTable('docs');
  const found = await table.query().select(['id', 'file', 'text']).toArray();
  return found.map((row) => `${row.id} ${row.file} ${row.text}`).sort();
}

it('holds the same chunks after thirty SIGKILLs as after one ingestion in peace', { timeout: 600_000 }, async () => {
  const kills = 30;
  const next = random(20_261);
  // How long one takes differs between machines: kills anywhere in that time land in flight on all of them.
  const rehearsal = newWorkspace();
  edit(rehearsal, 0);
  const whole = await run(rehearsal, {});
  const root = newWorkspace();
  let landed = 0;
  let between = 0;
  for (let step = 0; step < kills; step += 1) {
    edit(root, step);
    // Every third dies exactly between the two commits, the others anywhere.
    const planned = step % 3 === 0;
    const { end } = await run(
      root,
      planned ? { die: 1 + (step % 2) } : { killAfterMs: Math.floor(next() * whole.ms * 0.8) },
    );
    if (end === 'killed') landed += 1;
    if (planned && end === 'killed') between += 1;
  }
  edit(root, kills);
  expect(await run(root, {})).toMatchObject({ end: 'done' });

  const peaceful = newWorkspace();
  edit(peaceful, kills);
  expect(await run(peaceful, {})).toMatchObject({ end: 'done' });
  const wanted = await rows(peaceful);
  expect(await rows(root)).toEqual(wanted);
  expect(new Set(wanted).size).toBe(wanted.length);
  console.log(
    `ingest: ${landed} of ${kills} SIGKILLs landed in flight, ${between} between the two commits; ${wanted.length} chunks equal`,
  );
  expect(landed).toBeGreaterThanOrEqual(20);
  expect(between).toBe(10);
});
