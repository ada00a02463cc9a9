import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { exitCodes } from '../../app/hosts/cli/exit-codes.ts';
import { type Command, type CommandPlace, errorOf, runCommand, startCommand } from './command.ts';
import { callOf, graphs, writeWorkspace } from './graphs.ts';
import { everythingOnDisk, hasEnded, lastOwner, type RunOnDisk, runsOnDisk } from './journal-on-disk.ts';
import { type Provider, startProvider } from './provider.ts';

const graph = graphs.chain;
/** Of a lease, and what its end may be late by. */
const LEASE_OVER_MS = 12_000;

const { pipewright } = inject('program');
let scratch: string;
let provider: Provider;
let place: CommandPlace;
let owner: Command | undefined;

beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'pipewright-two-'));
  provider = await startProvider(join(scratch, 'log'), { latencyMs: 5, length: 3000 });
  const folder = join(scratch, 'workspace');
  mkdirSync(folder);
  writeWorkspace(folder, provider.url, graph);
  place = { pipewright, folder, home: join(scratch, 'home') };
});
afterEach(async () => {
  // A stopped process would stay for ever when its test failed.
  owner?.signal('SIGKILL');
  await provider.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const run = () => startCommand(place, 'run', graph.name, '--input', 'topic=tides', '--json');
const onlyRun = (): RunOnDisk => {
  const [found] = runsOnDisk(place.folder);
  if (found === undefined) throw new Error('there is no run');
  return found;
};
const asked = () => provider.entries('asked').map(callOf);

/** A run whose first call is under way and does not end. */
async function hangingRun(): Promise<Command> {
  await provider.hold();
  owner = run();
  const ended = owner.end.then(({ code, stderr }) => {
    throw new Error(`it ended with ${code} before it asked: ${stderr}`);
  });
  // It may well end later, when nobody waits for this any more.
  ended.catch(() => undefined);
  await Promise.race([provider.asked(1), ended]);
  return owner;
}

describe('two processes on one run', () => {
  it('refuses the second while the first lives, and the first goes on', async () => {
    const owner = await hangingRun();
    const before = everythingOnDisk(place.folder);
    const second = await runCommand(place, 'resume', 'last', '--json');
    expect(second.code).toBe(exitCodes.storage.code);
    expect(errorOf(second)).toMatchObject({
      code: 'run.owned',
      class: 'lease.lost',
      remedy: expect.stringContaining('end that process'),
      data: { pid: owner.pid },
    });
    expect(everythingOnDisk(place.folder)).toBe(before);
    await provider.release();
    expect(await owner.end).toMatchObject({ code: exitCodes.ok.code });
    expect(asked()).toEqual(graph.askers.map((step) => `tides ${step}`));
  });

  it('takes over from one that has stopped, which then writes nothing more', async () => {
    const owner = await hangingRun();
    owner.signal('SIGSTOP');
    // Stopped is not gone: as long as its lease runs it may come back.
    expect(errorOf(await runCommand(place, 'resume', 'last', '--json')).code).toBe('run.owned');
    await sleep(LEASE_OVER_MS);
    await provider.release();
    const second = startCommand(place, 'resume', 'last', '--json');
    expect(await second.end).toMatchObject({ code: exitCodes.ok.code });
    expect(hasEnded(onlyRun())).toBe(true);
    expect(lastOwner(onlyRun())).toBe(second.pid);

    const before = everythingOnDisk(place.folder);
    owner.signal('SIGCONT');
    const stale = await owner.end;
    expect(stale.code).toBe(exitCodes.storage.code);
    expect(errorOf(stale)).toMatchObject({ code: 'run.fenced', class: 'lease.lost', remedy: expect.any(String) });
    expect(everythingOnDisk(place.folder)).toBe(before);
    // The call that was under way when the first stopped is the only one asked for twice.
    const calls = graph.askers.map((step) => `tides ${step}`);
    expect(asked().sort()).toEqual([calls[0], ...calls]);
  });

  it('refuses one that comes back while the other is still at work', async () => {
    const owner = await hangingRun();
    owner.signal('SIGSTOP');
    await sleep(LEASE_OVER_MS);
    const second = startCommand(place, 'resume', 'last', '--json');
    await provider.asked(2);
    owner.signal('SIGCONT');
    await provider.release();
    expect(errorOf(await owner.end)).toMatchObject({ code: 'run.fenced' });
    expect(await second.end).toMatchObject({ code: exitCodes.ok.code });
    const { events } = onlyRun();
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(events.filter(({ type }) => type === 'call.completed')).toHaveLength(graph.askers.length);
    const calls = graph.askers.map((step) => `tides ${step}`);
    expect(asked().sort()).toEqual([calls[0], ...calls]);
  });
});

describe('Ctrl-C', () => {
  it('lets the call under way end and leaves a run that is resumed without asking for it again', async () => {
    const first = await hangingRun();
    first.signal('SIGINT');
    while (!first.output().stderr.includes('Ctrl-C again')) await sleep(10);
    await provider.release();
    const stopped = await first.end;
    expect(stopped.code).toBe(exitCodes.interrupted.code);
    expect(JSON.parse(stopped.stdout)).toMatchObject({ status: 'interrupted' });
    expect(hasEnded(onlyRun())).toBe(false);
    expect(asked()).toEqual(['tides m0']);
    const resumed = await runCommand(place, 'resume', 'last', '--json');
    expect(resumed.code).toBe(exitCodes.ok.code);
    expect(asked()).toEqual(graph.askers.map((step) => `tides ${step}`));
  });

  it('ends at once when pressed again, and the run is resumed all the same', async () => {
    const first = await hangingRun();
    first.signal('SIGINT');
    while (!first.output().stderr.includes('Ctrl-C again')) await sleep(10);
    first.signal('SIGINT');
    expect((await first.end).code).toBe(exitCodes.killed.code);
    await provider.release();
    const resumed = await runCommand(place, 'resume', 'last', '--json');
    expect(resumed.code).toBe(exitCodes.ok.code);
    const calls = graph.askers.map((step) => `tides ${step}`);
    expect(asked()).toEqual([calls[0], ...calls]);
  });
});
