import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  eventLog,
  runCreated,
  type TemporaryWorkspace,
  temporaryWorkspace,
} from '../../../test/kit/temporary-store.ts';
import type { RunEventBody } from '../../core/run/events.ts';
import { projectionTables } from './refold.ts';
import type { WorkspaceStore } from './workspace-store.ts';

let workspace: TemporaryWorkspace;
beforeEach(() => {
  workspace = temporaryWorkspace();
});
afterEach(() => workspace.remove());

const usage = { inputTokens: 100, outputTokens: 20, estimated: false };
const cost = { nanoUsd: 1234, known: true, priceVersion: '1' };
const error = { code: 'provider.network', class: 'network.reset', message: 'broken' } as const;
const one = { step: 'model', call: 0, kind: 'model.generate', digest: 'd' };

function allRows(store: WorkspaceStore): { [table: string]: unknown[] } {
  const rows: { [table: string]: unknown[] } = {};
  for (const table of projectionTables) {
    const order = table === 'run_summaries' ? 'rid' : 'rid, seq';
    rows[table] = store.database.statement(`SELECT * FROM ${table} ORDER BY ${order}`).all();
  }
  return rows;
}

describe('projections', () => {
  it('tell the story of a run', async () => {
    const store = workspace.open();
    const bodies: RunEventBody[] = [
      runCreated(),
      { type: 'run.started', owner: 'one', fence: 1, resumed: false },
      { type: 'step.finished', step: 'pure', node: 'pure', attempt: 1, startedAt: 5, outputs: {} },
      { type: 'step.started', step: 'model', node: 'model', attempt: 1 },
      { type: 'call.intended', ...one, effect: 'paid' },
      { type: 'call.failed', ...one, error, startedAt: 7 },
      { type: 'step.retried', step: 'model', attempt: 1, error, waitMs: 10, keepsCalls: false },
      { type: 'step.started', step: 'model', node: 'model', attempt: 2, cause: 'retry' },
      { type: 'call.intended', ...one, effect: 'paid' },
      {
        type: 'call.completed',
        ...one,
        request: { value: 1 },
        response: { value: 2 },
        startedAt: 8,
        usage,
        cost,
        model: 'm',
        provider: 'p',
      },
      { type: 'step.finished', step: 'model', node: 'model', attempt: 2, startedAt: 8, outputs: {} },
      { type: 'step.skipped', step: 'other', node: 'other', ports: [], reason: 'silent' },
      { type: 'log.written', step: 'pure', level: 'info', message: 'hello', data: { n: 1 } },
      { type: 'run.finished', outputs: {} },
    ];
    const batch = { runId: 'run_1', owner: 'one', events: eventLog(bodies), values: [] };
    await store.journal.create(batch);
    expect(store.runs.getRun('run_1')).toMatchObject({
      status: 'succeeded',
      counts: { succeeded: 2, cached: 0, failed: 0, skipped: 1, cancelled: 0, retried: 1 },
      calls: 2,
      inputTokens: 100,
      outputTokens: 20,
      nanoUsd: 1234,
      unpricedCalls: 0,
    });
    expect(
      store.runs.steps('run_1').map(({ step, attempt, state, nanoUsd }) => [step, attempt, state, nanoUsd]),
    ).toEqual([
      ['pure', 1, 'succeeded', 0],
      ['model', 1, 'retried', 0],
      ['model', 2, 'succeeded', 1234],
      ['other', 0, 'skipped', 0],
    ]);
    expect(store.runs.steps('run_1', { after: 4, limit: 1 })).toMatchObject([{ step: 'model', attempt: 2 }]);
    expect(store.runs.calls('run_1')).toMatchObject([
      { state: 'failed', errorCode: 'provider.network', effect: 'paid', nanoUsd: null },
      { state: 'completed', model: 'm', provider: 'p', startedAt: 8, inputTokens: 100, nanoUsd: 1234 },
    ]);
    expect(store.runs.logs('run_1')).toMatchObject([{ level: 'info', message: 'hello', data: { n: 1 } }]);
  });

  it('know what a step was that begins by ending', async () => {
    const store = workspace.open();
    const ended = { type: 'step.finished', startedAt: 5, outputs: {} } as const;
    const bodies: RunEventBody[] = [
      runCreated(),
      { type: 'step.retried', step: 'again', attempt: 1, error, waitMs: 0, keepsCalls: false },
      { ...ended, step: 'again', node: 'again', attempt: 2 },
      { ...ended, step: 'kept', node: 'kept', attempt: 1, cached: { run: 'run_0', step: 'kept', key: 'k', at: 1 } },
      { ...ended, step: 'given', node: 'given', attempt: 1, memo: 'm', shared: true },
      { ...ended, step: 'own', node: 'own', attempt: 1, memo: 'm' },
    ];
    await store.journal.create({ runId: 'run_1', owner: 'one', events: eventLog(bodies), values: [] });
    const rows = store.database
      .statement('SELECT step, attempt, state, cached_run, memo FROM steps ORDER BY seq')
      .all();
    expect(rows).toEqual([
      { step: 'again', attempt: 1, state: 'retried', cached_run: null, memo: null },
      { step: 'again', attempt: 2, state: 'succeeded', cached_run: null, memo: null },
      { step: 'kept', attempt: 1, state: 'cached', cached_run: 'run_0', memo: null },
      { step: 'given', attempt: 1, state: 'succeeded', cached_run: null, memo: 'm' },
      { step: 'own', attempt: 1, state: 'succeeded', cached_run: null, memo: null },
    ]);
  });

  it('show what a crash has interrupted', async () => {
    const store = workspace.open();
    const bodies: RunEventBody[] = [
      runCreated(),
      { type: 'step.started', step: 'model', node: 'model', attempt: 1 },
      { type: 'call.intended', ...one, effect: 'paid' },
      { type: 'run.started', owner: 'two', fence: 2, resumed: true },
    ];
    await store.journal.create({ runId: 'run_1', owner: 'one', events: eventLog(bodies), values: [] });
    expect(store.runs.steps('run_1')).toMatchObject([{ state: 'interrupted' }]);
    expect(store.runs.calls('run_1')).toMatchObject([{ state: 'interrupted' }]);
    const again: RunEventBody[] = [
      { type: 'step.started', step: 'model', node: 'model', attempt: 2, cause: 'crash' },
      { type: 'step.finished', step: 'model', node: 'model', attempt: 2, startedAt: 9, outputs: {} },
    ];
    await store.journal.append({ runId: 'run_1', fence: 1, events: eventLog(again, 5), values: [] });
    expect(store.runs.steps('run_1')).toMatchObject([
      { state: 'interrupted', endedAt: expect.any(Number) },
      { state: 'succeeded' },
    ]);
  });

  it('go on from what another process has written meanwhile', async () => {
    let now = 0;
    const one = workspace.open({ now: () => now });
    const two = workspace.open({ now: () => now });
    await one.journal.create({ runId: 'run_1', owner: 'one', events: eventLog([runCreated()]), values: [] });
    now = 20_000;
    const { fence } = await two.journal.claim('run_1', 'two');
    const begun: RunEventBody[] = [{ type: 'step.started', step: 'a', node: 'a', attempt: 1 }];
    await two.journal.append({ runId: 'run_1', fence, events: eventLog(begun, 2), values: [] });
    await two.journal.release('run_1', fence);
    const back = await one.journal.claim('run_1', 'one');
    const ended: RunEventBody[] = [{ type: 'step.cancelled', step: 'a', node: 'a', startedAt: 1 }];
    await one.journal.append({ runId: 'run_1', fence: back.fence, events: eventLog(ended, 3), values: [] });
    expect(one.runs.steps('run_1')).toMatchObject([{ step: 'a', seq: 2, state: 'cancelled', endSeq: 3 }]);
    expect(await one.doctor.check()).toEqual([]);
  });

  const step = fc.constantFrom('a', 'b', 'map1[0]/c', 'map1[1]/c');
  const attempt = fc.integer({ min: 1, max: 3 });
  const call = fc.integer({ min: 0, max: 1 });
  const wait = fc.constantFrom('w1', 'w2');
  const body: fc.Arbitrary<RunEventBody> = fc.oneof(
    fc.record({
      type: fc.constant('run.started' as const),
      owner: fc.constant('o'),
      fence: attempt,
      resumed: fc.boolean(),
    }),
    fc.record({ type: fc.constant('step.started' as const), step, node: step, attempt }),
    fc.record({
      type: fc.constant('call.intended' as const),
      step,
      call,
      kind: fc.constant('model.generate'),
      digest: fc.constant('d'),
      effect: fc.constant('paid' as const),
    }),
    fc.record({
      type: fc.constant('call.completed' as const),
      step,
      call,
      kind: fc.constant('model.generate'),
      digest: fc.constant('d'),
      request: fc.constant({ value: 1 }),
      response: fc.constant({ value: 2 }),
      startedAt: fc.constant(5),
      usage: fc.constant(usage),
      cost: fc.constantFrom(cost, { ...cost, known: false }),
    }),
    fc.record({
      type: fc.constant('call.failed' as const),
      step,
      call,
      kind: fc.constant('model.generate'),
      digest: fc.constant('d'),
      error: fc.constant(error),
      startedAt: fc.constant(5),
    }),
    fc.record({
      type: fc.constant('step.retried' as const),
      step,
      attempt,
      error: fc.constant(error),
      waitMs: fc.constant(1),
      keepsCalls: fc.boolean(),
    }),
    fc.record({
      type: fc.constant('step.finished' as const),
      step,
      node: step,
      attempt,
      startedAt: fc.constant(5),
      outputs: fc.constant({}),
      memo: fc.constant('m'),
      shared: fc.constant(true as const),
    }),
    fc.record({
      type: fc.constant('step.failed' as const),
      step,
      node: step,
      attempt,
      startedAt: fc.constant(5),
      error: fc.constant(error),
      handled: fc.constant('port' as const),
      outputs: fc.constant({}),
    }),
    fc.record({
      type: fc.constant('step.skipped' as const),
      step,
      node: step,
      ports: fc.constant<string[]>([]),
      reason: fc.constant('silent' as const),
    }),
    fc.record({ type: fc.constant('step.cancelled' as const), step, node: step, startedAt: fc.constant(5) }),
    fc.record({
      type: fc.constant('step.waiting' as const),
      step,
      wait,
      kind: fc.constantFrom('review' as const, 'breakpoint' as const, 'uncertain' as const, 'timer' as const),
      title: fc.constant('t'),
      payload: fc.constant({ value: 1 }),
      payloadHash: fc.constant('h'),
      actions: fc.constant<string[]>(['ok']),
    }),
    fc.record({
      type: fc.constant('wait.decided' as const),
      step,
      wait,
      decision: fc.constant({ action: 'ok', values: {}, by: 'ada', at: 1 }),
    }),
    fc.record({ type: fc.constant('wait.expired' as const), step, wait }),
    fc.record({
      type: fc.constant('log.written' as const),
      step,
      level: fc.constant('info' as const),
      message: fc.string(),
    }),
    fc.record({ type: fc.constant('run.waiting' as const), waits: fc.constant<string[]>([]) }),
    fc.record({ type: fc.constant('run.failed' as const), error: fc.constant(error), step }),
    fc.constant({ type: 'run.cancelled' as const, reason: 'r' }),
  );

  it('are the same when rebuilt from the log, however the log was written', async () => {
    let store = workspace.open();
    let runs = 0;
    const property = fc.asyncProperty(
      fc.array(fc.array(body, { minLength: 1, maxLength: 6 }), { maxLength: 8 }),
      fc.integer({ min: 0, max: 10 }),
      async (batches, reopenAt) => {
        runs += 1;
        const runId = `run_${runs}`;
        await store.journal.create({ runId, owner: 'one', events: eventLog([runCreated()]), values: [] });
        let seq = 2;
        for (const [index, batch] of batches.entries()) {
          // A new process knows nothing of what was folded before.
          if (index === reopenAt) {
            store.close();
            store = workspace.open();
          }
          await store.journal.append({ runId, fence: 1, events: eventLog(batch, seq), values: [] });
          seq += batch.length;
        }
        const live = allRows(store);
        expect(await store.doctor.rebuildProjections()).toEqual({ runs, damaged: [] });
        expect(allRows(store)).toEqual(live);
        const [rid] = [
          store.database.statement<{ rid: number }>('SELECT rid FROM runs WHERE run_id = ?').get(runId)?.rid,
        ];
        expect(live['run_summaries']?.find((row) => (row as { rid: number }).rid === rid)).toMatchObject({
          open_waits: (live['waits'] as { rid: number; state: string }[]).filter(
            (w) => w.rid === rid && w.state === 'open',
          ).length,
        });
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it('tell at each moment what steps and calls at work have come to', async () => {
    const store = workspace.open();
    const steps = Array.from({ length: 21 }, (_, i) => `model-${i}`);
    const of = (step: string, call: number) => ({ ...one, step, call, startedAt: 9 });
    let seq = 1;
    const write = async (batch: RunEventBody[]) => {
      const events = eventLog(batch, seq);
      seq += batch.length;
      if (events[0]?.seq === 1) await store.journal.create({ runId: 'run_1', owner: 'one', events, values: [] });
      else await store.journal.append({ runId: 'run_1', fence: 1, events, values: [] });
    };
    const stepsNow = () => store.runs.steps('run_1');
    const callsNow = () =>
      store.database
        .statement('SELECT step, call, state, started_at, provider, nano_usd FROM calls ORDER BY seq')
        .all();
    await write([
      runCreated(),
      ...steps.flatMap((step): RunEventBody[] => [
        { type: 'step.started', step, node: 'model', attempt: 1 },
        { type: 'call.intended', ...of(step, 0), effect: 'paid' },
      ]),
    ]);
    const begun = { state: 'running', calls: 1, inputTokens: 0, nanoUsd: 0 };
    expect(stepsNow()).toMatchObject(steps.map((step) => ({ step, ...begun })));
    expect(callsNow()).toMatchObject(steps.map((step) => ({ step, call: 0, state: 'running', provider: null })));

    const answer = { request: { value: 1 }, response: { value: 2 }, usage, cost, model: 'm', provider: 'p' };
    await write(steps.map((step) => ({ type: 'call.completed', ...of(step, 0), ...answer })));
    await write(steps.map((step) => ({ type: 'call.intended', ...of(step, 1), effect: 'paid' })));
    const used = { state: 'running', calls: 2, inputTokens: 100, outputTokens: 20, nanoUsd: 1234 };
    expect(stepsNow()).toMatchObject(steps.map((step) => ({ step, ...used })));
    const ended = { call: 0, state: 'completed', started_at: 9, provider: 'p', nano_usd: 1234 };
    expect(callsNow()).toMatchObject([
      ...steps.map((step) => ({ step, ...ended })),
      ...steps.map((step) => ({ step, call: 1, state: 'running', provider: null, nano_usd: null })),
    ]);
  });

  it('are found wrong by doctor when a row was changed, and mended by a rebuild', async () => {
    const store = workspace.open();
    await store.journal.create({
      runId: 'run_1',
      owner: 'one',
      events: eventLog([runCreated(), { type: 'step.started', step: 'a', node: 'a', attempt: 1 }]),
      values: [],
    });
    expect(await store.doctor.check()).toEqual([]);
    store.database.raw.exec("UPDATE steps SET state = 'succeeded'");
    expect(await store.doctor.check()).toMatchObject([{ check: 'projections', where: 'run_1' }]);
    store.database.raw.exec("UPDATE steps SET step = 'elsewhere', seq = 7");
    await store.doctor.rebuildProjections();
    expect(await store.doctor.check()).toEqual([]);
    expect(store.runs.steps('run_1')).toMatchObject([{ step: 'a', state: 'running', seq: 2 }]);
  });
});
