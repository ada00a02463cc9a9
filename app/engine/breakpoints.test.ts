import { describe, expect, it } from 'vitest';
import { testRegistry } from '../../test/kit/engine-nodes.ts';
import { modelResponse, snapshotOf, testHost, testPorts } from '../../test/kit/engine-ports.ts';
import { type GraphNode, graph } from '../../test/kit/graph.ts';
import { createMemoryJournal } from '../../test/kit/memory-journal.ts';
import type { Json } from '../core/graph/json.ts';
import { validateWorkflow } from '../core/graph/validate-workflow.ts';
import type { BreakpointSpec } from '../core/run/breakpoint.ts';
import { type RunView, runView } from '../core/run/run-view.ts';
import { createEngine, type RunHandle, type WatchOptions } from './engine.ts';
import type { RunResult } from './run-result.ts';

const input = { id: 'in', type: 't-input', config: { name: 'q' } };
const output = { id: 'out', type: 't-output', config: { name: 'answer' } };
const text = (id: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  type: 't-text',
  config: { id },
  ...more,
});

/** A run that is stopped and gone on with, each time by a process of its own. */
function bench(nodes: readonly GraphNode[], wires: readonly string[], host = testHost({})) {
  const journal = createMemoryJournal();
  const workflow = graph(nodes, wires);
  expect(validateWorkflow(workflow, testRegistry)).toEqual([]);
  let begun = 0;
  const newId = (prefix: string) => {
    begun += 1;
    return `${prefix}_${begun}`;
  };
  const engine = () => createEngine({ ...testPorts(journal, { host }), newId });
  let runId = '';
  const ended = async (handle: RunHandle): Promise<RunResult> => {
    runId = handle.runId;
    return handle.result;
  };
  const view = async (): Promise<RunView> => runView(runId, await journal.events(runId));
  const open = async () => (await view()).waits.filter(({ state }) => state === 'open');
  return {
    journal,
    engine,
    view,
    open,
    events: () => journal.events(runId),
    start: async (breakpoints: readonly BreakpointSpec[], q: Json = 'q') =>
      ended(await engine().start(snapshotOf(workflow), { q }, { breakpoints })),
    resume: async (options?: WatchOptions) => ended(await engine().resume(runId, options)),
    replay: () => engine().replay(runId),
    /** Decides at the stop before a step, or at the only one. */
    async decide(action: string, { step, inputs }: { step?: string; inputs?: { [port: string]: Json } } = {}) {
      const stop = (await open()).find((one) => step === undefined || one.step === step);
      expect(stop, `a stop before ${step ?? 'any step'}`).toBeDefined();
      journal.decide(runId, stop?.wait as string, { action, values: inputs ? { inputs } : {}, by: 'me', at: 1 });
    },
    async stops() {
      return (await open()).map(({ step }) => step).sort();
    },
  };
}

const chain = [input, text('a'), text('b'), text('c'), output];
const wires = ['in > a', 'a > b', 'b > c', 'c > out.value'];
const perItem = [
  input,
  { id: 'list', type: 't-list', config: { count: 5 } },
  { id: 'map', type: 't-map' },
  text('leaf', { parent: 'map' }),
  output,
];
const perItemWires = [
  'in > list',
  'list.items > map.items',
  'map.item > leaf',
  'leaf > map.result',
  'map.results > out.value',
];

describe('a breakpoint on a node', () => {
  it('stops before the step, says why, and outlives the process', async () => {
    const run = bench(chain, wires);
    expect((await run.start([{ node: 'b' }])).status).toBe('waiting');
    expect(await run.open()).toMatchObject([
      { step: 'b', kind: 'breakpoint', title: 'Stopped before b', reason: 'breakpoint b', breakpoint: 'b' },
    ]);
    // Nobody has decided: it stands where it stood.
    expect((await run.resume()).status).toBe('waiting');
    expect(await run.stops()).toEqual(['b']);
    await run.decide('continue');
    expect(await run.resume()).toMatchObject({ status: 'succeeded', outputs: { answer: 'c(b(a(q)))' } });
    expect((await run.replay()).differences).toEqual([]);
  });

  it('is remembered by the run, until it is told of others', async () => {
    const run = bench(chain, wires);
    await run.start([{ node: 'a' }, { node: 'c' }]);
    await run.decide('continue');
    await run.resume();
    expect(await run.stops()).toEqual(['c']);
    const other = bench(chain, wires);
    await other.start([{ node: 'a' }, { node: 'c' }]);
    await other.decide('continue');
    expect((await other.resume({ breakpoints: [] })).status).toBe('succeeded');
    expect((await other.view()).breakpoints).toEqual([]);
  });

  it('asks its condition for each turn of a container, by inputs and by turn', async () => {
    const run = bench(perItem, perItemWires);
    await run.start([
      { node: 'leaf', when: 'inputs.values[0].startsWith("3") && index == 3 && step == "map[3]/leaf"' },
    ]);
    expect(await run.stops()).toEqual(['map[3]/leaf']);
    await run.decide('continue');
    expect((await run.resume()).status).toBe('succeeded');
  });

  const ten = '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]';
  const endless = `${'ab'
    .repeat(4)
    .split('')
    .reduce((inner, _, i) => `${ten}.exists(x${i}, ${inner})`, 'false')}`;

  it.each([
    ['inputs.nothing > 3', 'its condition failed'],
    ['1 + 1', 'it gives 2, not true or false'],
    [endless, 'million steps'],
  ])('stops where the condition cannot say, and tells so: %s', async (when, told) => {
    const run = bench(chain, wires);
    await run.start([{ node: 'b', when }]);
    expect((await run.open())[0]?.reason).toContain(told);
  });

  it('refuses a condition that cannot be read before there is a run', async () => {
    const run = bench(chain, wires);
    await expect(run.start([{ node: 'b', when: 'inputs.' }])).rejects.toMatchObject({ code: 'expression.syntax' });
    expect(run.journal.runIds()).toEqual([]);
  });

  it('is over after one stop where it is meant for one', async () => {
    const run = bench(perItem, perItemWires);
    await run.start([{ node: 'leaf', once: true }]);
    expect(await run.stops()).toHaveLength(1);
    await run.decide('continue');
    expect((await run.resume()).status).toBe('succeeded');
  });
});

describe('a breakpoint on a wire', () => {
  const join = [input, text('a'), text('b'), text('j'), output];
  const joined = ['in > a', 'in > b', 'a > j', 'b > j', 'j > out.value'];

  it('stops where it brings a value, and asks by that value', async () => {
    const run = bench(join, joined);
    const edge = 'e0002';
    expect((await run.start([{ edge, when: 'value == "a(no)"' }])).status).toBe('succeeded');
    await run.start([{ edge, when: 'value == "a(q)"' }]);
    expect(await run.open()).toMatchObject([
      { step: 'j', edge, place: 0, payload: { value: { values: ['a(q)', 'b(q)'] } } },
    ]);
  });

  it('does not stop for a wire that stayed silent', async () => {
    const run = bench(
      [input, { id: 'if', type: 't-branch', config: { to: 'a' } }, text('j'), output],
      ['in > if.value', 'if.a > j', 'if.b > j', 'j > out.value'],
    );
    expect((await run.start([{ edge: 'e0002' }])).status).toBe('succeeded');
    expect((await run.start([{ edge: 'e0001' }])).status).toBe('waiting');
  });
});

describe('counting hits', () => {
  it('stops at the third hit, then at none', async () => {
    const run = bench(perItem, perItemWires);
    await run.start([{ node: 'leaf', hit: 3 }]);
    expect(await run.open()).toMatchObject([{ breakpoint: 'leaf hit 3', reason: 'breakpoint leaf hit 3, at hit 3' }]);
    await run.decide('continue');
    expect((await run.resume()).status).toBe('succeeded');
    const hits = (await run.events()).filter((event) => event.type === 'breakpoint.hit');
    expect(hits.map((hit) => hit.hits)).toEqual([1, 2, 3, 4, 5]);
    expect(hits.filter((hit) => hit.stops)).toHaveLength(1);
  });

  it('goes on counting in the next process', async () => {
    const turns = [
      input,
      { id: 'l1', type: 't-list', config: { count: 3 } },
      { id: 'map', type: 't-map' },
      text('leaf', { parent: 'map' }),
      text('stop'),
      { id: 'l2', type: 't-list', config: { count: 3 } },
      { id: 'map2', type: 't-map' },
      { id: 'leaf2', type: 't-text', config: { id: 'leaf2' }, parent: 'map2' },
      output,
    ];
    const run = bench(turns, [
      ...['in > l1', 'l1.items > map.items', 'map.item > leaf', 'leaf > map.result', 'map.results > stop'],
      ...['stop > l2', 'l2.items > map2.items', 'map2.item > leaf2', 'leaf2 > map2.result'],
      'map2.results > out.value',
    ]);
    await run.start([
      { node: 'leaf', every: 2 },
      { node: 'leaf2', every: 2 },
    ]);
    expect(await run.stops()).toHaveLength(1);
    const first = (await run.open())[0];
    // A crash before the decision is taken up must not count the stop twice.
    await run.resume();
    await run.decide('continue');
    await run.resume();
    expect((await run.open())[0]).toMatchObject({
      breakpoint: 'leaf2 every 2',
      reason: 'breakpoint leaf2 every 2, at hit 2',
    });
    expect(first?.reason).toBe('breakpoint leaf every 2, at hit 2');
    await run.decide('continue');
    expect((await run.resume()).status).toBe('succeeded');
    expect((await run.replay()).differences).toEqual([]);
  });
});

describe('stepping', () => {
  const fan = [input, text('a'), text('x'), text('y'), text('j'), output];
  const fanned = ['in > a', 'a > x', 'a > y', 'x > j', 'y > j', 'j > out.value'];

  it('stops before whatever begins next, side by side too, until it is told to go on', async () => {
    const run = bench(fan, fanned);
    await run.start([{ node: 'a' }]);
    await run.decide('step');
    await run.resume();
    expect(await run.stops()).toEqual(['x', 'y']);
    await run.decide('step', { step: 'x' });
    await run.resume();
    expect(await run.stops()).toEqual(['y']);
    await run.decide('step', { step: 'y' });
    await run.resume();
    expect(await run.stops()).toEqual(['j']);
    expect((await run.open())[0]).toMatchObject({ reason: 'step' });
    await run.decide('continue');
    expect((await run.resume()).outputs).toEqual({ answer: 'j(x(a(q)),y(a(q)))' });
    expect((await run.replay()).differences).toEqual([]);
  });

  it('is not forgotten by a process that dies between two stops', async () => {
    const run = bench(chain, wires);
    await run.start([{ node: 'a' }]);
    await run.decide('step');
    // The decision and the end of `a` are durable, the stop before `b` is not.
    const journal = run.journal;
    const [id] = journal.runIds() as [string];
    const { fence, events } = await journal.claim(id, 'other');
    const wait = events.find((event) => event.type === 'step.waiting');
    const seq = events.length;
    if (wait?.type !== 'step.waiting') throw new Error('it did not stop');
    await journal.append({
      runId: id,
      fence,
      values: [],
      events: [
        {
          seq: seq + 1,
          at: 0,
          type: 'wait.decided',
          step: 'a',
          wait: wait.wait,
          decision: { action: 'step', values: {}, by: 'me', at: 1 },
        },
        {
          seq: seq + 2,
          at: 0,
          type: 'step.finished',
          step: 'a',
          node: 'a',
          attempt: 1,
          startedAt: 0,
          outputs: { value: { value: 'a(q)' } },
        },
      ],
    });
    await journal.release(id, fence);
    await run.resume();
    expect(await run.stops()).toEqual(['b']);
  });
});

describe('editing what a step gets', () => {
  it('goes on with it, keeps it in the log, and replays it', async () => {
    const run = bench(chain, wires);
    await run.start([{ node: 'b' }]);
    await run.decide('continue', { inputs: { values: ['mine'] } });
    expect((await run.resume()).outputs).toEqual({ answer: 'c(b(mine))' });
    const decided = (await run.events()).find((event) => event.type === 'wait.decided');
    expect(decided).toMatchObject({ decision: { values: { inputs: { values: ['mine'] } } } });
    expect((await run.replay()).differences).toEqual([]);
  });

  it('does not pass the outcome off as that of the unedited work', async () => {
    const run = bench(chain, wires);
    await run.start([{ node: 'b' }]);
    await run.decide('continue', { inputs: { values: ['mine'] } });
    const { runId } = await run.resume();
    const again = await run
      .engine()
      .start(snapshotOf(graph(chain, wires)), { q: 'q' }, { reuse: { runId, kind: 'rerun' } });
    expect((await again.result).outputs).toEqual({ answer: 'c(b(a(q)))' });
  });

  it('fails the step on a value that does not fit, whoever let it through', async () => {
    const run = bench(chain, wires);
    await run.start([{ node: 'b' }]);
    await run.decide('continue', { inputs: { values: 'no list' } });
    expect(await run.resume()).toMatchObject({ status: 'failed', step: 'b', error: { code: 'step.input' } });
    const other = bench(chain, wires);
    await other.start([{ node: 'b' }]);
    await other.decide('continue', { inputs: { nowhere: 1 } });
    expect(await other.resume()).toMatchObject({ status: 'failed', error: { code: 'step.input' } });
  });
});

describe('a run that works on beside a stop', () => {
  /** `slow` is asked and answers when it is let. */
  function beside() {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const host = testHost({
      generate: async () => {
        await gate;
        return modelResponse('slow');
      },
    });
    const nodes = [
      input,
      { id: 'slow', type: 't-call', config: { id: 'slow' } },
      text('a'),
      text('b'),
      text('j'),
      output,
    ];
    const run = bench(nodes, ['in > slow', 'in > a', 'a > b', 'b > j', 'slow > j', 'j > out.value'], host);
    return {
      run,
      workflow: graph(nodes, ['in > slow', 'in > a', 'a > b', 'b > j', 'slow > j', 'j > out.value']),
      release,
    };
  }

  const until = async (holds: () => Promise<boolean>) => {
    for (let i = 0; !(await holds()); i += 1) {
      if (i > 500) throw new Error('it does not come to pass');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };

  it('takes up a decision at once, and stops where it is told meanwhile', async () => {
    const { run, workflow, release } = beside();
    const handle = await run.engine().start(snapshotOf(workflow), { q: 'q' }, { breakpoints: [{ node: 'a' }] });
    const { journal } = run;
    const states = async () =>
      new Map(runView(handle.runId, await journal.events(handle.runId)).steps.map(({ step, state }) => [step, state]));
    await until(async () => (await states()).get('a') === 'paused');
    await handle.breakAt([{ node: 'j' }]);
    const stop = runView(handle.runId, await journal.events(handle.runId)).waits[0];
    journal.decide(handle.runId, stop?.wait as string, { action: 'continue', values: {}, by: 'me', at: 1 });
    expect(handle.heed()).toBe(true);
    await until(async () => (await states()).get('b') === 'succeeded');
    release();
    expect((await handle.result).status).toBe('waiting');
    expect((await states()).get('j')).toBe('paused');
    expect(handle.heed()).toBe(false);
  });
});
