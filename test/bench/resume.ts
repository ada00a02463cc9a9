import { Session } from 'node:inspector';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openWorkspaceStore } from '../../app/adapters/sqlite/workspace-store.ts';
import type { Workflow } from '../../app/core/graph/workflow.ts';
import { createEngine } from '../../app/engine/engine.ts';
import { testRegistry } from '../kit/engine-nodes.ts';
import { modelResponse, snapshotOf, testHost, testPorts } from '../kit/engine-ports.ts';
import { graph } from '../kit/graph.ts';
import { median, quantile } from './measure.ts';
import type { BenchReport, Figure, Target } from './report.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const ITEMS = 5_000;
const INTERRUPT_AT = ITEMS - 20;
const WIDTH = 16;
const ROUNDS = 7;
/** Calls between two looks at the live heap. */
const LOOK_EVERY = 500;

/** A map whose body has a pure step and a step with a paid call: 10,000 steps over 5,000 frames. */
const longRun = (): Workflow =>
  graph(
    [
      { id: 'list', type: 't-list', config: { count: ITEMS } },
      { id: 'each', type: 't-map', config: { width: WIDTH } },
      { id: 'note', type: 't-text', config: { id: 'note' }, parent: 'each' },
      { id: 'ask', type: 't-call', config: { id: 'ask' }, parent: 'each' },
      { id: 'out', type: 't-output', config: { name: 'y' } },
    ],
    ['list.items > each.items', 'each.item > note', 'note > ask', 'ask > each.result', 'each.results > out.value'],
  );

interface Passage {
  firstMs: number;
  readMs: number;
  untilCallMs: number;
  untilEndMs: number;
  /** Live heap at its largest during the first passage less what it was before, MiB; only where it was looked at. */
  growthMiB: number;
}

/** Runs until shortly before the end, closes everything, opens it again and goes on. */
async function interruptAndResume(folder: string, liveHeap?: () => Promise<number>): Promise<Passage> {
  const keyFile = join(folder, 'personal.key');
  const open = () => openWorkspaceStore({ folder: join(folder, 'store'), keyFile, now: () => Date.now() });
  let calls = 0;
  let onCall = async (): Promise<void> => undefined;
  const host = testHost({
    generate: async () => {
      calls += 1;
      await onCall();
      return modelResponse('an answer of the model');
    },
  });
  const first = open();
  const before = (await liveHeap?.()) ?? 0;
  let highest = before;
  const began = performance.now();
  const run = await createEngine(testPorts(first.journal, { registry: testRegistry, host })).start(
    snapshotOf(longRun()),
    {},
  );
  onCall = async () => {
    if (calls === INTERRUPT_AT) run.interrupt();
    if (liveHeap && calls % LOOK_EVERY === 0) highest = Math.max(highest, await liveHeap());
  };
  const stopped = await run.result;
  const firstMs = performance.now() - began;
  if (stopped.status !== 'interrupted') throw new Error(`the run ${stopped.status} where it was to be interrupted`);
  first.close();

  const second = open();
  const { promise: called, resolve } = Promise.withResolvers<number>();
  const resumed = performance.now();
  onCall = async () => resolve(performance.now());
  const again = await createEngine(testPorts(second.journal, { registry: testRegistry, host })).resume(run.runId);
  const readMs = performance.now() - resumed;
  const untilCallMs = (await called) - resumed;
  const { status } = await again.result;
  const untilEndMs = performance.now() - resumed;
  second.close();
  if (status !== 'succeeded' || calls > ITEMS) throw new Error(`resumed: ${status} after ${calls} calls`);
  return { firstMs, readMs, untilCallMs, untilEndMs, growthMiB: (highest - before) / 2 ** 20 };
}

/** A run of 10,000 steps: what it costs in memory, and how long another process takes to go on with it. */
export async function resume(): Promise<BenchReport> {
  const inspector = new Session();
  inspector.connect();
  const liveHeap = async (): Promise<number> => {
    // Twice and from an empty stack: what lies on it, and what waits for its finalizer, would be kept.
    for (let time = 0; time < 2; time += 1) {
      await sleep(20);
      inspector.post('HeapProfiler.collectGarbage');
    }
    return process.memoryUsage().heapUsed;
  };
  // The first passage warms the code up, the next is looked into, the others are timed.
  await inTemporaryFolder(interruptAndResume);
  const { growthMiB } = await inTemporaryFolder((folder) => interruptAndResume(folder, liveHeap));
  inspector.disconnect();
  const passages: Passage[] = [];
  for (let round = 0; round < ROUNDS; round += 1) passages.push(await inTemporaryFolder(interruptAndResume));

  const timed = (name: string, key: keyof Passage, target?: Target): Figure => {
    const values = passages.map((passage) => passage[key]);
    const spread: [number, number] = [quantile(values, 0.25), quantile(values, 0.75)];
    return { name, value: median(values), unit: 'ms', spread, ...(target && { target }) };
  };
  return {
    figures: [
      timed(`first passage, ${INTERRUPT_AT} paid calls`, 'firstMs'),
      { name: 'growth of the live heap meanwhile', value: growthMiB, unit: 'MiB', target: { atMost: 50, of: 'value' } },
      timed('resume: log read and folded', 'readMs'),
      timed('resume: until the first new call', 'untilCallMs', { atMost: 1000, of: 'value' }),
      timed('resume: until the run has ended', 'untilEndMs'),
    ],
    remarks: [
      '',
      `A map over ${ITEMS} items with a pure step and a paid call each, ${WIDTH} at a time, interrupted ${ITEMS - INTERRUPT_AT} items before its end; then the store is closed and opened again.`,
      `No call is made twice: all passages together made ${ITEMS} calls each. The heap is looked at every ${LOOK_EVERY} calls, after a collection, in a passage of its own.`,
    ],
    details: { passages },
  };
}
