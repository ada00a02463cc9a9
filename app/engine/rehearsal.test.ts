import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { testRegistry } from '../../test/kit/engine-nodes.ts';
import { modelResponse, snapshotOf, testHost, testPorts } from '../../test/kit/engine-ports.ts';
import { type GraphNode, graph } from '../../test/kit/graph.ts';
import { createMemoryJournal } from '../../test/kit/memory-journal.ts';
import { rehearsalPorts } from '../../test/kit/rehearsal-ports.ts';
import { type HostCapabilities, type JournaledCapability, journaledCalls } from '../core/capabilities/capabilities.ts';
import { AppError } from '../core/errors/app-error.ts';
import { type AnyRun, defineNode } from '../core/nodekit/define-node.ts';
import type { Tape } from '../core/run/tape.ts';
import { tapeOfRun } from '../services/cassette/tape-of-run.ts';
import { createEngine, type StartOptions } from './engine.ts';
import { type RehearsalOptions, type RehearsalPorts, rehearse } from './rehearsal.ts';

const input = { id: 'in', type: 't-input', config: { name: 'q' } };
const output = { id: 'out', type: 't-output', config: { name: 'a' } };
const call = (id: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  type: 't-call',
  config: { id },
  ...more,
});
const given = { q: 'q' };

/** A run that really happened on the test host, as a tape; and a way to rehearse it with the same or another graph. */
async function taped(
  nodes: readonly GraphNode[],
  wires: readonly string[],
  parts: Parameters<typeof testPorts>[1] = {},
  options: StartOptions = {},
) {
  const journal = createMemoryJournal();
  const engine = createEngine(testPorts(journal, parts));
  const snapshot = snapshotOf(graph(nodes, wires));
  const inputs = nodes.includes(input) ? given : {};
  let result = await (await engine.start(snapshot, inputs, options)).result;
  while (result.status === 'waiting' && result.waits) {
    for (const wait of result.waits)
      journal.decide(result.runId, wait, { action: 'approve', values: {}, by: 'ada', at: 5 });
    result = await (await engine.resume(result.runId)).result;
  }
  const tape = await tapeOfRun(journal, result.runId);
  const play = (
    other = graph(nodes, wires),
    how: Partial<RehearsalOptions> = {},
    on: Tape = tape,
    ports: RehearsalPorts = rehearsalPorts,
  ) => rehearse(ports, snapshotOf(other), inputs, on, { answerBy: 'request', ...how });
  return { result, tape, play, journal, engine, snapshot };
}

const states = (steps: readonly { step: string; state: string }[]) =>
  Object.fromEntries(steps.map(({ step, state }) => [step, state]));

describe('a rehearsal', () => {
  it('gives what the run gave, with every call answered by the tape', async () => {
    const { result, play } = await taped([input, call('m'), output], ['in > m', 'm > out.value']);
    const { result: again, asked, unasked, newValues, steps } = await play();
    expect(again).toMatchObject({ status: 'succeeded', outputs: result.outputs });
    expect(asked).toMatchObject([{ step: 'm', call: 0, kind: 'model.generate', held: true }]);
    expect({ unasked, newValues }).toEqual({ unasked: [], newValues: [] });
    expect(states(steps)).toEqual({ in: 'succeeded', m: 'succeeded', out: 'succeeded' });
  });

  it('answers every journaled method, those to come included', async () => {
    const kinds = Object.entries(journaledCalls).flatMap(([name, methods]) =>
      Object.keys(methods).map((method) => [name, method] as const),
    );
    const manifest = defineNode({
      type: 't-all',
      version: 1,
      family: 'logic',
      title: 'Test',
      summary: 'For tests.',
      config: z.strictObject({}),
      inputs: {},
      outputs: { value: { type: 'any' } },
      needs: Object.keys(journaledCalls) as JournaledCapability[],
      effect: 'write',
    });
    const run: AnyRun = async (_args, { cap }) => {
      const value: unknown[] = [];
      for (const [name, method] of kinds) value.push(await cap[name][method]({ of: `${name}.${method}` }));
      return { value };
    };
    const registry = new Map([...testRegistry, ['t-all', { manifest, run: async () => run }]]);
    const host = Object.fromEntries(
      Object.entries(journaledCalls).map(([name, methods]) => [
        name,
        Object.fromEntries(
          Object.keys(methods).map((method) => [method, async ({ of }: { of: string }) => `from ${of}`]),
        ),
      ]),
    ) as unknown as HostCapabilities;
    const { play } = await taped([{ id: 'all', type: 't-all' }, output], ['all > out.value'], { host, registry });
    const { result, asked } = await play(undefined, {}, undefined, { ...rehearsalPorts, registry });
    expect(asked.map(({ kind, held }) => [kind, held])).toEqual(kinds.map((kind) => [kind.join('.'), true]));
    expect(result.outputs).toEqual({ a: kinds.map(([name, method]) => `from ${name}.${method}`) });
  });

  it('finds the answers of parallel calls by what they ask, in whatever order they were written', async () => {
    const nodes = [
      input,
      { id: 'list', type: 't-list', config: { count: 6 } },
      { id: 'map', type: 't-map', config: { width: 6 } },
      call('m', { parent: 'map' }),
      output,
    ];
    const wires = ['in > list', 'list.items > map.items', 'map.item > m', 'm > map.result', 'map.results > out.value'];
    const { result, tape, play } = await taped(nodes, wires);
    const shuffled = { ...tape, calls: [...tape.calls].reverse() };
    const again = await play(undefined, {}, shuffled);
    expect(again.result.outputs).toEqual(result.outputs);
    expect(again.asked.every(({ held }) => held)).toBe(true);
  });

  it('goes on after an answer that stood in for another request, and keeps it for its own', async () => {
    const { tape, play } = await taped(
      [input, call('m', { config: { id: 'm', calls: 3 } }), output],
      ['in > m', 'm > out.value'],
    );
    const first = { ...tape.calls[0], digest: 'of another request' } as Tape['calls'][number];
    const { asked, result, unasked } = await play(undefined, {}, { ...tape, calls: [first, ...tape.calls.slice(1)] });
    expect(asked.map(({ held }) => held)).toEqual([false, true, true]);
    expect(asked[0]?.answer).toBe(first);
    expect({ status: result.status, unasked }).toEqual({ status: 'succeeded', unasked: [] });
  });

  it('tells of calls that are not made any more and of such that are made more often', async () => {
    const wires = ['in > m', 'm > out.value'];
    const { play } = await taped([input, call('m', { config: { id: 'm', calls: 2 } }), output], wires);
    const fewer = await play(graph([input, call('m'), output], wires));
    expect(fewer.unasked).toMatchObject([{ step: 'm', call: 1 }]);
    const { play: playOne } = await taped([input, call('m'), output], wires);
    const more = await playOne(graph([input, call('m', { config: { id: 'm', calls: 2 } }), output], wires));
    expect(more.asked.map(({ held }) => held)).toEqual([true, false]);
  });

  it('fails a step for whose calls the tape holds nothing, with its own code', async () => {
    const { play } = await taped([input, call('m'), output], ['in > m', 'm > out.value']);
    const { result, asked } = await play(graph([input, call('n'), output], ['in > n', 'n > out.value']));
    expect(result).toMatchObject({ status: 'failed', step: 'n', error: { code: 'cassette.no_answer' } });
    expect(asked).toMatchObject([{ step: 'n', held: false, answer: undefined }]);
  });

  it('repeats failures and retries at once, however long the waits between them were', async () => {
    let tries = 0;
    const host = testHost({
      generate: async () => {
        tries += 1;
        if (tries < 3) throw new AppError('provider.overloaded', { message: 'busy', data: { retryAfterMs: tries } });
        return modelResponse('at last');
      },
    });
    const { tape, play } = await taped([input, call('m'), output], ['in > m', 'm > out.value'], { host });
    const slow = tape.calls.map((one) =>
      'error' in one.outcome
        ? { ...one, outcome: { error: { ...one.outcome.error, data: { retryAfterMs: 86_400_000 } } } }
        : one,
    );
    const { result, steps, asked } = await play(undefined, {}, { ...tape, calls: slow });
    expect(result).toMatchObject({ status: 'succeeded', outputs: { a: 'at last' } });
    expect(steps.find(({ step }) => step === 'm')).toMatchObject({ attempt: 3 });
    expect(asked.map(({ held }) => held)).toEqual([true, true, true]);
  });

  it('uses recorded times, chances and ids, and tells of new ones', async () => {
    const { result, play } = await taped(
      [input, { id: 'now', type: 't-now' }, output],
      ['in > now', 'now > out.value'],
    );
    expect((await play()).result.outputs).toEqual(result.outputs);
    const more = graph(
      [input, { id: 'now', type: 't-now' }, { id: 'then', type: 't-now' }, output],
      ['in > now', 'now > then', 'then > out.value'],
    );
    expect((await play(more)).newValues.map(({ step, kind }) => `${step} ${kind}`)).toEqual([
      'then clock',
      'then random',
      'then ids',
    ]);
  });

  it('ends waits as they ended: decided, expired after hours, or open', async () => {
    const ask = (timeoutMs?: number): GraphNode => ({
      id: 'ask',
      type: 't-ask',
      config: { id: 'ask', ...(timeoutMs && { timeoutMs }) },
    });
    const wires = ['in > ask', 'ask > out.value'];
    const { result, tape, play } = await taped([input, ask(), output], wires);
    expect(result.outputs).toEqual({ a: 'ask:approve(q)' });
    const { result: decided, waits } = await play();
    expect(decided.outputs).toEqual(result.outputs);
    expect(waits).toMatchObject([{ step: 'ask', payload: 'q', recorded: { payload: 'q' } }]);

    const [wait] = tape.waits as [Tape['waits'][number]];
    const { decision: _decision, ...open } = wait;
    expect((await play(undefined, {}, { ...tape, waits: [open] })).result).toMatchObject({ status: 'waiting' });
    const late = graph([input, ask(36_000_000), output], ['in > ask', 'ask.expired > out.value']);
    const expired = await play(late, {}, { ...tape, waits: [{ ...open, decision: null }] });
    expect(expired.result).toMatchObject({ status: 'succeeded', outputs: { a: 'q' } });
    const gone = await play(graph([input, call('m'), output], ['in > m', 'm > out.value']), {}, tape);
    expect(gone.unmet).toEqual([wait]);
  });

  it('lets the wire win a race that won it', async () => {
    const nodes = [input, call('slow'), { id: 'race', type: 't-race' }, output];
    const wires = ['in > slow', 'slow > race', 'in > race', 'race > out.value'];
    const { result, tape, play } = await taped(nodes, wires);
    expect(result.outputs).toEqual({ a: 'q' });
    expect((await play()).result.outputs).toEqual({ a: 'q' });
    const turned = { ...tape, races: { race: 'e0001' } };
    expect((await play(undefined, {}, turned)).result.outputs).not.toEqual({ a: 'q' });
    expect((await play(undefined, {}, { ...tape, races: { race: 'gone' } })).result.status).toBe('succeeded');
  });

  it('keeps pins and targets', async () => {
    const nodes = [input, call('m'), call('other'), output];
    const wires = ['in > m', 'in > other', 'm > out.value'];
    const { play } = await taped(nodes, wires);
    const { result, asked } = await play(undefined, {
      edits: { in: { outputs: { value: { value: 'pinned' } } } },
      targets: ['other'],
    });
    expect(result.targets).toEqual({ other: { value: 'm[0:other(q)]' } });
    expect(asked).toMatchObject([{ step: 'other', held: false }]);
  });
});

describe('the tape of a run', () => {
  it('holds the calls of steps that another run has done, also those inside of containers', async () => {
    const nodes = [
      input,
      { id: 'list', type: 't-list', config: { count: 2 } },
      { id: 'map', type: 't-map', config: { width: 2 } },
      call('m', { parent: 'map' }),
      { id: 'sum', type: 't-text', config: { id: 'sum' } },
      output,
    ];
    const wires = [
      'in > list',
      'list.items > map.items',
      'map.item > m',
      'm > map.result',
      'map.results > sum',
      'sum > out.value',
    ];
    const { result, journal, engine, snapshot } = await taped(nodes, wires);
    const rerun = await engine.start(snapshot, given, { reuse: { runId: result.runId, kind: 'rerun', from: 'sum' } });
    const second = await rerun.result;
    const tape = await tapeOfRun(journal, second.runId);
    expect(tape.calls.map(({ step }) => step).sort()).toEqual(['map[0]/m', 'map[1]/m']);
    const again = await rehearse(rehearsalPorts, snapshot, given, tape, { answerBy: 'request' });
    expect(again.result.outputs).toEqual(second.outputs);
    expect(again.asked.every(({ held }) => held)).toBe(true);
  });
});
