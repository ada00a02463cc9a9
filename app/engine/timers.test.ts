import { describe, expect, it } from 'vitest';
import { registry } from '../../nodes/registry.ts';
import { testRegistry } from '../../test/kit/engine-nodes.ts';
import { modelResponse, snapshotOf, testHost, testPorts } from '../../test/kit/engine-ports.ts';
import { type GraphNode, graph } from '../../test/kit/graph.ts';
import { createMemoryJournal, type MemoryJournal } from '../../test/kit/memory-journal.ts';
import { type VirtualClock, virtualClock } from '../../test/kit/virtual-clock.ts';
import type { NodeType } from '../core/nodekit/define-node.ts';
import type { RunEvent } from '../core/run/events.ts';
import { createEngine, type RunHandle } from './engine.ts';
import type { RunResult } from './run-result.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const nodes = new Map([
  ...testRegistry,
  ['wait', registry.get('wait') as NodeType],
  ['map', registry.get('map') as NodeType],
]);

const input: GraphNode = { id: 'in', type: 't-input', config: { name: 'q' } };
const output: GraphNode = { id: 'out', type: 't-output', config: { name: 'a' } };
const pause = (id: string, duration: string, more: object = {}): GraphNode => ({
  id,
  type: 'wait',
  config: { for: duration },
  ...more,
});
const call = (id: string): GraphNode => ({ id, type: 't-call', config: { id } });

/** A workspace in a world of its own time. Each `life` is a process. */
function world(parts: readonly GraphNode[], wires: readonly string[]) {
  const clock = virtualClock();
  const snapshot = snapshotOf(graph(parts, wires));
  let calls = 0;
  const host = testHost({
    generate: async () => {
      calls += 1;
      return modelResponse('m');
    },
  });
  const engineOf = (journal: MemoryJournal) => createEngine(testPorts(journal, { registry: nodes, clock, host }));
  return { clock, snapshot, engineOf, calls: () => calls };
}

/** The end of a passage, letting time pass until it is there. */
async function ended(handle: RunHandle, clock: VirtualClock, ms = 1): Promise<RunResult> {
  let result: RunResult | undefined;
  void handle.result.then((done) => {
    result = done;
  });
  for (let i = 0; result === undefined && i < 20_000; i += 1) await clock.pass(ms);
  if (!result) throw new Error('the passage does not end');
  return result;
}

const fired = (events: readonly RunEvent[]) => events.filter((event) => event.type === 'wait.expired');

describe('timers', () => {
  const parts = [input, pause('rest', '30d'), call('then'), output];
  const wires = ['in > rest.value', 'rest.value > then', 'then > out.value'];

  it('of thirty days fire once over five restarts, at most a second late, whatever the clock does meanwhile', async () => {
    for (const jumps of [[], [HOUR, -HOUR], [-HOUR, -HOUR, HOUR], [2 * DAY, -2 * DAY]]) {
      const { clock, snapshot, engineOf, calls } = world(parts, wires);
      let journal = createMemoryJournal();
      const started = await engineOf(journal).start(snapshot, { q: 'q' });
      let result = await ended(started, clock);
      const { runId, dueAt = 0 } = result;
      expect(dueAt - clock.now()).toBeGreaterThan(29.9 * DAY);
      for (let restart = 1; restart <= 5; restart += 1) {
        expect(result).toMatchObject({ status: 'waiting', dueAt });
        expect(calls()).toBe(0);
        await clock.pass(restart < 5 ? 7 * DAY : 1.9 * DAY);
        clock.jump(jumps[restart - 1] ?? 0);
        journal = journal.crash();
        result = await ended(await engineOf(journal).resume(runId), clock);
      }
      // The sixth process lives until the time has come.
      const handle = await engineOf(journal).resume(runId, { holdMs: 31 * DAY });
      while (clock.now() < dueAt - 1000) await clock.pass(Math.min(HOUR, dueAt - 1000 - clock.now()));
      expect(fired(await journal.events(runId))).toHaveLength(0);
      expect(await ended(handle, clock, 100)).toMatchObject({ status: 'succeeded', outputs: { a: 'm' } });
      const events = await journal.events(runId);
      expect(fired(events)).toHaveLength(1);
      const at = fired(events)[0]?.at ?? 0;
      expect(at).toBeGreaterThanOrEqual(dueAt);
      expect(at).toBeLessThanOrEqual(dueAt + 1000);
      expect(calls()).toBe(1);
      expect((await engineOf(journal).replay(runId)).differences).toEqual([]);
    }
  });

  it('are taken up by a resume after their time, and by none before', async () => {
    const { clock, snapshot, engineOf } = world(parts, wires);
    const journal = createMemoryJournal();
    const { runId } = await ended(await engineOf(journal).start(snapshot, { q: 'q' }), clock);
    await clock.pass(29 * DAY);
    expect((await ended(await engineOf(journal).resume(runId), clock)).status).toBe('waiting');
    await clock.pass(9 * DAY);
    expect((await ended(await engineOf(journal).resume(runId), clock)).status).toBe('succeeded');
  });

  it('within the hold let the run go on by itself, and tell that it waits', async () => {
    const { clock, snapshot, engineOf } = world(
      [input, pause('rest', '9m'), output],
      ['in > rest.value', 'rest > out.value'],
    );
    const journal = createMemoryJournal();
    const handle = await engineOf(journal).start(snapshot, { q: 'q' }, { holdMs: 600_000 });
    await clock.pass(60_000);
    expect((await journal.events(handle.runId)).at(-1)).toMatchObject({ type: 'run.waiting' });
    const result = await ended(handle, clock, 10_000);
    expect(result).toMatchObject({ status: 'succeeded', outputs: { a: 'q' } });
    const events = await journal.events(handle.runId);
    expect(events.filter(({ type }) => type === 'run.waiting')).toHaveLength(1);
  });

  it('that are held are given up by an interruption, and gone on with later', async () => {
    const { clock, snapshot, engineOf } = world(
      [input, pause('rest', '9m'), output],
      ['in > rest.value', 'rest > out.value'],
    );
    const journal = createMemoryJournal();
    const handle = await engineOf(journal).start(snapshot, { q: 'q' }, { holdMs: 600_000 });
    await clock.pass(60_000);
    handle.interrupt();
    expect(await ended(handle, clock)).toMatchObject({ status: 'interrupted' });
    await clock.pass(600_000);
    expect((await ended(await engineOf(journal).resume(handle.runId), clock)).status).toBe('succeeded');
  });

  it('do not hold up the rest of the run, nor does the rest hold them up', async () => {
    const slow = ['a', 'b', 'c', 'd'].map((id) => pause(id, '10s'));
    const { clock, snapshot, engineOf } = world(
      [input, ...slow, pause('short', '15s'), { id: 'early', type: 't-text', config: { id: 'early' } }, output],
      [
        'in > a.value',
        'a > b.value',
        'b > c.value',
        'c > d.value',
        'd > out.value',
        'in > short.value',
        'short > early',
      ],
    );
    const journal = createMemoryJournal();
    const begun = clock.now();
    const handle = await engineOf(journal).start(snapshot, { q: 'q' }, { holdMs: HOUR });
    const result = await ended(handle, clock, 500);
    expect(result.status).toBe('succeeded');
    const at = new Map(
      (await journal.events(handle.runId)).flatMap((event) =>
        event.type === 'wait.expired' ? [[event.step, event.at - begun] as const] : [],
      ),
    );
    for (const [step, expected] of [
      ['a', 10],
      ['short', 15],
      ['b', 20],
      ['c', 30],
      ['d', 40],
    ] as const) {
      expect(at.get(step), step).toBeGreaterThanOrEqual(expected * 1000);
      expect(at.get(step), step).toBeLessThan(expected * 1000 + 1000);
    }
  });

  it('by the thousand in a map fire each once, without a storm', async () => {
    const { clock, snapshot, engineOf } = world(
      [
        input,
        { id: 'list', type: 't-list', config: { count: 500 } },
        { id: 'each', type: 'map', config: { concurrency: 256 } },
        pause('rest', '20s', { parent: 'each' }),
        output,
      ],
      [
        'in > list',
        'list.items > each.items',
        'each.item > rest.value',
        'rest > each.result',
        'each.results > out.value',
      ],
    );
    const journal = createMemoryJournal();
    let naps = 0;
    const { sleep } = clock;
    clock.sleep = (ms, signal) => {
      naps += 1;
      return sleep(ms, signal);
    };
    const handle = await engineOf(journal).start(snapshot, { q: 'q' }, { holdMs: HOUR });
    expect((await ended(handle, clock, 1000)).status).toBe('succeeded');
    expect(fired(await journal.events(handle.runId))).toHaveLength(500);
    expect(naps).toBeLessThan(400);
  });

  it('beside a person leave the process to be told of a decision while it stays for the timer', async () => {
    const { clock, snapshot, engineOf } = world(
      [
        input,
        pause('rest', '5m'),
        { id: 'ask', type: 't-ask', config: { id: 'ask' } },
        { id: 'both', type: 't-text', config: { id: 'both' } },
        output,
      ],
      ['in > rest.value', 'in > ask', 'ask > both', 'rest > both', 'both > out.value'],
    );
    const journal = createMemoryJournal();
    const handle = await engineOf(journal).start(snapshot, { q: 'q' }, { holdMs: 600_000 });
    await clock.pass(10_000);
    const wait = (await journal.events(handle.runId)).find(
      (event) => event.type === 'step.waiting' && event.kind === 'review',
    );
    if (wait?.type !== 'step.waiting') throw new Error('nobody was asked');
    journal.decide(handle.runId, wait.wait, { action: 'approve', values: {}, by: 'p', at: 0 });
    await clock.pass(5_000);
    expect((await journal.events(handle.runId)).some(({ type }) => type === 'wait.decided')).toBe(true);
    expect(await ended(handle, clock, 10_000)).toMatchObject({
      status: 'succeeded',
      outputs: { a: 'both(ask:approve(q),q)' },
    });
  });
});
