import { describe, expect, it } from 'vitest';
import type { WaitRequest } from '../../app/core/capabilities/capabilities.ts';
import type { Decision, Json } from '../../app/core/nodekit/index.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { humanReview } from './manifest.ts';
import { run } from './run.ts';

const payload = { text: 'Dear {{7*7}}' };
const decided = (action: string, values: { [field: string]: Json } = {}): Decision => ({
  action,
  values,
  by: 'ada',
  at: 5,
});

async function review(answer: Decision | null, config: object = {}, inputs: object = {}) {
  const asked: WaitRequest[] = [];
  const result = await runNode(humanReview, run, {
    config,
    inputs: { payload, ...inputs },
    cap: {
      waits: {
        person: async (request) => {
          asked.push(request);
          return answer;
        },
      },
    },
  });
  return { ...result, asked };
}

describe('human-review', () => {
  it.each<[string, Decision, object, { [port: string]: Json }]>([
    ['approves', decided('approve'), {}, { approved: payload }],
    [
      'gives the edited payload on',
      decided('edit', { payload: { text: 'Hello' } }),
      {},
      { approved: { text: 'Hello' } },
    ],
    ['rejects', decided('reject'), {}, { rejected: payload }],
    ['leaves own actions to the decision', decided('escalate'), { actions: ['approve', 'escalate'] }, {}],
  ])('%s', async (_name, decision, config, outputs) => {
    const result = await review(decision, config);
    expect(result.outputs).toEqual({ ...outputs, decision });
    expect(result.detail).toEqual({ action: decision.action, by: 'ada' });
  });

  it('asks with all that the person needs', async () => {
    const form = { type: 'object', properties: { grade: { type: 'integer' } }, required: ['grade'] };
    const config = { title: 'Check', actions: ['approve', 'reject'], form, timeout: { ms: 5000 } };
    const { asked } = await review(decided('approve'), config, { reason: 'low confidence' });
    expect(asked).toEqual([
      {
        kind: 'review',
        title: 'Check',
        payload,
        actions: ['approve', 'reject'],
        form,
        timeoutMs: 5000,
        reason: 'low confidence',
      },
    ]);
  });

  it('makes room in the form for the edited payload', async () => {
    const form = {
      type: 'object',
      properties: { grade: { type: 'integer' } },
      required: ['grade'],
      additionalProperties: false,
    };
    const { asked } = await review(decided('approve'), { form });
    expect(asked[0]?.form).toEqual({
      ...form,
      properties: { ...form.properties, payload: { title: 'Edited payload' } },
    });
    expect((await review(decided('approve'))).asked[0]?.form).toEqual({
      type: 'object',
      properties: { payload: { title: 'Edited payload' } },
    });
  });

  it.each<[object, { [port: string]: Json }]>([
    [{ timeout: { ms: 1000, onTimeout: 'reject' } }, { rejected: payload }],
    [{ timeout: { ms: 1000, onTimeout: 'port' } }, { expired: payload }],
  ])('when the time is up, goes on as told: %j', async (config, outputs) => {
    expect((await review(null, config)).outputs).toEqual(outputs);
  });

  it('fails when the time is up and nothing else was told', async () => {
    await expect(review(null, { timeout: { ms: 1000 } })).rejects.toMatchObject({ code: 'step.expired' });
  });

  it.each<[Decision, object]>([
    [decided('approve'), { actions: ['reject'] }],
    [decided('edit'), {}],
    [decided('constructor'), {}],
  ])('refuses the decision %j', async (decision, config) => {
    await expect(review(decision, config)).rejects.toMatchObject({ code: 'run.decision', remedy: expect.any(String) });
  });

  it('never approves when the time is up', () => {
    expect(humanReview.config.safeParse({ timeout: { ms: 1000, onTimeout: 'approve' } }).success).toBe(false);
  });
});

describe('check', () => {
  const about = (...wired: string[]) => ({
    nodeId: 'n',
    connected: new Set(['payload']),
    workflow: {
      edges: wired.map((port) => ({ from: { node: 'n', port }, to: { node: 'next', port: 'value' } })),
    } as never,
    prompts: new Map<string, string>(),
  });
  const object = (properties: object) => ({ type: 'object', properties });
  it.each<[string, object, string[], RegExp[]]>([
    ['nothing', {}, [], []],
    ['nothing in a good form', { form: object({ grade: { type: 'integer' } }) }, [], []],
    ['a schema that does not compile', { form: object({ grade: { type: 'nope' } }) }, [], [/not valid/]],
    ['a form that is no object', { form: { type: 'string' } }, [], [/not the schema of an object/]],
    ['a form that takes the field of the edit', { form: object({ payload: {} }) }, [], [/taken by the edited payload/]],
    ['nothing when there is no edit', { actions: ['approve'], form: object({ payload: {} }) }, [], []],
    ['an action that leads nowhere', { actions: ['approve', 'escalate'] }, [], [/“escalate”/]],
    ['nothing when the decision is wired', { actions: ['approve', 'escalate'] }, ['decision'], []],
    ['a time limit that leads nowhere', { timeout: { ms: 1000, onTimeout: 'port' } }, [], [/expired/]],
    ['nothing when that is wired', { timeout: { ms: 1000, onTimeout: 'port' } }, ['expired'], []],
  ])('finds %s', async (_name, config, wired, messages) => {
    const found = await check(humanReview.config.parse(config), about(...wired));
    expect(found.map(({ message }) => message)).toEqual(messages.map((message) => expect.stringMatching(message)));
  });
});
