import { describe, expect, it } from 'vitest';
import type { RunEvent, RunEventBody } from './events.ts';
import { RunViewFold, runView } from './run-view.ts';
import { nodeOf } from './step-path.ts';

const created: RunEventBody = {
  type: 'run.created',
  workflowId: 'wf_x',
  workflowName: 'X',
  workflowHash: 'h',
  snapshot: 's',
  inputs: { q: { value: 'hi' } },
  engine: '1',
  capture: 'full',
};
const started: RunEventBody = { type: 'run.started', owner: 'me', fence: 1, resumed: false };
const log = (...bodies: RunEventBody[]): RunEvent[] =>
  bodies.map((body, i) => ({ seq: i + 1, at: 100 + i * 10, ...body }) as RunEvent);
const usage = { inputTokens: 10, outputTokens: 5, estimated: false };
const call = (at: number, known: boolean): RunEventBody => ({
  type: 'call.completed',
  step: 'a',
  call: at,
  kind: 'model.generate',
  digest: 'd',
  request: { value: 1 },
  response: { value: 2 },
  startedAt: 120,
  usage,
  cost: { nanoUsd: known ? 7 : 0, known, priceVersion: 'p' },
});
const finished = (step: string): RunEventBody => ({
  type: 'step.finished',
  step,
  node: nodeOf(step),
  attempt: 1,
  startedAt: 110,
  outputs: { out: { value: 1 } },
});

describe('runView', () => {
  it('adds up calls, and keeps those without a price apart', () => {
    const view = runView('run_1', log(created, started, call(0, true), call(1, false), finished('a')));
    expect(view.spent).toEqual({ inputTokens: 20, outputTokens: 10, nanoUsd: 7, unpriced: 1 });
    expect(view.steps[0]).toMatchObject({ state: 'succeeded', startedAt: 110, endedAt: 140, spent: view.spent });
    expect(view.status).toBe('running');
  });

  it('follows a step through retry, failure and its handling', () => {
    const error = { code: 'provider.http_500', class: 'http.500', message: 'no' } as const;
    const view = runView(
      'run_1',
      log(
        created,
        started,
        { type: 'step.started', step: 'a', node: 'a', attempt: 1 },
        { type: 'call.intended', step: 'a', call: 0, kind: 'model.generate', digest: 'd', effect: 'paid' },
        { type: 'call.failed', step: 'a', call: 0, kind: 'model.generate', digest: 'd', error, startedAt: 130 },
        { type: 'step.retried', step: 'a', attempt: 1, error, waitMs: 9, keepsCalls: true },
        { type: 'step.started', step: 'a', node: 'a', attempt: 2, cause: 'retry' },
        { type: 'call.intended', step: 'a', call: 0, kind: 'model.generate', digest: 'd', effect: 'paid' },
        { type: 'step.failed', step: 'a', node: 'a', attempt: 2, startedAt: 110, error, handled: 'fail', outputs: {} },
        { type: 'run.failed', error, step: 'a' },
      ),
    );
    expect(view).toMatchObject({ status: 'failed', failedStep: 'a', endedAt: 190 });
    expect(view.steps).toHaveLength(1);
    expect(view.steps[0]).toMatchObject({
      state: 'failed',
      attempt: 2,
      handled: 'fail',
      retries: [{ attempt: 1, waitMs: 9 }],
    });
    expect(view.steps[0]?.calls.map(({ state }) => state)).toEqual(['failed', 'running']);
  });

  it('opens, decides and closes waits', () => {
    const wait = (id: string): RunEventBody => ({
      type: 'step.waiting',
      step: id,
      wait: id,
      kind: 'review',
      title: 'Look',
      payload: { value: 1 },
      payloadHash: 'h',
      actions: ['approve'],
    });
    const decision = { action: 'approve', values: {}, by: 'jo', at: 1 };
    const fold = new RunViewFold('run_1');
    for (const event of log(created, started, wait('a'), wait('b'), { type: 'run.waiting', waits: ['a', 'b'] }))
      fold.apply(event);
    expect(fold.view.status).toBe('waiting');
    expect(fold.view.steps.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    fold.apply({ seq: 6, at: 1, type: 'wait.decided', step: 'a', wait: 'a', decision });
    fold.apply({ seq: 7, at: 2, type: 'run.cancelled', reason: 'enough' });
    expect(fold.view.waits.map(({ state }) => state)).toEqual(['decided', 'closed']);
    expect(fold.view).toMatchObject({ status: 'cancelled', cancelReason: 'enough' });
  });

  it('does not depend on where a log is cut', () => {
    const events = log(created, started, call(0, true), finished('a'), finished('map1[3]/b'), {
      type: 'run.finished',
      outputs: {},
    });
    const fold = new RunViewFold('run_1');
    for (const event of events) fold.apply(event);
    expect(fold.view).toEqual(runView('run_1', events));
    expect(fold.view.steps[1]).toMatchObject({ step: 'map1[3]/b', node: 'b' });
  });
});

it('reads step paths', () => {
  expect(nodeOf('map1[3]/inner[0]/b')).toBe('b');
  expect(nodeOf('b')).toBe('b');
  expect(nodeOf('map1[3]/answer/inner[0]/b')).toBe('answer/b');
});
