import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../app/core/graph/json.ts';
import { openWorkspace, type Workspace } from '../../app/index.ts';
import { dialects } from '../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../kit/providers/provider-server.ts';
import { runHere } from '../kit/run-here.ts';

const [openai, anthropic] = dialects as [(typeof dialects)[number], (typeof dialects)[number]];
const folder = mkdtempSync(join(tmpdir(), 'pipewright-fallbacks-'));
const home = join(folder, '.home');
const env = { MAIN_KEY: 'sk-main-0123456789', SPARE_KEY: 'sk-spare-0123456789' };
const command = (...args: string[]) => runHere(args, { cwd: folder, env });
let main: ProviderServer;
let spare: ProviderServer;
let workspace: Workspace;

const says = (...pieces: string[]) => openai.answer({ pieces, usage: { input: 10, output: pieces.length } });
const spareSays = (...pieces: string[]) => anthropic.answer({ pieces, usage: { input: 10, output: pieces.length } });
const whole = says('One', ' two', ' three');
/** It ends in the middle of the second piece. */
const brokenOff = { ...whole, cutAt: String(whole.body).indexOf('two') };
const schema = { type: 'object', properties: { mood: { type: 'string' } }, required: ['mood'] };

/** Question in, text of a model out. */
function flow(name: string, model: { config?: JsonObject; policy?: Json; personal?: true }): [string, object] {
  const node = (id: string, type: string, config: object, more: object = {}) => ({
    id,
    type,
    version: 1,
    config,
    ...more,
  });
  const edge = (id: string, from: string, to: string) => {
    const end = (at: string) => ({ node: at.split('.')[0], port: at.split('.')[1] });
    return { id, from: end(from), to: end(to) };
  };
  const { config = {}, ...more } = model;
  return [
    `workflows/${name}.flow.json`,
    {
      format: 1,
      id: `wf_${name}`,
      name,
      inputs: { question: { type: 'text' } },
      outputs: { text: { type: 'text' } },
      resources: { prompts: { plain: { file: 'prompts/plain.md' } }, profiles: { reserve: { name: 'spare' } } },
      nodes: [
        node('in', 'input', { name: 'question' }),
        node('prompt', 'prompt', { prompt: 'plain', variables: ['question'] }),
        node('answer', 'model', { profile: 'main', citations: 'none', ...config }, more),
        node('out', 'output', { name: 'text' }),
      ],
      edges: [
        edge('e1', 'in.value', 'prompt.question'),
        edge('e2', 'prompt.messages', 'answer.messages'),
        edge('e3', 'answer.text', 'out.value'),
      ],
    },
  ];
}
/** Quick retries: the course is what counts here. */
const quick = { baseMs: 1, maxMs: 2 };
const policy = (calls: JsonObject, retry: JsonObject = {}): Json => ({
  retry: { attempts: 1, ...quick, ...retry },
  calls,
});

beforeAll(async () => {
  main = await startProviderServer();
  spare = await startProviderServer();
  const profile = (server: ProviderServer, more: object) => ({
    use: 'chat',
    provider: 'openai-compatible',
    model: 'm-1',
    baseUrl: `${server.url}${openai.basePath}`,
    secret: 'MAIN_KEY',
    prices: { input: 1, output: 2 },
    breaker: false,
    ...more,
  });
  const files: { [path: string]: object | string } = {
    'pipewright.json': {
      format: 1,
      name: 'Fallbacks',
      profiles: {
        main: profile(main, {}),
        short: profile(main, { contextWindow: 300, fallbacks: [{ profile: 'spare', on: ['context_window'] }] }),
        'no-json': profile(main, { jsonSchema: false }),
        spare: {
          use: 'chat',
          provider: 'anthropic',
          model: 'claude-sonnet-4-5',
          baseUrl: spare.url,
          secret: 'SPARE_KEY',
          prices: { input: 3, output: 15 },
        },
        fragile: profile(main, {
          breaker: { failures: 2 },
          limits: { inFlight: 3 },
          fallbacks: [{ value: 'held', on: ['auth'] }],
        }),
        lost: profile(main, { fallbacks: [{ profile: 'sparre' }] }),
      },
    },
    'prompts/plain.md': '---\nvariables: [question]\n---\n# user\n{{ question }}\n',
    ...Object.fromEntries([
      flow('other', { policy: policy({ fallbacks: [{ profile: 'reserve' }] }, { attempts: 3 }) }),
      flow('longer', { config: { profile: 'short' } }),
      flow('able', {
        config: { profile: 'main', schema },
        policy: policy({ fallbacks: [{ profile: 'no-json' }, { profile: 'spare' }] }),
      }),
      flow('value', { config: { schema }, policy: policy({ fallbacks: [{ value: { mood: 'unknown' } }] }) }),
      flow('person', { policy: policy({ fallbacks: [{ person: { title: 'Answer the guest' } }] }) }),
      flow('person-json', { config: { schema }, policy: policy({ fallbacks: [{ person: {} }] }) }),
      flow('person-secret', { personal: true, policy: policy({ fallbacks: [{ person: {} }] }) }),
      flow('brief', { policy: policy({ fallbacks: [{ person: { timeoutMs: 1 } }] }) }),
      flow('person-then', {
        policy: policy({ fallbacks: [{ person: {} }, { value: 'never' }, { profile: 'reserve' }] }),
      }),
      flow('brief-then', {
        policy: policy({ fallbacks: [{ person: { timeoutMs: 1 } }, { value: 'never' }, { profile: 'reserve' }] }),
      }),
      flow('not-yet-person', {
        policy: policy({ fallbacks: [{ person: {}, on: ['auth'] }, { profile: 'reserve' }] }),
      }),
      flow('stubborn', { policy: policy({}, { attempts: 3 }) }),
      flow('stubborn-secret', { personal: true, policy: policy({}, { attempts: 3 }) }),
      flow('fragile', { config: { profile: 'fragile' }, policy: policy({}) }),
      flow('lost', { policy: policy({ fallbacks: [{ profile: 'sparre' }] }) }),
    ]),
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  workspace = await openWorkspace(folder, { env, profileDir: home });
});
afterAll(async () => {
  await workspace.close();
  await main.close();
  await spare.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  main.script(openai.error(503, 'server'));
  spare.script(spareSays('From', ' the', ' spare.'));
});

const run = async (workflow: string, question = 'Why?') => (await workspace.run(workflow, { question })).result;
const resume = async (runId: string) => (await workspace.resume(runId)).result;
const answerStep = async (runId: string) => {
  const { steps } = await workspace.trace(runId);
  const step = steps.find(({ node }) => node === 'answer');
  if (step === undefined) throw new Error('no step answer');
  return step;
};

describe('a model that fails for good', () => {
  it('is stood in for by another provider, and the trace says how it came to that', async () => {
    const ended = await command('run', 'other', '--input', 'question=Why?');
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('From the spare.') });
    expect([main.requests.length, spare.requests.length]).toEqual([3, 1]);
    expect(spare.requests[0]?.headers['x-api-key']).toBe(env.SPARE_KEY);
    expect(JSON.stringify(spare.requests[0]?.headers)).not.toContain(env.MAIN_KEY);
    const { stdout } = await command('trace', 'last');
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /answer, call 0: main: http\.503 after [\d.]+ m?s, again after \d ms; main: http\.503 after [\d.]+ m?s, again after \d ms; main: http\.503 after [\d.]+ m?s; spare: answered after [\d.]+ m?s; answered by spare, fallback 1, because of http\.503/,
    );
    const { calls } = await answerStep('last');
    expect(calls[0]?.course).toMatchObject({
      tries: [
        { profile: 'main', class: 'http.503', waitMs: expect.any(Number) },
        { profile: 'main' },
        { profile: 'main' },
        { profile: 'spare' },
      ],
      fallback: { place: 1, name: 'spare', because: 'http.503' },
    });
    // The ledger knows who answered and what that cost by its own prices.
    expect(calls[0]).toMatchObject({
      provider: 'anthropic',
      usage: { inputTokens: 10, outputTokens: 3 },
      cost: { nanoUsd: 10 * 3000 + 3 * 15_000 },
    });
  });

  it('is not asked at all when the prompt is too long for it and another has the window', async () => {
    const { status, outputs } = await run('longer', 'word '.repeat(600));
    expect([status, outputs]).toEqual(['succeeded', { text: 'From the spare.' }]);
    expect([main.requests.length, spare.requests.length]).toEqual([0, 1]);
    main.script(says('short enough'));
    expect((await run('longer')).outputs).toEqual({ text: 'short enough' });
  });

  it('passes over a fallback that lacks an ability, without asking it', async () => {
    spare.script(spareSays('{"mood":"fine"}'));
    const { runId, outputs } = await run('able');
    expect(outputs).toEqual({ text: '{"mood":"fine"}' });
    expect([main.requests.length, spare.requests.length]).toEqual([1, 1]);
    const [call] = (await answerStep(runId)).calls;
    expect(call?.course?.tries?.map(({ profile, class: why }) => [profile, why])).toEqual([
      ['main', 'http.503'],
      ['no-json', 'capability.missing'],
      ['spare', undefined],
    ]);
  });

  it('is stood in for by a value, which a schema checks like any answer', async () => {
    const { runId, outputs } = await run('value');
    expect(outputs).toEqual({ text: '{"mood":"unknown"}' });
    const [call] = (await answerStep(runId)).calls;
    expect(call).toMatchObject({
      provider: 'policy',
      model: 'value',
      cost: { nanoUsd: 0, known: true },
      course: { fallback: { name: 'value' } },
    });
  });

  it('fails after as many requests as the policy says, never more by trying the step again', async () => {
    for (const workflow of ['stubborn', 'stubborn-secret']) {
      main.script(openai.error(503, 'server'));
      const { status, error } = await run(workflow);
      expect([workflow, status, error?.code, main.requests.length]).toEqual([
        workflow,
        'failed',
        'provider.http_503',
        3,
      ]);
      expect(error?.data?.['tries']).toHaveLength(3);
    }
  });
});

describe('a person who answers instead of a model', () => {
  it('is asked once, in this process or a later one, and the model is not asked again', async () => {
    const first = await command('run', 'person', '--input', 'question=Is it open?');
    expect(first.code).toBe(3);
    expect(first.stderr).toContain('Answer the guest');
    expect(main.requests).toHaveLength(1);
    const [task] = JSON.parse((await command('review', 'list', '--json')).stdout);
    const shown = (await command('review', 'show', task.wait)).stdout;
    expect(shown).toContain('Is it open?');
    expect(shown).toContain('provider.http_503');
    main.script(says('too late'));
    expect((await resume('last')).status).toBe('waiting');
    const decided = await command('review', 'decide', task.wait, 'answer', '--value', 'text=Yes, until six.');
    expect(decided).toMatchObject({ code: 0, stdout: expect.stringContaining('Yes, until six.') });
    expect(main.requests).toHaveLength(0);
    expect((await workspace.replay('last')).differences).toEqual([]);
    expect((await workspace.trace('last')).waits[0]).toMatchObject({
      title: 'Answer the guest',
      decision: { action: 'answer' },
    });
  });

  it('answers by the schema of the call', async () => {
    const { runId, status } = await run('person-json');
    expect(status).toBe('waiting');
    const [task] = await workspace.reviews({ runId });
    const wait = task?.wait ?? '';
    await expect(
      workspace.decide(wait, { action: 'answer', values: { text: { feeling: 1 } }, by: 'me' }),
    ).rejects.toMatchObject({ code: 'run.decision' });
    await workspace.decide(wait, { action: 'answer', values: { text: { mood: 'calm' } }, by: 'me' });
    expect((await resume(runId)).outputs).toEqual({ text: '{"mood":"calm"}' });
  });

  it('lets it fail, or does not answer in time: the run ends with what the model had failed with', async () => {
    const { runId } = await run('person');
    const [task] = await workspace.reviews({ runId });
    await workspace.decide(task?.wait ?? '', { action: 'fail', by: 'me' });
    expect(await resume(runId)).toMatchObject({
      status: 'failed',
      error: { code: 'provider.http_503', message: expect.stringContaining('let it fail') },
    });
    const late = await run('brief');
    const ended = late.status === 'waiting' ? await resume(late.runId) : late;
    expect(ended).toMatchObject({
      status: 'failed',
      error: { code: 'provider.http_503', message: expect.stringContaining('Nobody answered in time') },
    });
    expect(main.requests).toHaveLength(2);
  });

  it('is the last who is asked: fallbacks after them are not tried, whether they let it fail or do not answer', async () => {
    const declined = await run('person-then');
    const [task] = await workspace.reviews({ runId: declined.runId });
    await workspace.decide(task?.wait ?? '', { action: 'fail', by: 'me' });
    const late = await run('brief-then');
    for (const ended of [await resume(declined.runId), late.status === 'waiting' ? await resume(late.runId) : late])
      expect(ended).toMatchObject({
        status: 'failed',
        error: { code: 'provider.http_503', remedy: expect.stringContaining('before the person') },
      });
    expect([main.requests.length, spare.requests.length]).toEqual([2, 0]);
    // One who does not answer for what went wrong is not asked, and ends nothing.
    expect((await run('not-yet-person')).outputs).toEqual({ text: 'From the spare.' });
  });

  it('is told nothing in the open for a node marked personal', async () => {
    const { runId } = await run('person-secret', 'Does Philippa snore?');
    const { waits } = await workspace.trace(runId);
    expect(JSON.stringify([waits, await answerStep(runId)])).not.toContain('Philippa');
    const [task] = await workspace.reviews({ runId });
    expect((await workspace.review(task?.wait ?? '')).payload).toMatchObject({
      request: { messages: [{ content: expect.stringContaining('Philippa') }] },
    });
    await workspace.decide(task?.wait ?? '', { action: 'answer', values: { text: 'Rarely.' }, by: 'me' });
    expect((await resume(runId)).outputs).toEqual({ text: 'Rarely.' });
    expect(main.requests).toHaveLength(1);
  });
});

describe('a streamed answer that breaks off', () => {
  it.each([
    ['the same model', () => main.script(brokenOff, says('Anew', ' and whole.')), 'Anew and whole.', 'stubborn'],
    ['another model', () => main.script(brokenOff), 'From the spare.', 'other'],
  ])('is begun anew by %s: who watches never sees the two as one', async (_, script, answer, workflow) => {
    script();
    let seen = '';
    const shown: string[] = [];
    for await (const line of (await workspace.run(workflow, { question: 'x' })).events) {
      if (line.type === 'delta') seen += line.text;
      if (line.type === 'delta.reset') seen = '';
      if (line.type.startsWith('delta')) shown.push(seen);
    }
    expect(seen).toBe(answer);
    expect(shown).toContain('One');
    for (const text of shown) expect([answer.startsWith(text), 'One two three'.startsWith(text)]).toContain(true);
  });
});

it('a breaker that opened is seen by another process, which asks nothing before its time', async () => {
  for (let i = 0; i < 2; i += 1) expect((await run('fragile')).error?.code).toBe('provider.http_503');
  const status = async () =>
    JSON.parse((await command('profiles', '--json')).stdout).find(({ name }: { name: string }) => name === 'fragile');
  expect(await status()).toEqual({
    ...{ name: 'fragile', use: 'chat', provider: 'openai-compatible', model: 'm-1', builtIn: false },
    breaker: { state: 'open', since: expect.any(Number), because: 'http.503', againAt: expect.any(Number) },
    lastError: { code: 'provider.http_503', class: 'http.503', at: expect.any(Number) },
    ...{ limits: { inFlight: 3 }, inFlight: 0, fallbacks: ['a value'] },
  });
  const { requests } = main;
  expect(requests).toHaveLength(2);
  const refused = await command('run', 'fragile', '--input', 'question=x');
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toMatch(/has failed too often just now \(http\.503\)[\s\S]*asked again in \d+ s/);
  expect(requests).toHaveLength(2);
  expect((await command('profiles')).stdout).toMatch(/fragile .*open \(http\.503\), again in/);
});

it('a fallback that names no profile is found before anything runs', async () => {
  const { valid, issues } = await workspace.validate('lost');
  expect(valid).toBe(false);
  expect(issues[0]).toMatchObject({
    code: 'workflow.resource',
    path: '$.nodes[2].policy.calls.fallbacks[0].profile',
    message: expect.stringContaining('Did you mean “spare”?'),
  });
  const { findings } = JSON.parse((await command('doctor', '--json')).stdout);
  expect(findings).toContainEqual(
    expect.objectContaining({
      check: 'fallbacks',
      severity: 'error',
      where: 'profiles.lost.fallbacks[0] in pipewright.json',
    }),
  );
});
