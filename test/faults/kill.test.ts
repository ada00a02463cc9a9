import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openWorkspaceStore } from '../../app/adapters/sqlite/workspace-store.ts';
import { canonicalJson } from '../../app/core/graph/json.ts';
import { openWorkspace } from '../../app/index.ts';
import { seededRandom } from '../simulation/seeded-random.ts';
import { type BuiltProgram, buildProgram } from './built-program.ts';
import { CallBooks } from './call-books.ts';
import { type FaultGraph, graphs, writeWorkspace } from './graphs.ts';
import { hasEnded, type RunOnDisk, runsOnDisk, topicOf } from './journal-on-disk.ts';
import { type Provider, startProvider } from './provider.ts';
import { startWorker, type WorkerPlace } from './worker.ts';

const KILLS = 200;
const IN_FLIGHT = 150;
/** Runs in peace that tell how long one takes. */
const MEASURED = 3;
/** One kill in so many may land while the workspace is opened and the run taken up. */
const EARLY = 10;
/** Longer than what an event holds in itself: answers go through the store of values. */
const ANSWER = 3000;

let scratch: string;
let program: BuiltProgram;
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'pipewright-kill-'));
  program = await buildProgram({ vendorsInside: true });
}, 120_000);
afterAll(() => {
  program.remove();
  rmSync(scratch, { recursive: true, force: true });
});

function place(graph: FaultGraph, name: string, provider: Provider): WorkerPlace {
  const root = join(scratch, graph.name, name);
  const folders = { folder: join(root, 'runs'), warmFolder: join(root, 'warm') };
  for (const folder of Object.values(folders)) {
    mkdirSync(folder, { recursive: true });
    writeWorkspace(folder, provider.url, graph);
  }
  const shared = { home: join(scratch, 'home'), codeCache: join(scratch, 'compiled') };
  return { script: program.worker, ...folders, workflow: graph.name, ...shared };
}

/** Milliseconds of an undisturbed run, and from the word until it began. */
async function measure(where: WorkerPlace): Promise<{ run: number; opening: number }> {
  const worker = await startWorker(where);
  const said = performance.now();
  await worker.go(1, MEASURED);
  const opening = performance.now() - said;
  await worker.done();
  const times = (word: string) => worker.marks.filter((mark) => mark.word === word).map(({ at }) => at);
  const began = times('began');
  const lengths = times('ended').map((at, i) => at - (began[i] ?? at));
  return { run: Math.min(...lengths), opening };
}

/** Outputs by topic, as canonical JSON, once every run has ended. */
async function outputsOf({ folder, home }: WorkerPlace, runs: readonly RunOnDisk[]): Promise<Map<string, string>> {
  const store = openWorkspaceStore({
    folder: join(folder, '.pipewright'),
    keyFile: join(home, 'personal.key'),
    now: Date.now,
  });
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

describe.concurrent('SIGKILL at any time', () => {
  it.for(Object.values(graphs))(
    '$name: repeats no committed call and gives the same output',
    async (graph, { expect }) => {
      const random = seededRandom(20_262);
      const provider = await startProvider(join(scratch, `${graph.name}.log`), { latencyMs: 25, length: ANSWER });
      const where = place(graph, 'killed', provider);
      const length = await measure(where);
      const books = new CallBooks(graph);
      const ended = new Set<string>();
      let next = MEASURED + 1;
      let spare = startWorker(where);
      for (let kill = 0; kill < KILLS; kill += 1) {
        const worker = await spare;
        const going = worker.go(next);
        if (kill % EARLY === EARLY - 1) {
          await sleep(random() * length.opening);
        } else {
          await going;
          await sleep(random() * length.run);
        }
        await worker.kill();
        expect(worker.troubles).toEqual([]);
        const runs = runsOnDisk(where.folder, ended);
        books.afterKill(worker.pid, runs, provider.entries('asked'));
        for (const run of runs) if (hasEnded(run)) ended.add(run.runId);
        next = runsOnDisk(where.folder, ended).length + ended.size + 1;
        spare = startWorker(where);
      }
      const last = await spare;
      await last.go(next, next);
      await last.done();

      const runs = runsOnDisk(where.folder);
      const figures = books.close(runs, provider.entries('asked'));
      console.log(
        `${graph.name}: ${figures.kills} kills, ${figures.inFlight} in flight over ${runs.length} runs, ` +
          `${figures.repeats} repeated in-flight calls (<= ${figures.live} = live calls x crashes), ` +
          `${figures.committedRepeats} committed calls repeated`,
      );
      expect(books.faults).toEqual([]);
      expect(figures.committedRepeats).toBe(0);
      expect(figures.kills).toBe(KILLS);
      expect(figures.inFlight).toBeGreaterThanOrEqual(IN_FLIGHT);
      // A test in which nothing had to be repeated would have shown nothing.
      expect(figures.repeats).toBeGreaterThan(0);
      expect(runs.filter((run) => run.events.at(-1)?.type !== 'run.finished')).toEqual([]);

      const peaceful = await startProvider(join(scratch, `${graph.name}-peaceful.log`), { length: ANSWER });
      const other = place(graph, 'peaceful', peaceful);
      const undisturbed = await startWorker(other);
      await undisturbed.go(1, runs.length);
      await undisturbed.done();
      await peaceful.stop();
      expect(await outputsOf(where, runs)).toEqual(await outputsOf(other, runsOnDisk(other.folder)));

      // The log answers for everything: without a provider each run that was killed most gives the same once more.
      await provider.stop();
      await using workspace = await openWorkspace(where.folder, { profileDir: where.home });
      const worst = (await workspace.runs({ limit: 1000 })).sort((a, b) => b.starts - a.starts).slice(0, 5);
      for (const { runId } of worst) {
        const { differences, recorded } = await workspace.replay(runId);
        expect({ differences, recorded }).toEqual({ differences: [], recorded: 'succeeded' });
      }
      const { doctor } = openWorkspaceStore({
        folder: join(where.folder, '.pipewright'),
        keyFile: join(where.home, 'personal.key'),
        now: Date.now,
      });
      expect(await doctor.check()).toEqual([]);
    },
  );
});
