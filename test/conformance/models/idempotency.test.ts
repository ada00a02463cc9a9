import { afterAll, beforeAll, expect, it } from 'vitest';
import { createModelGateway } from '../../../app/adapters/models/gateway.ts';
import { AppError } from '../../../app/core/errors/app-error.ts';
import type { Policy } from '../../../app/core/graph/workflow.ts';
import { Profile } from '../../../app/core/workspace/workspace-config.ts';
import { createEngine } from '../../../app/engine/engine.ts';
import { testRegistry } from '../../kit/engine-nodes.ts';
import { modelResponse, snapshotOf, testHost, testPorts } from '../../kit/engine-ports.ts';
import { graph } from '../../kit/graph.ts';
import { createMemoryJournal, type MemoryJournal } from '../../kit/memory-journal.ts';
import { type Dialect, dialects } from '../../kit/providers/dialects.ts';
import { type ProviderServer, type ScriptedReply, startProviderServer } from '../../kit/providers/provider-server.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

const openai = dialects.find(({ provider }) => provider === 'openai-compatible') as Dialect;
const answer = openai.answer({ pieces: ['fine'] });
const refusal: ScriptedReply = { status: 503, body: '{"error":{"message":"busy"}}' };

function gateway(dialect: Dialect) {
  const profile = Profile.parse({
    use: 'chat',
    provider: dialect.provider,
    model: 'm',
    baseUrl: server.url + dialect.basePath,
    secret: 'KEY',
  });
  return createModelGateway({
    profiles: { p: profile },
    secrets: () => 'a-key-of-the-test',
    clock: { now: () => 0, elapsed: () => 0, sleep: async () => undefined },
  });
}

const policy: Policy = { retry: { attempts: 2, baseMs: 1, maxMs: 1 } };
const workflow = graph(
  [
    { id: 'in', type: 't-input', config: { name: 'question' } },
    { id: 'a', type: 't-call', config: { id: 'same', calls: 2 }, policy },
    { id: 'b', type: 't-call', config: { id: 'same', calls: 2 }, policy },
    { id: 'out', type: 't-output', config: { name: 'answer' } },
  ],
  ['in > a', 'a > b', 'b > out.value'],
);

function engineOver(journal: MemoryJournal) {
  const models = gateway(openai);
  const host = testHost({});
  host.model = { generate: (request, options) => models.generate({ ...request, profile: 'p' }, options) };
  return createEngine(testPorts(journal, { host, registry: testRegistry }));
}

const keys = () => server.requests.map(({ headers }) => headers['idempotency-key']);

it('names a call by the same key after a crash and after a refusal, and every other call by another', async () => {
  const first = createMemoryJournal();
  server.script({ ...answer, delayMs: 60_000 });
  const { runId } = await engineOver(first).start(snapshotOf(workflow), { question: 'q' });
  await expect.poll(() => server.requests.length, { timeout: 20_000 }).toBe(1);
  const [beforeCrash] = keys();
  expect(beforeCrash).toMatch(/^[0-9a-f]{64}$/);

  const later = first.crash();
  server.script(refusal, answer);
  expect(await (await engineOver(later).resume(runId)).result).toMatchObject({ status: 'succeeded' });
  const [repeated, retried, ...others] = keys();
  expect([repeated, retried]).toEqual([beforeCrash, beforeCrash]);
  expect(others).toHaveLength(3);
  expect(new Set([beforeCrash, ...others]).size).toBe(4);

  server.script(answer);
  await (await engineOver(createMemoryJournal()).start(snapshotOf(workflow), { question: 'other' })).result;
  expect(keys()).toHaveLength(4);
  expect(keys()[0]).not.toBe(beforeCrash);
  // No part of the request: the log, which holds the digest and all of the request, knows nothing of it.
  expect(JSON.stringify(await later.events(runId))).not.toContain(beforeCrash);
  expect((await engineOver(later).replay(runId)).differences).toEqual([]);
});

it('asks by another key when a retry drops an answer that it could not use', async () => {
  const given: unknown[] = [];
  const host = testHost({});
  host.model = {
    generate: async (_request, options) => {
      given.push(options?.idempotencyKey);
      return modelResponse('unusable');
    },
  };
  const call = testRegistry.get('t-call');
  if (!call?.run) throw new Error('the kit lacks its node');
  const work = await call.run();
  const registry = new Map(testRegistry).set('t-call', {
    ...call,
    run: async () => async (args, context) => {
      const outputs = await Promise.resolve(work(args, context));
      if (context.step.attempt === 1) throw new AppError('output.schema', { message: 'not as asked', where: 'here' });
      return outputs;
    },
  });
  const once = graph(
    [
      { id: 'in', type: 't-input', config: { name: 'question' } },
      {
        id: 'a',
        type: 't-call',
        config: { id: 'same' },
        policy: { retry: { attempts: 2, baseMs: 1, maxMs: 1, on: ['output.schema'] } },
      },
      { id: 'out', type: 't-output', config: { name: 'answer' } },
    ],
    ['in > a', 'a > out.value'],
  );
  const engine = createEngine(testPorts(createMemoryJournal(), { host, registry }));
  const { result } = await engine.start(snapshotOf(once), { question: 'q' });
  expect(await result).toMatchObject({ status: 'succeeded' });
  expect(given).toHaveLength(2);
  expect(given[0]).not.toBe(given[1]);
});

it.each(dialects.map((dialect) => [dialect.provider, dialect] as const))(
  '%s gets a key only where it knows one',
  async (provider, dialect) => {
    server.script(dialect.answer({ pieces: ['fine'] }));
    const request = { profile: 'p', messages: [{ role: 'user' as const, content: 'q' }] };
    await gateway(dialect).generate(request, { idempotencyKey: 'one' });
    await gateway(dialect).generate(request);
    expect(keys()).toEqual([provider === 'openai-compatible' ? 'one' : undefined, undefined]);
  },
);

it('gives each request of a call for many vectors a key of its own', async () => {
  const profile = Profile.parse({
    use: 'embedding',
    provider: 'openai-compatible',
    model: 'm',
    baseUrl: server.url,
    batch: 1,
  });
  const models = createModelGateway({
    profiles: { e: profile },
    secrets: () => undefined,
    clock: { now: () => 0, elapsed: () => 0, sleep: async () => undefined },
  });
  server.script({ body: JSON.stringify({ data: [{ index: 0, embedding: [1, 0] }] }) });
  await models.embed({ profile: 'e', texts: ['a', 'b'], purpose: 'query' }, { idempotencyKey: 'one' });
  expect(keys()).toEqual(['one-0', 'one-1']);
});
