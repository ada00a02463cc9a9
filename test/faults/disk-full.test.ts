import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import type { RunEvent } from '../../app/core/run/events.ts';
import { exitCodes } from '../../app/hosts/cli/exit-codes.ts';
import { type CommandPlace, errorOf, runCommand } from './command.ts';
import { callOf, graphs, writeWorkspace } from './graphs.ts';
import { callsOnDisk, hasEnded, runsOnDisk, topicOf } from './journal-on-disk.ts';
import { type Provider, startProvider } from './provider.ts';
import { makeSmallDisk, type SmallDisk } from './small-disk.ts';

const graph = graphs.chain;
/** Each of the six answers of a run. */
const ANSWER = 60_000;
/** Bytes that are left when a run begins. */
const SPACES = [0, 20_000, 100_000, 200_000, 300_000, 400_000, 500_000, 600_000];

const { pipewright } = inject('program');
let scratch: string;
let provider: Provider;
let disk: SmallDisk;

beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'pipewright-full-'));
  provider = await startProvider(join(scratch, 'log'), { latencyMs: 2, length: ANSWER });
});
afterEach(async () => {
  await provider.stop();
  disk.remove();
  rmSync(scratch, { recursive: true, force: true });
});

const eventsIn = (stdout: string): RunEvent[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('{"seq"'))
    .map((line) => JSON.parse(line) as RunEvent);

it.for(['file system', 'page limit'] as const)(
  '%s: says that the disk is full, loses nothing it had shown, goes on when there is space',
  async (how) => {
    disk = makeSmallDisk(join(scratch, 'disk'), how);
    writeWorkspace(disk.folder, provider.url, graph);
    const place: CommandPlace = { pipewright, folder: disk.folder, home: join(scratch, 'home') };
    const run = (topic: string, limit: Partial<CommandPlace> = {}) =>
      runCommand({ ...place, ...limit }, 'run', graph.name, '--input', `topic=${topic}`, '--events');
    expect(await run('first')).toMatchObject({ code: exitCodes.ok.code });

    let failures = 0;
    let resumed = 0;
    for (const space of SPACES) {
      const topic = `space-${space}`;
      const before = provider.entries('asked').length;
      const full = await run(topic, disk.fill(space));
      disk.free();
      const left = runsOnDisk(disk.folder).find((one) => topicOf(one) === topic);
      // What was shown is kept, to the letter.
      const shown = eventsIn(full.stdout);
      expect(left?.events.slice(0, shown.length) ?? []).toEqual(shown);
      const committed = left ? callsOnDisk(left).committed : new Set<string>();
      if (full.code === exitCodes.ok.code) continue;

      failures += 1;
      expect(full.code).toBe(exitCodes.storage.code);
      expect(errorOf(full)).toMatchObject({
        code: 'storage.full',
        class: 'disk.full',
        remedy: expect.stringContaining('Free space'),
      });
      if (!left) continue;
      expect(hasEnded(left)).toBe(false);
      resumed += 1;
      const again = await runCommand(place, 'resume', left.runId, '--json');
      expect(again.code, again.stdout + again.stderr).toBe(exitCodes.ok.code);
      expect(JSON.parse(again.stdout).outputs.answer).toHaveLength(graph.askers.length);
      // At most the call whose answer found no space was asked for a second time.
      const calls = provider.entries('asked').slice(before).map(callOf);
      const twice = graph.askers.filter((step) => calls.filter((call) => call === `${topic} ${step}`).length > 1);
      expect(twice.length).toBeLessThanOrEqual(1);
      expect(twice.filter((step) => committed.has(step))).toEqual([]);
      expect(calls.length).toBe(graph.askers.length + twice.length);
    }
    console.log(
      `disk full (${disk.how}): ${failures} of ${SPACES.length} runs stopped, ${resumed} of them were resumed`,
    );
    expect(failures).toBeGreaterThanOrEqual(3);
    expect(resumed).toBeGreaterThanOrEqual(2);
    expect(await runCommand(place, 'doctor')).toMatchObject({ code: exitCodes.ok.code });
  },
);
