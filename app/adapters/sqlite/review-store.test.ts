import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  eventLog,
  runCreated,
  type TemporaryWorkspace,
  temporaryWorkspace,
} from '../../../test/kit/temporary-store.ts';
import { sha256Hex } from '../../core/graph/hash.ts';
import type { Decision } from '../../core/graph/values.ts';
import type { RunEventBody } from '../../core/run/events.ts';
import type { WorkspaceStore } from './workspace-store.ts';

let workspace: TemporaryWorkspace;
let store: WorkspaceStore;
beforeEach(async () => {
  workspace = temporaryWorkspace();
  store = workspace.open();
  await store.journal.create({ runId: 'run_1', owner: 'one', events: eventLog([runCreated(), waiting()]), values: [] });
});
afterEach(() => workspace.remove());

function waiting(more: Partial<Extract<RunEventBody, { type: 'step.waiting' }>> = {}): RunEventBody {
  return {
    type: 'step.waiting',
    step: 'review',
    wait: 'wait_1',
    kind: 'review',
    title: 'Check',
    payload: { value: 'text' },
    payloadHash: 'hash',
    actions: ['accept', 'reject'],
    form: { fields: [] },
    dueAt: 9,
    reason: 'low confidence',
    ...more,
  };
}

const decision: Decision = { action: 'accept', values: { text: 'fine' }, by: 'ada', at: 1 };
const append = (seq: number, ...bodies: RunEventBody[]) =>
  store.journal.append({ runId: 'run_1', fence: 1, events: eventLog(bodies, seq), values: [] });
const decide = (more: Partial<Parameters<WorkspaceStore['reviews']['decide']>[0]> = {}) =>
  store.reviews.decide({ wait: 'wait_1', payloadHash: 'hash', decision, ...more });
const pending = () => store.journal.pendingDecisions('run_1');

describe('review store', () => {
  it('lists what waits for a person', async () => {
    expect(store.reviews.tasks({ open: true })).toMatchObject([
      {
        runId: 'run_1',
        workflowName: 'Support',
        wait: 'wait_1',
        state: 'open',
        payload: { value: 'text' },
        actions: ['accept', 'reject'],
        form: { fields: [] },
        dueAt: 9,
        reason: 'low confidence',
        decision: null,
      },
    ]);
    expect(store.reviews.tasks({ runId: 'run_none' })).toEqual([]);
  });

  it('says what each task is about, so that tasks of one title can be told apart', async () => {
    const large = (text: string) => {
      const value = JSON.stringify({ id: 1, text });
      return { digest: sha256Hex(value), text: value, personal: false };
    };
    const [read, huge] = [large(`Where is it? ${'x'.repeat(3000)}`), large('y'.repeat(70_000))];
    const refs = [read, huge].map(({ digest, text }) => ({ digest, bytes: text.length }));
    const payloads = [{ value: { question: 'Refund?' } }, ...refs, { digest: 'forgotten', bytes: 3000 }, { value: 7 }];
    const bodies = payloads.map((payload, i) => waiting({ wait: `wait_more${i}`, payload }));
    const personal = waiting({
      wait: 'wait_personal',
      title: 'Decision for review',
      sealed: { value: { title: 'Check' } },
    });
    await store.journal.append({
      ...{ runId: 'run_1', fence: 1, events: eventLog([...bodies, personal], 3), values: [read, huge] },
    });
    expect(store.reviews.tasks().map(({ about }) => about?.slice(0, 13))).toEqual([
      ...['text', 'Refund?', 'Where is it? ', undefined, undefined, undefined, undefined],
    ]);
    expect(store.reviews.task('wait_more0')).toMatchObject({ about: 'Refund?' });
    expect(store.reviews.task('wait_personal')).toMatchObject({ title: 'Check', about: null });
  });

  it('applies a decision once, however often and from however many processes it comes', async () => {
    const other = workspace.open();
    const later = { ...decision, at: 99 };
    const results = await Promise.all([
      decide(),
      decide(),
      other.reviews.decide({ wait: 'wait_1', payloadHash: 'hash', decision: later }),
    ]);
    expect(results.filter(({ applied }) => applied)).toHaveLength(1);
    // Whichever process was first.
    const kept = results[2]?.applied ? later : decision;
    expect(await pending()).toEqual([{ wait: 'wait_1', decision: kept }]);
    expect(store.reviews.task('wait_1')).toMatchObject({ state: 'answered', decision: kept });
    await append(3, { type: 'wait.decided', step: 'review', wait: 'wait_1', decision: kept });
    expect(await pending()).toEqual([]);
    expect(store.database.statement('SELECT * FROM decisions').all()).toEqual([]);
    expect(store.reviews.task('wait_1')).toMatchObject({ state: 'decided', decision: kept });
    expect(await decide()).toEqual({ runId: 'run_1', applied: false });
  });

  it.each<[string, Parameters<typeof decide>[0], RegExp]>([
    ['an unknown task', { wait: 'wait_2' }, /no review task "wait_2"/],
    ['a task of another run', { runId: 'run_2' }, /no review task/],
    ['a changed payload', { payloadHash: 'older' }, /has changed/],
    ['an action that it does not have', { decision: { ...decision, action: 'burn' } }, /"burn" is not one/],
  ])('refuses %s and says so', async (_, request, message) => {
    await expect(decide(request)).rejects.toMatchObject({
      code: 'run.decision',
      message: expect.stringMatching(message),
      remedy: expect.any(String),
    });
    expect(await pending()).toEqual([]);
  });

  it('refuses another decision after the first, before and after the run has taken it', async () => {
    await decide();
    const other = { decision: { ...decision, action: 'reject' } };
    await expect(decide(other)).rejects.toMatchObject({
      code: 'run.decision',
      message: expect.stringMatching(/already/),
    });
    await append(3, { type: 'wait.decided', step: 'review', wait: 'wait_1', decision });
    await expect(decide(other)).rejects.toMatchObject({
      code: 'run.decision',
      message: expect.stringMatching(/already/),
    });
  });

  it('refuses what has expired or whose run has ended', async () => {
    await append(3, { type: 'wait.expired', step: 'review', wait: 'wait_1' });
    await expect(decide()).rejects.toMatchObject({ message: expect.stringMatching(/time ran out/) });
    await append(4, waiting({ wait: 'wait_2' }), { type: 'run.cancelled', reason: 'enough' });
    await expect(decide({ wait: 'wait_2' })).rejects.toMatchObject({ message: expect.stringMatching(/run has ended/) });
  });

  it('does not carry a decision over to another payload of the same wait', async () => {
    await decide();
    await append(3, waiting({ payloadHash: 'newer' }));
    expect(await pending()).toEqual([]);
    await expect(decide()).rejects.toMatchObject({ message: expect.stringMatching(/has changed/) });
    expect(await decide({ payloadHash: 'newer' })).toEqual({ runId: 'run_1', applied: true });
    expect(await pending()).toHaveLength(1);
    expect(store.reviews.tasks({ open: true })).toHaveLength(1);
  });

  it('asks for the run where two have a task of one name', async () => {
    await store.journal.create({
      runId: 'run_2',
      owner: 'one',
      events: eventLog([runCreated(), waiting()]),
      values: [],
    });
    await expect(decide()).rejects.toMatchObject({
      code: 'run.decision',
      message: expect.stringMatching(/Several runs/),
    });
    expect(await decide({ runId: 'run_2' })).toEqual({ runId: 'run_2', applied: true });
  });
});
