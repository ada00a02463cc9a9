import { describe, expect, it } from 'vitest';
import { testRegistry } from '../../test/kit/engine-nodes.ts';
import { modelResponse, snapshotOf, testHost, testPorts } from '../../test/kit/engine-ports.ts';
import { type GraphNode, graph } from '../../test/kit/graph.ts';
import { createMemoryJournal, type MemoryJournal } from '../../test/kit/memory-journal.ts';
import { AppError } from '../core/errors/app-error.ts';
import type { Json } from '../core/graph/json.ts';
import { validateWorkflow } from '../core/graph/validate-workflow.ts';
import type { RunEvent } from '../core/run/events.ts';
import { runView } from '../core/run/run-view.ts';
import { createEngine, type StartOptions } from './engine.ts';
import type { EnginePorts } from './engine-ports.ts';

const input = { id: 'in', type: 't-input', config: { name: 'question' } };
const output = { id: 'out', type: 't-output', config: { name: 'answer' } };
const text = (id: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  type: 't-text',
  config: { id },
  ...more,
});
const call = (id: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  type: 't-call',
  config: { id },
  ...more,
});

function setup(
  nodes: readonly GraphNode[],
  wires: readonly string[],
  parts: Parameters<typeof testPorts>[1] & { journal?: MemoryJournal } = {},
) {
  const journal = parts.journal ?? createMemoryJournal();
  const workflow = graph(nodes, wires);
  const issues = validateWorkflow(workflow, testRegistry);
  expect(issues).toEqual([]);
  const ports: EnginePorts = testPorts(journal, parts);
  const engine = createEngine(ports);
  const run = async (inputs: { [name: string]: Json } = { question: 'q' }, options: StartOptions = {}) =>
    (await engine.start(snapshotOf(workflow), inputs, options)).result;
  return { journal, engine, run, workflow, ports };
}

const types = (events: readonly RunEvent[]) => events.map((event) => event.type);

describe('engine: order and branches', () => {
  it('runs a chain and gives the workflow its outputs', async () => {
    const { run, journal } = setup([input, text('a'), text('b'), output], ['in > a', 'a > b', 'b > out.value']);
    const result = await run();
    expect(result).toMatchObject({ status: 'succeeded', outputs: { answer: 'b(a(q))' } });
    const events = await journal.events(result.runId);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i + 1));
    expect(types(events)).toEqual([
      'run.created',
      'run.started',
      'step.finished',
      'step.finished',
      'step.finished',
      'step.finished',
      'run.finished',
    ]);
  });

  it('skips what depends on a silent output and goes on behind a merge', async () => {
    const { run, journal } = setup(
      [
        input,
        { id: 'if', type: 't-branch', config: { to: 'b' } },
        text('a', { type: 't-text' }),
        text('b'),
        { id: 'join', type: 't-any' },
        output,
      ],
      ['in > if.value', 'if.a > a', 'if.b > b', 'a > join', 'b > join', 'join > out.value'],
    );
    const result = await run();
    expect(result.outputs).toEqual({ answer: 'b(q)' });
    const skipped = (await journal.events(result.runId)).filter((event) => event.type === 'step.skipped');
    expect(skipped).toMatchObject([{ step: 'a', ports: ['values'], reason: 'silent' }]);
  });

  it('lists the wires of a many-port by edge, whatever order their steps end in', async () => {
    const waits: { [id: string]: number } = { x: 20, y: 1, z: 10 };
    const host = testHost({
      generate: async (request) => {
        const content = request.messages[0]?.content ?? '';
        await new Promise((resolve) => setTimeout(resolve, waits[content.slice(2, 3)]));
        return modelResponse(content.slice(2, 3));
      },
    });
    const { run } = setup(
      [input, call('x'), call('y'), call('z'), text('j'), output],
      ['in > x', 'in > y', 'in > z', 'x > j', 'y > j', 'z > j', 'j > out.value'],
      { host },
    );
    expect((await run()).outputs).toEqual({ answer: 'j(x,y,z)' });
  });

  it('lets the first value win a race and remembers which', async () => {
    const host = testHost({
      generate: async (request) => {
        const content = request.messages[0]?.content ?? '';
        await new Promise((resolve) => setTimeout(resolve, content.startsWith('0:slow') ? 30 : 1));
        return modelResponse(content);
      },
    });
    const { run, journal } = setup(
      [input, call('slow'), call('fast'), { id: 'race', type: 't-race' }, output],
      ['in > slow', 'in > fast', 'slow > race', 'fast > race', 'race > out.value'],
      { host },
    );
    const result = await run();
    expect(result.outputs).toEqual({ answer: '0:fast(q)' });
    expect((await journal.events(result.runId)).filter((event) => event.type === 'race.won')).toMatchObject([
      { edge: 'e0003' },
    ]);
  });

  it('runs a body for each item, nested, with values from around it', async () => {
    const { run, journal } = setup(
      [
        input,
        { id: 'list', type: 't-list', config: { count: 3 } },
        { id: 'map', type: 't-map' },
        { id: 'inner', type: 't-list', config: { count: 2 }, parent: 'map' },
        { id: 'map2', type: 't-map', parent: 'map' },
        text('leaf', { parent: 'map2' }),
        output,
      ],
      [
        'in > list',
        'list.items > map.items',
        'map.item > inner',
        'inner.items > map2.items',
        'map2.item > leaf',
        'in > leaf',
        'leaf > map2.result',
        'map2.results > map.result',
        'map.results > out.value',
      ],
    );
    const result = await run();
    expect(result.outputs.answer).toEqual([0, 1, 2].map((i) => [0, 1].map((j) => `leaf(${j}:${i}:q,q)`)));
    const steps = (await journal.events(result.runId)).flatMap((event) =>
      event.type === 'step.finished' && event.node === 'leaf' ? [event.step] : [],
    );
    expect(steps.sort()).toEqual([
      'map[0]/map2[0]/leaf',
      'map[0]/map2[1]/leaf',
      'map[1]/map2[0]/leaf',
      'map[1]/map2[1]/leaf',
      'map[2]/map2[0]/leaf',
      'map[2]/map2[1]/leaf',
    ]);
  });

  it('runs an empty list and two thousand nodes in a row', async () => {
    const empty = setup(
      [
        input,
        { id: 'list', type: 't-list', config: { count: 0 } },
        { id: 'map', type: 't-map' },
        text('leaf', { parent: 'map' }),
        output,
      ],
      ['in > list', 'list.items > map.items', 'map.item > leaf', 'leaf > map.result', 'map.results > out.value'],
    );
    expect((await empty.run()).outputs).toEqual({ answer: [] });
    const ids = Array.from({ length: 2000 }, (_, i) => `n${i}`);
    const { run } = setup(
      [input, ...ids.map((id) => ({ id, type: 't-any' })), output],
      ['in > n0', ...ids.slice(1).map((id, i) => `n${i} > ${id}`), 'n1999 > out.value'],
    );
    expect((await run()).outputs).toEqual({ answer: 'q' });
  });

  it('leaves disabled nodes out', async () => {
    const { run } = setup(
      [input, text('a', { disabled: true }), text('b'), { id: 'join', type: 't-any' }, output],
      ['in > a', 'in > b', 'a > join', 'b > join', 'join > out.value'],
    );
    expect((await run()).outputs).toEqual({ answer: 'b(q)' });
  });
});

describe('engine: failures', () => {
  it('fails the run with the error and the step', async () => {
    const { run } = setup([input, { id: 'bad', type: 't-fail' }, output], ['in > bad', 'bad > out.value']);
    expect(await run()).toMatchObject({
      status: 'failed',
      step: 'bad',
      error: { code: 'output.schema', message: 'refused q' },
    });
  });

  it('goes on with default outputs, or by the error port', async () => {
    const byDefault = setup(
      [
        input,
        { id: 'bad', type: 't-fail', policy: { onError: { action: 'default', outputs: { value: 'x' } } } },
        output,
      ],
      ['in > bad', 'bad > out.value'],
    );
    expect((await byDefault.run()).outputs).toEqual({ answer: 'x' });
    const byPort = setup(
      [input, { id: 'bad', type: 't-fail', policy: { onError: { action: 'port' } } }, output],
      ['in > bad', 'bad.error > out.value'],
    );
    expect((await byPort.run()).outputs.answer).toMatchObject({ code: 'output.schema' });
  });

  it('retries by class, keeps completed calls and waits as the policy says', async () => {
    let failures = 2;
    const seen: string[] = [];
    const host = testHost({
      generate: async (request) => {
        const content = request.messages[0]?.content ?? '';
        seen.push(content.slice(0, 1));
        if (content.startsWith('1') && failures > 0) {
          failures -= 1;
          throw new AppError('provider.overloaded', { message: 'busy' });
        }
        return modelResponse('m');
      },
    });
    const node = {
      ...call('c', { policy: { retry: { attempts: 3, baseMs: 1, maxMs: 2 } } }),
      config: { id: 'c', calls: 2 },
    };
    const { run, journal } = setup([input, node, output], ['in > c', 'c > out.value'], { host });
    const result = await run();
    expect(result.status).toBe('succeeded');
    expect(seen).toEqual(['0', '1', '1', '1']);
    expect((await journal.events(result.runId)).filter((event) => event.type === 'step.retried')).toMatchObject([
      { attempt: 1 },
      { attempt: 2 },
    ]);
  });

  it('collects errors of a body or fails with them', async () => {
    const nodes = (collect: boolean): GraphNode[] => [
      input,
      { id: 'list', type: 't-list', config: { count: 3 } },
      { id: 'map', type: 't-map', config: { collect } },
      { id: 'bad', type: 't-fail', config: { when: '1:' }, parent: 'map' },
      output,
    ];
    const wires = ['in > list', 'list.items > map.items', 'map.item > bad', 'bad > map.result'];
    expect((await setup(nodes(true), [...wires, 'map.errors > out.value']).run()).outputs).toEqual({ answer: [1] });
    expect(await setup(nodes(false), [...wires, 'map.results > out.value']).run()).toMatchObject({
      status: 'failed',
      step: 'map',
      error: { message: 'refused 1:q' },
    });
  });

  it('ends a step that takes too long and drops its late result', async () => {
    const host = testHost({
      generate: () => new Promise((resolve) => setTimeout(() => resolve(modelResponse('late')), 60)),
    });
    const { run, journal } = setup(
      [input, call('c', { policy: { timeoutMs: 10, retry: { attempts: 1, baseMs: 1, maxMs: 1 } } }), output],
      ['in > c', 'c > out.value'],
      { host },
    );
    const result = await run();
    expect(result).toMatchObject({ status: 'failed', error: { code: 'step.timeout' } });
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(types(await journal.events(result.runId))).not.toContain('call.completed');
  });
});

describe('engine: people', () => {
  const nodes: GraphNode[] = [
    input,
    { id: 'ask', type: 't-ask', config: { id: 'ask' } },
    call('c'),
    text('after'),
    output,
  ];
  const wires = ['in > ask', 'in > c', 'ask > after', 'c > after', 'after > out.value'];

  it('waits for a decision across processes and applies it once', async () => {
    const first = setup(nodes, wires);
    const result = await first.run();
    expect(result.status).toBe('waiting');
    const wait = result.waits?.[0] as string;
    const later = setup(nodes, wires, { journal: first.journal.crash() });
    expect((await (await later.engine.resume(result.runId)).result).status).toBe('waiting');
    later.journal.decide(result.runId, wait, { action: 'approve', values: {}, by: 'me', at: 1 });
    const done = await (await later.engine.resume(result.runId)).result;
    expect(done).toMatchObject({ status: 'succeeded', outputs: { answer: 'after(ask:approve(q),m[0:c(q)])' } });
    const events = await later.journal.events(result.runId);
    expect(events.filter((event) => event.type === 'wait.decided')).toHaveLength(1);
    expect(events.filter((event) => event.type === 'call.completed')).toHaveLength(1);
    await expect(later.engine.resume(result.runId)).rejects.toMatchObject({ code: 'run.finished' });
  });

  it('is cancelled for good where nobody works on it', async () => {
    const first = setup(nodes, wires);
    const { runId, waits } = await first.run();
    const later = setup(nodes, wires, { journal: first.journal.crash() });
    await later.engine.cancel(runId, 'enough');
    const events = await later.journal.events(runId);
    expect(events.at(-1)).toMatchObject({ seq: events.length, type: 'run.cancelled', reason: 'enough' });
    const view = runView(runId, events);
    expect(view).toMatchObject({ status: 'cancelled', cancelReason: 'enough' });
    expect(view.waits).toMatchObject([{ wait: waits?.[0], state: 'closed' }]);
    expect(view.steps.find(({ step }) => step === 'ask')).toMatchObject({ state: 'cancelled', endedAt: view.endedAt });
    await expect(later.engine.cancel(runId, 'twice')).rejects.toMatchObject({ code: 'run.finished' });
    await expect(later.engine.resume(runId)).rejects.toMatchObject({ code: 'run.finished' });
    expect((await later.engine.replay(runId)).recorded).toBe('cancelled');
    expect(await later.journal.events(runId)).toEqual(events);
  });

  it('is not cancelled behind the back of who works on it', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const host = testHost({ generate: () => gate.then(() => modelResponse('m')) });
    const { engine, workflow } = setup(nodes, wires, { host });
    const handle = await engine.start(snapshotOf(workflow), { question: 'q' });
    await expect(engine.cancel(handle.runId, 'enough')).rejects.toMatchObject({ code: 'run.owned' });
    open();
    expect((await handle.result).status).toBe('waiting');
  });

  it('takes the expired way when nobody decides in time', async () => {
    let now = 1000;
    const clock = {
      now: () => now,
      sleep: () => Promise.resolve(),
      yield: () => new Promise<void>((resolve) => setImmediate(resolve)),
    };
    const { run, engine } = setup(
      [input, { id: 'ask', type: 't-ask', config: { id: 'ask', timeoutMs: 500 } }, output],
      ['in > ask', 'ask.expired > out.value'],
      { clock },
    );
    const result = await run();
    expect(result.status).toBe('waiting');
    now += 501;
    expect((await (await engine.resume(result.runId)).result).outputs).toEqual({ answer: 'q' });
  });

  it('stops before an irreversible call that may have happened', async () => {
    const parts = [input, { id: 'send', type: 't-send', config: { id: 's' } }, output];
    const lines = ['in > send', 'send > out.value'];
    const sent: string[] = [];
    const sending = Promise.withResolvers<void>();
    const put = () => {
      sending.resolve();
      return new Promise<never>(() => undefined);
    };
    const hang = setup(parts, lines, { host: testHost({ put }) });
    void hang.run();
    await sending.promise;
    const later = setup(parts, lines, {
      journal: hang.journal.crash(),
      host: testHost({ put: async (key) => void sent.push(key) }),
    });
    const runId = later.journal.runIds()[0] as string;
    const waiting = await (await later.engine.resume(runId)).result;
    expect(waiting.status).toBe('waiting');
    const asked = (await later.journal.events(runId)).find((event) => event.type === 'step.waiting');
    expect(asked).toMatchObject({ kind: 'uncertain', actions: ['happened', 'did-not-happen'] });
    later.journal.decide(runId, waiting.waits?.[0] as string, {
      action: 'happened',
      values: { response: { stored: true } },
      by: 'me',
      at: 1,
    });
    expect((await (await later.engine.resume(runId)).result).outputs).toEqual({ answer: 'sent s' });
    expect(sent).toEqual([]);
  });
});

describe('engine: replay, forks, partial runs', () => {
  const nodes: GraphNode[] = [input, call('a'), text('b'), call('c'), { id: 'n', type: 't-now' }, text('d'), output];
  const wires = ['in > a', 'a > b', 'b > c', 'in > n', 'c > d', 'd > out.value'];

  it('replays from the log alone and reports a node that gives something else', async () => {
    const first = setup(nodes, wires);
    const { runId } = await first.run();
    expect(await first.engine.replay(runId)).toEqual({ runId, steps: 7, differences: [], recorded: 'succeeded' });
    const changed = new Map(testRegistry);
    const original = changed.get('t-text');
    if (!original) throw new Error('no t-text');
    changed.set('t-text', { ...original, run: async () => () => ({ value: 'other' }) });
    const silent = testHost({ generate: () => Promise.reject(new Error('a replay must not call')) });
    const other = setup(nodes, wires, { journal: first.journal, registry: changed, host: silent });
    const { differences } = await other.engine.replay(runId);
    expect(differences).toContainEqual({
      step: 'b',
      kind: 'output',
      port: 'value',
      recorded: '"b(m[0:a(q)])"',
      replayed: '"other"',
    });
    expect(differences.find((difference) => difference.step === 'c')).toMatchObject({
      kind: 'state',
      recorded: 'succeeded',
      replayed: 'failed',
    });
  });

  it('runs to a node, from a node, and forks with an edited value', async () => {
    const calls: string[] = [];
    const host = testHost({
      generate: async (request) => {
        calls.push(request.messages[0]?.content ?? '');
        return modelResponse(`m[${request.messages[0]?.content}]`);
      },
    });
    const { run, journal } = setup(nodes, wires, { host });
    const part = await run({ question: 'q' }, { targets: ['b'] });
    expect(calls).toEqual(['0:a(q)']);
    expect(part).toMatchObject({ status: 'succeeded', outputs: {}, targets: { b: { value: 'b(m[0:a(q)])' } } });
    const whole = await run({ question: 'q' }, { reuse: { runId: part.runId, kind: 'rerun' } });
    expect(whole.outputs).toEqual({ answer: 'd(m[0:c(b(m[0:a(q)]))])' });
    expect(calls).toEqual(['0:a(q)', '0:c(b(m[0:a(q)]))']);
    await run({ question: 'q' }, { reuse: { runId: whole.runId, kind: 'rerun', from: 'b' } });
    expect(calls).toHaveLength(3);
    const fork = await run(
      { question: 'q' },
      { reuse: { runId: whole.runId, kind: 'fork', from: 'b' }, edits: { b: { outputs: { value: 'edited' } } } },
    );
    expect(fork.outputs).toEqual({ answer: 'd(m[0:c(edited)])' });
    expect(calls.at(-1)).toBe('0:c(edited)');
    const cached = (await journal.events(fork.runId)).flatMap((event) =>
      event.type === 'step.finished' && event.cached ? [event.step] : [],
    );
    expect(cached).toContain('a');
  });

  it('pauses at a breakpoint, takes an edited input and steps on', async () => {
    const { engine, workflow, journal } = setup(nodes, wires);
    const breakpoints = [{ node: 'c', when: 'inputs.values.exists(v, v.contains("b("))' }];
    const paused = await (await engine.start(snapshotOf(workflow), { question: 'q' }, { breakpoints })).result;
    expect(paused.status).toBe('waiting');
    journal.decide(paused.runId, paused.waits?.[0] as string, {
      action: 'continue',
      values: { inputs: { values: ['mine'] } },
      by: 'me',
      at: 1,
    });
    const done = await (await engine.resume(paused.runId)).result;
    expect(done.outputs).toEqual({ answer: 'd(m[0:c(mine)])' });
    expect((await engine.replay(paused.runId)).differences).toEqual([]);
  });

  it('cancels for good and interrupts so that it can go on', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const host = testHost({
      generate: async (request) => {
        await gate;
        return modelResponse(`m[${request.messages[0]?.content}]`);
      },
    });
    const { engine, workflow, journal } = setup(nodes, wires, { host });
    const cancelled = await engine.start(snapshotOf(workflow), { question: 'q' });
    await new Promise((resolve) => setTimeout(resolve, 10));
    cancelled.cancel('enough');
    expect((await cancelled.result).status).toBe('cancelled');
    await expect(engine.resume(cancelled.runId)).rejects.toMatchObject({ code: 'run.finished' });
    const handle = await engine.start(snapshotOf(workflow), { question: 'q' });
    await new Promise((resolve) => setTimeout(resolve, 10));
    handle.interrupt();
    release();
    expect((await handle.result).status).toBe('interrupted');
    const again = await (await engine.resume(handle.runId)).result;
    expect(again.status).toBe('succeeded');
    const completed = (await journal.events(handle.runId)).filter((event) => event.type === 'call.completed');
    expect(completed).toHaveLength(2);
  });

  it('keeps large values beside the log and loads them again after a crash', async () => {
    const big = 'x'.repeat(5000);
    const first = setup(
      [input, text('a'), { id: 'ask', type: 't-ask', config: { id: 'k' } }, text('b'), output],
      ['in > a', 'a > ask', 'a > b', 'ask > b', 'b > out.value'],
    );
    const { runId, waits } = await first.run({ question: big });
    const later = setup(
      [input, text('a'), { id: 'ask', type: 't-ask', config: { id: 'k' } }, text('b'), output],
      ['in > a', 'a > ask', 'a > b', 'ask > b', 'b > out.value'],
      { journal: first.journal.crash() },
    );
    later.journal.decide(runId, waits?.[0] as string, { action: 'approve', values: {}, by: 'me', at: 1 });
    const done = await (await later.engine.resume(runId)).result;
    expect(done.outputs).toEqual({ answer: `b(a(${big}),k:approve(a(${big})))` });
  });
});

describe('engine: the identity of a container', () => {
  it('covers what its body takes from around it and what the nodes inside read', async () => {
    const definitions: string[] = [];
    const registry = new Map(testRegistry);
    const map = registry.get('t-map');
    const call = registry.get('t-call');
    if (!map || !call) throw new Error('the kit lacks its nodes');
    registry.set('t-map', {
      ...map,
      run: async () => (args, context) => {
        definitions.push(context.step.definition);
        return { results: args.inputs.items, errors: [] };
      },
    });
    const reads = () => [{ kind: 'collection' as const, name: 'docs' }];
    registry.set('t-call', { ...call, manifest: { ...call.manifest, reads } });
    let version = 1;
    const ports = { ...testPorts(createMemoryJournal(), { registry }), fingerprint: async () => `docs ${version}` };
    const engine = createEngine(ports);
    const nodes: GraphNode[] = [
      input,
      { id: 'list', type: 't-list', config: { count: 1 } },
      { id: 'map', type: 't-map' },
      { id: 'in-body', type: 't-call', config: { id: 'x' }, parent: 'map' },
    ];
    const wires = ['list.items > map.items', 'in > in-body', 'map.item > in-body', 'in-body > map.result'];
    const snapshot = snapshotOf(graph(nodes, wires));
    const definitionFor = async (question: string) => {
      const { runId } = await (await engine.start(snapshot, { question })).result;
      expect((await engine.replay(runId)).differences).toEqual([]);
      return definitions.at(-2);
    };
    const first = await definitionFor('q');
    expect(await definitionFor('q')).toBe(first);
    expect(await definitionFor('other')).not.toBe(first);
    version = 2;
    expect(await definitionFor('q')).not.toBe(first);
    // A replay, and a resume, keep the definition of their run, whatever the world holds now.
    expect(definitions.at(-1)).toBe(definitions.at(-2));
  });
});

describe('engine: how a run begins', () => {
  const nodes = [input, text('a'), call('c'), output];
  const wires = ['in > a', 'a > c', 'c > out.value'];

  it('writes what its first steps do at once in one batch with its beginning, up to the intent of the first call', async () => {
    const memory = createMemoryJournal();
    const created: string[][] = [];
    const journal: MemoryJournal = {
      ...memory,
      create(batch) {
        created.push(types(batch.events));
        return memory.create(batch);
      },
    };
    const { run } = setup(nodes, wires, { journal });
    expect((await run()).status).toBe('succeeded');
    expect(created).toEqual([
      ['run.created', 'run.started', 'step.finished', 'step.finished', 'step.started', 'call.intended'],
    ]);
  });

  it('is known to the journal once it has started', async () => {
    const { engine, workflow, journal } = setup(nodes, wires);
    const { runId, result } = await engine.start(snapshotOf(workflow), { question: 'q' });
    expect((await journal.events(runId))[0]?.type).toBe('run.created');
    await result;
  });

  it('is told of before anything of its steps, also of those that work while it is written', async () => {
    const { run } = setup(nodes, wires);
    const told: string[] = [];
    await run(
      { question: 'q' },
      { observe: (one) => void told.push(one.type === 'event' ? one.event.type : one.type) },
    );
    expect(told.slice(0, 3)).toEqual(['run.created', 'run.started', 'step.running']);
    expect(told.filter((type) => type === 'step.running')).toHaveLength(4);
  });

  it('fails where it cannot be written, and no call is made', async () => {
    const asked: string[] = [];
    const host = testHost({ generate: async () => modelResponse(String(asked.push('asked'))) });
    const memory = createMemoryJournal();
    const full = new AppError('storage.full', { message: 'No room.', where: 'disk' });
    const journal: MemoryJournal = { ...memory, create: async () => Promise.reject(full) };
    const { engine, workflow } = setup(nodes, wires, { journal, host });
    await expect(engine.start(snapshotOf(workflow), { question: 'q' })).rejects.toBe(full);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(asked).toEqual([]);
  });

  it.each(['paid', 'read'])(
    'is known to the journal before the world is asked for anything by a call that is %s',
    async (effect) => {
      const journal = createMemoryJournal();
      const known: boolean[] = [];
      const host = testHost({
        generate: async () => {
          known.push((await journal.events('run_000001')).length > 0);
          return modelResponse('m');
        },
      });
      const { run, ports } = setup([call('c'), output], ['c > out.value'], { journal, host });
      Object.assign(ports, { isBuiltIn: () => effect === 'read' });
      expect(await run({})).toMatchObject({ runId: 'run_000001', status: 'succeeded' });
      expect(known).toEqual([true]);
    },
  );

  it('reads values from the journal that it was begun with', async () => {
    const { run } = setup([input, text('a'), output], ['in > a', 'a > out.value']);
    const large = 'x'.repeat(5000);
    const result = await run({ question: 'q' }, { edits: { a: { inputs: { values: [large] } } } });
    expect(result).toMatchObject({ status: 'succeeded', outputs: { answer: `a(${large})` } });
  });
});
