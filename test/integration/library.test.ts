import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspace, type RunSignal, type Workspace } from '../../app/index.ts';
import { blocksOf, fromSource } from '../kit/docs-page.ts';
import { runHere } from '../kit/run-here.ts';

const folder = mkdtempSync(join(tmpdir(), 'pipewright-library-'));
const workspaceFolder = join(folder, 'workspace');
let workspace: Workspace;

beforeAll(async () => {
  expect((await runHere(['init', 'workspace'], { cwd: folder })).code).toBe(0);
  const node = (id: string, type: string, config: object) => ({ id, type, version: 1, config });
  const flow = {
    format: 1,
    id: 'wf_ask',
    name: 'Ask',
    inputs: { text: { type: 'text' } },
    outputs: { said: { type: 'any' } },
    nodes: [
      node('text', 'input', { name: 'text' }),
      node('person', 'human-review', {}),
      node('said', 'output', { name: 'said' }),
    ],
    edges: [
      { id: 'e1', from: { node: 'text', port: 'value' }, to: { node: 'person', port: 'payload' } },
      { id: 'e2', from: { node: 'person', port: 'approved' }, to: { node: 'said', port: 'value' } },
    ],
  };
  writeFileSync(join(workspaceFolder, 'workflows/ask.flow.json'), JSON.stringify(flow));
  workspace = await openWorkspace(workspaceFolder, { env: {}, profileDir: join(folder, 'profile') });
});
afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

const gather = async (events: AsyncIterable<RunSignal>) => {
  const all: RunSignal[] = [];
  for await (const signal of events) all.push(signal);
  return all;
};

describe('docs/library.md', () => {
  it('shows a program that runs', () => {
    const [source = ''] = blocksOf('library.md', 'ts');
    const program = mkdtempSync(join(folder, 'program-'));
    writeFileSync(join(program, 'page.ts'), fromSource(source));
    writeFileSync(join(program, 'package.json'), '{ "type": "module" }');
    mkdirSync(join(folder, 'home'), { recursive: true });
    const ran = spawnSync(process.execPath, [join(program, 'page.ts'), workspaceFolder], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], PIPEWRIGHT_HOME: join(folder, 'home') },
    });
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toContain('model is done');
    expect(ran.stdout).toContain('up to three tools');
    expect(ran.stdout).toContain('documents/handbook.md:');
  });
});

describe('a run', () => {
  it('tells its events from the beginning to each reader, also after its end', async () => {
    const run = await workspace.run('answer', { question: 'What does a lost tool cost?' });
    const [live, result] = await Promise.all([gather(run.events), run.result]);
    expect(result.status).toBe('succeeded');
    const later = await gather(run.events);
    expect(later).toEqual(live);
    const seqs = live.flatMap((signal) => (signal.type === 'event' ? [signal.event.seq] : []));
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  });

  it('waits for a person, who decides through the library', async () => {
    const run = await workspace.run('ask', { text: 'hello' });
    expect((await run.result).status).toBe('waiting');
    const [task] = await workspace.reviews({ runId: run.runId });
    expect(await workspace.review(task?.wait ?? '')).toMatchObject({ payload: 'hello', state: 'open' });
    const decision = { action: 'approve', by: 'test' };
    expect(await workspace.decide(task?.wait ?? '', decision)).toEqual({ runId: run.runId, applied: true });
    expect(await workspace.decide(task?.wait ?? '', decision)).toEqual({ runId: run.runId, applied: false });
    expect(await (await workspace.resume(run.runId)).result).toMatchObject({
      status: 'succeeded',
      outputs: { said: 'hello' },
    });
    expect((await workspace.replay(run.runId)).differences).toEqual([]);
  });

  it('says what an answer was worth, and makes a case of it', async () => {
    const run = await workspace.run('ask', { text: 'the draft' });
    await run.result;
    const [task] = await workspace.reviews({ runId: run.runId });
    await workspace.decide(task?.wait ?? '', { action: 'approve', by: 'ada' });
    await (await workspace.resume(run.runId)).result;
    const thumb = { run: run.runId, value: false, by: 'ada', correction: 'the final text' };
    const given = await workspace.giveFeedback(thumb);
    expect(given).toMatchObject({ target: { step: 'said', port: 'value' }, correction: 'the final text' });
    expect(await workspace.feedback({ runId: run.runId })).toEqual([given]);
    const file = 'datasets/drafts.jsonl';
    const { line } = await workspace.addCase({ run: run.runId, file });
    expect(line).toBe(1);
    expect(JSON.parse(readFileSync(join(workspaceFolder, file), 'utf8'))).toMatchObject({
      ...{ text: 'the draft', expect: 'escalate', reference: 'the final text', run: run.runId },
    });
    await expect(workspace.addCase({ run: run.runId, file })).rejects.toMatchObject({ code: 'dataset.duplicate' });
  });

  it('cancels a run that it works on, and one that waits', async () => {
    const working = await workspace.run('ask', { text: 'hello' });
    expect(await workspace.cancel(working.runId, 'enough')).toBe(working.runId);
    expect((await working.result).status).toMatch(/cancelled|waiting/);
    const waiting = await workspace.run('ask', { text: 'hello' }, { capture: 'off' });
    await waiting.result;
    expect(await workspace.cancel(waiting.runId, 'withdrawn')).toBe(waiting.runId);
    for (const [{ runId }, cancelReason] of [
      [working, 'enough'],
      [waiting, 'withdrawn'],
    ] as const) {
      const trace = await workspace.trace(runId);
      expect(trace).toMatchObject({ status: 'cancelled', cancelReason });
      expect(await workspace.reviews({ runId })).toEqual([]);
      await expect(workspace.cancel(runId, 'again')).rejects.toMatchObject({ code: 'run.finished' });
    }
    // With this capture setting nothing of a run's payloads outlives it.
    expect((await workspace.runs({ search: waiting.runId }))[0]?.payloads).toBe('purged');
  });

  it('is refused with a code before anything is kept', async () => {
    const before = await workspace.runs();
    await expect(workspace.run('answer', {})).rejects.toMatchObject({ code: 'run.input' });
    await expect(workspace.run('nope')).rejects.toMatchObject({ code: 'workflow.missing' });
    await expect(workspace.run('ask', { text: 'a' }, { pins: { person: { nope: 1 } } })).rejects.toMatchObject({
      code: 'run.step_not_found',
    });
    expect(await workspace.runs()).toEqual(before);
    await expect(openWorkspace(folder)).rejects.toMatchObject({ code: 'workspace.missing' });
  });

  it('takes pins, and a fork takes edits', async () => {
    const pinned = await workspace.run('ask', { text: 'a' }, { pins: { person: { approved: 'b' } } });
    expect((await pinned.result).outputs).toEqual({ said: 'b' });
    const edits = { text: { value: 'c' } };
    const fork = await workspace.run('ask', {}, { fork: { run: pinned.runId, at: 'text' }, edits, to: ['text'] });
    expect((await fork.result).status).toBe('succeeded');
    const { steps } = await workspace.trace(fork.runId, { payloads: { step: 'text' } });
    expect(steps.find(({ step }) => step === 'text')?.outputs).toEqual({ value: { value: 'c' } });
  });
});
