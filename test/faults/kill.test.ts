import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openWorkspaceStore } from '../../app/adapters/sqlite/workspace-store.ts';
import { canonicalJson } from '../../app/core/graph/json.ts';
import { openWorkspace } from '../../app/index.ts';
import { seededRandom } from '../simulation/seeded-random.ts';
import { CallBooks } from './call-books.ts';
import { type FaultGraph, graphs, warmUp, writeWorkspace } from './graphs.ts';
import { hasEnded, type RunOnDisk, runsOnDisk, topicOf } from './journal-on-disk.ts';
import { type Provider, startProvider } from './provider.ts';
import { type Numbers, startWorker, type WorkerPlace } from './worker.ts';

const KILLS = 200;
const IN_FLIGHT = 150;
/** Runs in peace that tell how long one takes. */
const MEASURED = 3;
/** One kill in so many may land while the workspace is opened and the run taken up. */
const EARLY = 10;
/** Longer than what an event holds in itself: answers go through the store of values. */
const ANSWER = 3000;

const all = Object.values(graphs);
const isOf = (graph: FaultGraph) => (topicOrQuestion: string) => topicOrQuestion.startsWith(`${graph.name}-`);
const each = <T>(of: (graph: FaultGraph) => T) => Object.fromEntries(all.map((graph) => [graph.name, of(graph)]));

function place(scratch: string, name: string, provider: Provider): WorkerPlace {
  const folder = join(scratch, name, 'runs');
  const warmFolder = join(scratch, name, 'warm');
  for (const one of [folder, warmFolder]) mkdirSync(one, { recursive: true });
  writeWorkspace(folder, provider.url, ...all);
  writeWorkspace(warmFolder, provider.url, warmUp);
  const shared = { home: join(scratch, 'home'), codeCache: join(scratch, 'compiled') };
  return { script: inject('program').worker, folder, warmFolder, warmWorkflow: warmUp.name, ...shared };
}

/** Milliseconds of an undisturbed run of the slowest graph beside the others, and from the word until all had begun. */
async function measure(where: WorkerPlace): Promise<{ run: number; opening: number }> {
  const worker = await startWorker(where);
  const said = performance.now();
  await worker.go(each(() => ({ from: 1, to: MEASURED })));
  const opening = performance.now() - said;
  await worker.done();
  const lengths = all.map(({ name }) => {
    const times = (word: string) =>
      worker.marks.filter((mark) => mark.word === word && mark.workflow === name).map(({ at }) => at);
    const began = times('began');
    return Math.min(...times('ended').map((at, i) => at - (began[i] ?? at)));
  });
  return { run: Math.max(...lengths), opening };
}

/** Outputs by topic, as canonical JSON, once every run has ended. */
async function outputsOf(where: WorkerPlace, runs: readonly RunOnDisk[]): Promise<Map<string, string>> {
  const store = storeOf(where);
  const outputs = new Map<string, string>();
  for (const run of runs) {
    const end = run.events.at(-1);
    const ref = end?.type === 'run.finished' ? end.outputs['answer'] : undefined;
    const value = ref && ('value' in ref ? ref.value : await store.journal.value(ref.digest, run.runId));
    outputs.set(topicOf(run), value === undefined ? `no output: ${end?.type}` : canonicalJson(value));
  }
  store.close();
  return outputs;
}

const storeOf = ({ folder, home }: WorkerPlace) =>
  openWorkspaceStore({ folder: join(folder, '.pipewright'), keyFile: join(home, 'personal.key'), now: Date.now });

/**
 * Each process that is killed works on a run of every graph at that moment, so that a kill is one for each of them, and
 * transactions that are cut off hold events of several runs.
 */
describe('SIGKILL at any time', () => {
  const books = new Map(all.map((graph) => [graph.name, new CallBooks(graph)]));
  let scratch: string;
  let provider: Provider;
  let where: WorkerPlace;

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'pipewright-kill-'));
    provider = await startProvider(join(scratch, 'provider.log'), { latencyMs: 25, length: ANSWER });
    where = place(scratch, 'killed', provider);
    const random = seededRandom(20_262);
    const length = await measure(where);
    const begun = new Set<string>();
    const ended = new Set<string>();
    const numbers = (): Numbers =>
      each((graph) => ({ from: Math.max(MEASURED, [...begun].filter(isOf(graph)).length) + 1 }));
    let spare = startWorker(where);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const worker = await spare;
      const going = worker.go(numbers());
      // The next one loads while this one works.
      spare = startWorker(where);
      if (kill % EARLY === EARLY - 1) {
        await sleep(random() * length.opening);
      } else {
        await going;
        await sleep(random() * length.run);
      }
      await worker.kill();
      expect(worker.troubles).toEqual([]);
      const runs = runsOnDisk(where.folder, ended);
      const asked = provider.entries('asked');
      for (const graph of all) {
        const isIts = isOf(graph);
        books.get(graph.name)?.afterKill(
          worker.pid,
          runs.filter((run) => isIts(topicOf(run))),
          asked.filter(isIts),
        );
      }
      for (const run of runs) {
        begun.add(topicOf(run));
        if (hasEnded(run)) ended.add(run.runId);
      }
    }
    const last = await spare;
    await last.go(each((graph) => ({ from: numbers()[graph.name]?.from ?? 1, to: numbers()[graph.name]?.from ?? 1 })));
    await last.done();
  });
  afterAll(async () => {
    await provider?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  it.for(all)('$name: repeats no committed call', (graph) => {
    const runs = runsOnDisk(where.folder).filter((run) => isOf(graph)(topicOf(run)));
    const its = books.get(graph.name) as CallBooks;
    const figures = its.close(runs, provider.entries('asked').filter(isOf(graph)));
    console.log(
      `${graph.name}: ${figures.kills} kills, ${figures.inFlight} in flight over ${runs.length} runs, ` +
        `${figures.repeats} repeated in-flight calls (<= ${figures.live} = live calls x crashes), ` +
        `${figures.committedRepeats} committed calls repeated`,
    );
    expect(its.faults).toEqual([]);
    expect(figures.committedRepeats).toBe(0);
    expect(figures.kills).toBe(KILLS);
    expect(figures.inFlight).toBeGreaterThanOrEqual(IN_FLIGHT);
    // A test in which nothing had to be repeated would have shown nothing.
    expect(figures.repeats).toBeGreaterThan(0);
    expect(runs.filter((run) => run.events.at(-1)?.type !== 'run.finished')).toEqual([]);
  });

  it('gives the same output as runs in peace', async () => {
    const runs = runsOnDisk(where.folder);
    const peaceful = await startProvider(join(scratch, 'peaceful.log'), { length: ANSWER });
    const other = place(scratch, 'peaceful', peaceful);
    const undisturbed = await startWorker(other);
    const topics = runs.map(topicOf);
    await undisturbed.go(each((graph) => ({ from: 1, to: topics.filter(isOf(graph)).length })));
    await undisturbed.done();
    await peaceful.stop();
    expect(await outputsOf(where, runs)).toEqual(await outputsOf(other, runsOnDisk(other.folder)));
  });

  // The log answers for everything: without a provider each run that was killed most gives the same once more.
  it.for(all)('$name: can be replayed without a provider', async (graph) => {
    await provider.stop();
    await using workspace = await openWorkspace(where.folder, { profileDir: where.home });
    const runs = await workspace.runs({ limit: 1000, workflowId: `wf_${graph.name}` });
    const worst = runs.sort((a, b) => b.starts - a.starts).slice(0, 5);
    expect(worst).toHaveLength(5);
    for (const { runId } of worst) {
      const { differences, recorded } = await workspace.replay(runId);
      expect({ differences, recorded }).toEqual({ differences: [], recorded: 'succeeded' });
    }
  });

  it('leaves nothing that a doctor would find', async () => {
    const store = storeOf(where);
    expect(await store.doctor.check()).toEqual([]);
    store.close();
  });
});
