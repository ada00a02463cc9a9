import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspaceStore } from '../../app/adapters/sqlite/workspace-store.ts';
import type { RunResult } from '../../app/engine/run-result.ts';
import { createReviewService } from '../../app/services/review/review-service.ts';
import { runsOnDisk } from './journal-on-disk.ts';
import { type Provider, startProvider } from './provider.ts';

const script = fileURLToPath(new URL('./effect-worker.ts', import.meta.url));

let scratch: string;
let outside: Provider;
beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'pipewright-effect-'));
  outside = await startProvider(join(scratch, 'log'));
});
afterEach(async () => {
  await outside.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const stateFolder = () => join(scratch, '.pipewright');
const keyFile = () => join(scratch, 'personal.key');

function worker(runId?: string) {
  const args = [script, stateFolder(), keyFile(), outside.url, ...(runId === undefined ? [] : [runId])];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function resume(runId: string): Promise<RunResult> {
  const child = worker(runId);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  await once(child, 'close');
  return JSON.parse(text) as RunResult;
}

/** Kills a run between the intent of its irreversible step and the answer. @returns the run, which waits */
async function killedInBetween(): Promise<RunResult> {
  await outside.hold();
  const child = worker();
  while (outside.entries('effect').length === 0) await sleep(10);
  child.kill('SIGKILL');
  await once(child, 'close');
  await outside.release();
  const [run] = runsOnDisk(scratch);
  expect(run?.events.at(-1)).toMatchObject({ type: 'call.intended', effect: 'irreversible' });
  return resume(run?.runId ?? '');
}

async function decide(action: string, values: { [field: string]: string } = {}): Promise<void> {
  const store = openWorkspaceStore({ folder: stateFolder(), keyFile: keyFile(), now: Date.now });
  const reviews = createReviewService({
    tasks: store.reviews,
    journal: store.journal,
    now: Date.now,
    checkEdits: async () => undefined,
    decided: async () => undefined,
  });
  const [task] = reviews.list();
  expect(task).toMatchObject({ kind: 'uncertain', step: 'send', actions: ['happened', 'did-not-happen'] });
  await reviews.decide('last', { action, values, by: 'a person' });
  store.close();
}

describe('an irreversible step that was killed before its answer was kept', () => {
  it('waits for a person, however often it is resumed, and is not repeated when it happened', async () => {
    const waiting = await killedInBetween();
    expect(waiting).toMatchObject({ status: 'waiting' });
    expect(await resume(waiting.runId)).toMatchObject({ status: 'waiting', waits: waiting.waits });
    await decide('happened');
    expect(await resume(waiting.runId)).toMatchObject({ status: 'succeeded', outputs: { receipt: 'sent letter' } });
    expect(outside.entries('effect')).toEqual(['letter hello']);
  });

  it('is done when a person says that it did not happen', async () => {
    const waiting = await killedInBetween();
    await decide('did-not-happen');
    expect(outside.entries('effect')).toHaveLength(1);
    expect(await resume(waiting.runId)).toMatchObject({ status: 'succeeded', outputs: { receipt: 'sent letter' } });
    expect(outside.entries('effect')).toEqual(['letter hello', 'letter hello']);
  });
});
