import { describe, expect, it } from 'vitest';
import type { ModelRequest } from '../../app/core/capabilities/capabilities.ts';
import { validateWorkflow } from '../../app/core/graph/validate-workflow.ts';
import { AppError, type Json } from '../../app/core/nodekit/index.ts';
import { createEngine } from '../../app/engine/engine.ts';
import { testRegistry } from '../../test/kit/engine-nodes.ts';
import { modelResponse, snapshotOf, testHost, testPorts } from '../../test/kit/engine-ports.ts';
import { type GraphNode, graph } from '../../test/kit/graph.ts';
import { createMemoryJournal } from '../../test/kit/memory-journal.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { registry } from '../registry.ts';
import { check } from './check.ts';
import { loop } from './manifest.ts';
import { run } from './run.ts';

type Turn = (state: Json, index: number) => { [port: string]: Json } | Promise<{ [port: string]: Json }>;

function loopOver(
  config: object,
  turn: Turn,
  more: {
    state?: Json;
    nanoUsd?: number[];
    unpriced?: number;
    clock?: () => number;
    signal?: AbortSignal;
    inputs?: object;
  } = {},
) {
  return runNode(loop, run, {
    config,
    inputs: { ...(more.state !== undefined && { state: more.state }), ...more.inputs },
    cap: {
      body: {
        run: async (index, { state, index: given }) => {
          expect(given).toBe(index);
          return turn(state as Json, index);
        },
        spent: (index) => ({ nanoUsd: more.nanoUsd?.[index] ?? 0, unpriced: more.unpriced ?? 0 }),
      },
      clock: { now: more.clock ?? (() => 0) },
    },
    ...(more.signal && { signal: more.signal }),
  });
}
const count: Turn = (state) => ({ state: (state as number) + 1, result: state as number });
const bad = (): never => {
  throw new AppError('output.empty', { message: 'The answer is empty.' });
};

describe('loop', () => {
  it('goes on until its condition holds, handing the state on and collecting results', async () => {
    const { outputs, detail } = await loopOver({ condition: 'state >= 3' }, count, { state: 0 });
    expect(outputs).toEqual({
      state: 3,
      result: 2,
      results: [0, 1, 2],
      errors: [],
      info: { turns: 3, why: 'condition', costUsd: 0 },
    });
    expect(detail).toEqual({ turns: 3, why: 'condition', costUsd: 0, errors: 0 });
  });

  it('while asks first, so that no turn may be made at all', async () => {
    const config = { mode: 'while', condition: 'state < 2' };
    expect((await loopOver(config, count, { state: 0 })).outputs).toMatchObject({ state: 2, results: [0, 1] });
    expect((await loopOver(config, bad, { state: 5 })).outputs).toEqual({
      state: 5,
      results: [],
      errors: [],
      info: { turns: 0, why: 'condition', costUsd: 0 },
    });
  });

  it('knows result, results, turn and its variables in the condition', async () => {
    const give: Turn = (_state, index) => (index === 1 ? {} : { result: { n: index } });
    const all = [
      ['result != null && result.n == 2', 3],
      ['results.size() == 2', 3],
      ['turn == 2', 2],
      ['turn >= most', 4],
    ] as const;
    for (const [condition, turns] of all) {
      const config = { condition, variables: ['most'] };
      const { outputs } = await loopOver(config, give, { inputs: { most: 4 } });
      expect(outputs['info'], condition).toMatchObject({ turns, why: 'condition' });
    }
  });

  it('begins with null, and keeps the state that a silent turn leaves', async () => {
    const seen: Json[] = [];
    await loopOver({ condition: 'turn == 3' }, (state, index) => {
      seen.push(state);
      return index === 0 ? { state: 'a' } : {};
    });
    expect(seen).toEqual([null, 'a', 'a']);
  });

  it.each<[Json | undefined, number]>([
    [undefined, 4],
    [null, 4],
    [false, 4],
    [true, 1],
    ['done', 1],
    [0, 1],
  ])('break by %j ends it after %i turns', async (value, turns) => {
    const { outputs } = await loopOver({ condition: 'turn == 4' }, () =>
      value === undefined ? {} : { break: value, result: 1 },
    );
    expect(outputs['info']).toMatchObject({ turns, why: turns === 1 ? 'break' : 'condition' });
  });

  describe('bounds', () => {
    const never = { condition: 'false', maxTurns: 50 };

    it('turns', async () => {
      const limited = { ...never, maxTurns: 3 };
      await expect(loopOver(limited, count, { state: 0 })).rejects.toMatchObject({
        code: 'bound.turns',
        data: { turns: 3 },
      });
      const { outputs } = await loopOver({ ...limited, onBound: 'stop' }, count, { state: 0 });
      expect(outputs).toMatchObject({ state: 3, results: [0, 1, 2], info: { turns: 3, why: 'turns' } });
    });

    it('a condition that comes to hold in the last turn is no bound', async () => {
      const { outputs } = await loopOver({ condition: 'turn == 3', maxTurns: 3 }, count, { state: 0 });
      expect(outputs['info']).toMatchObject({ turns: 3, why: 'condition' });
    });

    it('cost: no turn begins once it is spent', async () => {
      const costs = { state: 0, nanoUsd: [400_000_000, 500_000_000, 200_000_000, 1] };
      const limited = { ...never, maxCostUsd: 1 };
      await expect(loopOver(limited, count, costs)).rejects.toMatchObject({
        code: 'bound.cost',
        data: { turns: 3, costUsd: 1.1 },
      });
      const { outputs } = await loopOver({ ...limited, onBound: 'stop' }, count, costs);
      expect(outputs['info']).toEqual({ turns: 3, why: 'cost', costUsd: 1.1 });
    });

    it('cost: a price that is not known stops it as well', async () => {
      const unpriced = { state: 0, unpriced: 1 };
      const failing = loopOver({ ...never, maxCostUsd: 1 }, count, unpriced);
      await expect(failing).rejects.toMatchObject({
        code: 'bound.cost',
        message: expect.stringContaining('not known'),
      });
      const { outputs } = await loopOver({ condition: 'turn == 2' }, count, unpriced);
      expect(outputs['info']).toEqual({ turns: 2, why: 'condition', costUsd: 0, unpricedCalls: 2 });
    });

    it('time', async () => {
      let now = 0;
      const clock = () => {
        now += 400;
        return now;
      };
      const limited = { ...never, timeoutMs: 1000 };
      await expect(loopOver(limited, count, { state: 0, clock })).rejects.toMatchObject({ code: 'bound.time' });
      now = 0;
      const { outputs } = await loopOver({ ...limited, onBound: 'stop' }, count, { state: 0, clock });
      expect(outputs['info']).toMatchObject({ turns: 2, why: 'time' });
    });
  });

  describe('a turn that fails', () => {
    const second: Turn = (state, index) => (index === 1 ? bad() : { state: (state as number) + 1, result: index });

    it('fails it, ends it, or is listed', async () => {
      const config = { condition: 'turn == 4' };
      await expect(loopOver(config, second, { state: 0 })).rejects.toMatchObject({ code: 'output.empty' });
      expect((await loopOver({ ...config, onTurnError: 'break' }, second, { state: 0 })).outputs).toMatchObject({
        state: 1,
        results: [0],
        info: { turns: 2, why: 'error' },
      });
      expect((await loopOver({ ...config, onTurnError: 'collect' }, second, { state: 0 })).outputs).toMatchObject({
        state: 3,
        results: [0, 2, 3],
        errors: [{ turn: 1, code: 'output.empty', message: 'The answer is empty.' }],
        info: { turns: 4 },
      });
    });

    it.each(['run.cancelled', 'run.fenced', 'internal'] as const)('is never put up with for %s', async (code) => {
      const failing = loopOver({ onTurnError: 'collect' }, () => Promise.reject(new AppError(code, { message: 'x' })));
      await expect(failing).rejects.toMatchObject({ code });
    });

    it('counts what it cost', async () => {
      const { outputs } = await loopOver({ onTurnError: 'collect', maxTurns: 3, onBound: 'stop' }, bad, {
        nanoUsd: [5, 5, 5],
      });
      expect(outputs['info']).toMatchObject({ costUsd: 15e-9 });
    });
  });

  it('begins no turn after a cancel', async () => {
    const controller = new AbortController();
    let turns = 0;
    const cancelled = loopOver(
      {},
      () => {
        turns += 1;
        controller.abort(new AppError('run.cancelled', { message: 'Cancelled.' }));
        return {};
      },
      { signal: controller.signal },
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(turns).toBe(1);
  });

  it('refuses a condition that is no yes or no', async () => {
    await expect(loopOver({ condition: '"yes"' }, () => ({}))).rejects.toMatchObject({
      code: 'expression.failed',
      where: 'node node1, condition',
    });
  });
});

const nodes = new Map([
  ...testRegistry,
  ...['loop', 'map', 'transform'].flatMap((name) => {
    const type = registry.get(name);
    return type ? [[name, type] as const] : [];
  }),
]);
const sum = (id: string, parent: string, expression: string, variables: string[] = []): GraphNode => ({
  id,
  type: 'transform',
  parent,
  config: { expression, variables },
});

/** Runs a graph to its end, going on after each interruption: `stops` says after how many calls each life ends. */
async function runToEnd(workflow: ReturnType<typeof graph>, stops: number[] = []) {
  expect(validateWorkflow(workflow, nodes)).toEqual([]);
  const journal = createMemoryJournal();
  const asked: string[] = [];
  let interrupt = () => {};
  const generate = async (request: ModelRequest) => {
    asked.push(request.messages[0]?.content ?? '');
    if (asked.length === stops[0]) {
      stops.shift();
      interrupt();
    }
    return { ...modelResponse('m'), cost: { nanoUsd: 100_000_000, known: true, priceVersion: 'test' } };
  };
  const engine = createEngine(testPorts(journal, { registry: nodes, host: testHost({ generate }) }));
  let handle = await engine.start(snapshotOf(workflow), { q: 'q' });
  interrupt = handle.interrupt;
  let result = await handle.result;
  while (result.status === 'interrupted') {
    handle = await engine.resume(result.runId);
    interrupt = handle.interrupt;
    result = await handle.result;
  }
  return { result, asked, engine, events: await journal.events(result.runId) };
}

describe('loop in a run', () => {
  const asking = graph(
    [
      { id: 'in', type: 't-input', config: { name: 'q' } },
      { id: 'again', type: 'loop', config: { maxTurns: 20, maxCostUsd: 0.45, onBound: 'stop' } },
      { id: 'ask', type: 't-call', parent: 'again', config: { id: 'ask' } },
      { id: 'out', type: 't-output', config: { name: 'a' } },
    ],
    ['in.value > again.state', 'again.index > ask', 'ask.value > again.result', 'again.info > out.value'],
  );

  it('knows what its calls cost, also after interruptions, and replays the same', async () => {
    for (const stops of [[], [1], [2, 4], [1, 2, 3, 4, 5]]) {
      const { result, asked, engine } = await runToEnd(asking, [...stops]);
      expect(result.outputs['a']).toEqual({ turns: 5, why: 'cost', costUsd: 0.5 });
      expect(asked).toHaveLength(5);
      expect((await engine.replay(result.runId)).differences).toEqual([]);
    }
  });

  it('lies in loops and maps, and those in it', async () => {
    const nested = graph(
      [
        { id: 'in', type: 't-input', config: { name: 'q' } },
        { id: 'outer', type: 'loop', config: { condition: 'turn == 3' } },
        { id: 'list', type: 'transform', parent: 'outer', config: { expression: '[value, value + 1]' } },
        { id: 'each', type: 'map', parent: 'outer', config: {} },
        { id: 'inner', type: 'loop', parent: 'each', config: { mode: 'while', condition: 'state < 10' } },
        sum('double', 'inner', 'value * 2 + 1'),
        { id: 'out', type: 't-output', config: { name: 'a' } },
      ],
      [
        'in.value > outer.state',
        'outer.index > list.value',
        'list.value > each.items',
        'each.item > inner.state',
        'inner.state > double.value',
        'double.value > inner.state',
        'inner.state > each.result',
        'each.results > outer.result',
        'outer.results > out.value',
      ],
    );
    const { result, events } = await runToEnd(nested);
    expect(result.outputs['a']).toEqual([
      [15, 15],
      [15, 11],
      [11, 15],
    ]);
    const steps = new Set(events.flatMap((event) => (event.type === 'step.finished' ? [event.step] : [])));
    expect(steps).toContain('outer[2]/each[1]/inner[1]/double');
    expect([...steps].filter((step) => step.startsWith('outer[0]/each[0]/inner[')).length).toBe(4);
  });

  it('ends by break from a branch inside', async () => {
    const breaking = graph(
      [
        { id: 'in', type: 't-input', config: { name: 'q' } },
        { id: 'again', type: 'loop', config: {} },
        sum('done', 'again', 'value >= 4 ? dyn(true) : dyn(null)'),
        { id: 'out', type: 't-output', config: { name: 'a' } },
      ],
      ['in.value > again.state', 'again.index > done.value', 'done.value > again.break', 'again.info > out.value'],
    );
    expect((await runToEnd(breaking)).result.outputs['a']).toMatchObject({ turns: 5, why: 'break' });
  });
});

describe('check of loop', () => {
  const found = async (config: object, wires: string[] = []) => {
    const workflow = graph(
      [
        { id: 'l', type: 'loop' },
        { id: 'x', type: 'merge', parent: 'l' },
      ],
      wires,
    );
    return check(loop.config.parse(config), { nodeId: 'l', workflow, connected: new Set(), prompts: new Map() });
  };

  it('tells of a condition that cannot be understood, and of a loop that only its bounds end', async () => {
    expect(await found({ condition: 'state > 3' })).toEqual([]);
    expect(await found({ condition: 'stat > 3' })).toMatchObject([{ severity: 'error', field: 'condition' }]);
    expect(await found({ condition: 'most > 3', variables: ['most'] })).toEqual([]);
    expect(await found({})).toMatchObject([{ severity: 'warning', field: 'condition' }]);
    expect(await found({}, ['x > l.break'])).toEqual([]);
  });

  it('tells of an empty loop', async () => {
    const workflow = graph([{ id: 'l', type: 'loop' }], []);
    const findings = await check(loop.config.parse({ condition: 'true' }), {
      nodeId: 'l',
      workflow,
      connected: new Set(),
      prompts: new Map(),
    });
    expect(findings).toMatchObject([{ severity: 'warning' }]);
  });
});
