import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../app/index.ts';
import { dialects } from '../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../kit/providers/provider-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'pipewright-agents-'));
const env = { CHAT_KEY: 'key' };
let provider: ProviderServer;
let workspace: Workspace;

const node = (id: string, type: string, config: object, more: object = {}) => ({
  id,
  type,
  version: 1,
  config,
  ...more,
});
const edge = (wire: string, i: number) => {
  const [[a, p], [b, q]] = wire.split(' > ').map((end) => end.split('.')) as [[string, string], [string, string]];
  return { id: `e${i}`, from: { node: a, port: p }, to: { node: b, port: q } };
};
const parameters = {
  type: 'object',
  properties: { a: { type: 'number' }, b: { type: 'number' } },
  required: ['a', 'b'],
  additionalProperties: false,
};

beforeAll(async () => {
  provider = await startProviderServer();
  mkdirSync(join(folder, 'workflows'));
  const profiles = Object.fromEntries(
    dialects.map(({ provider: name, basePath }) => [
      name,
      {
        use: 'chat',
        provider: name,
        model: 'm-1',
        baseUrl: `${provider.url}${basePath}`,
        prices: { input: 1, output: 2 },
        ...(name !== 'ollama' && { secret: 'CHAT_KEY' }),
      },
    ]),
  );
  writeFileSync(join(folder, 'pipewright.json'), JSON.stringify({ format: 1, name: 'Agents', profiles }));
  const write = (name: string, inputs: object, outputs: object, nodes: object[], wires: string[]) =>
    writeFileSync(
      join(folder, `workflows/${name}.flow.json`),
      JSON.stringify({ format: 1, id: `wf_${name}`, name, inputs, outputs, nodes, edges: wires.map(edge) }),
    );
  const number = { type: 'number' };
  write(
    'times',
    { a: number, b: number },
    { product: { type: 'any' } },
    [
      node('a', 'input', { name: 'a' }),
      node('b', 'input', { name: 'b' }),
      node('work', 'transform', { expression: 'a * b', variables: ['a', 'b'] }),
      node('product', 'output', { name: 'product' }),
    ],
    ['a.value > work.a', 'b.value > work.b', 'work.value > product.value'],
  );
  for (const { provider: name } of dialects)
    write(
      name,
      { task: { type: 'text' } },
      { answer: { type: 'any' }, info: { type: 'any' } },
      [
        node('task', 'input', { name: 'task' }),
        node('agent', 'agent', { profile: name, instructions: 'Reckon.' }),
        node('multiply', 'tool', { name: 'multiply', description: 'Multiplies.', parameters }, { parent: 'agent' }),
        node('times', 'subflow', { workflow: 'wf_times' }, { parent: 'multiply' }),
        node('add', 'tool', { name: 'add', description: 'Adds.', parameters, approval: 'always' }, { parent: 'agent' }),
        node('plus', 'transform', { expression: 'a + b', variables: ['a', 'b'] }, { parent: 'add' }),
        node('answer', 'output', { name: 'answer' }),
        node('info', 'output', { name: 'info' }),
      ],
      [
        'task.value > agent.task',
        'multiply.a > times.a',
        'multiply.b > times.b',
        'times.product > multiply.result',
        'add.a > plus.a',
        'add.b > plus.b',
        'plus.value > add.result',
        'agent.text > answer.value',
        'agent.info > info.value',
      ],
    );
  workspace = await openWorkspace(folder, { env, profileDir: join(folder, '.home') });
});
afterAll(async () => {
  await workspace.close();
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(dialects)('an agent over $provider', (dialect) => {
  const usage = { input: 100, output: 10 };
  const asks = (...calls: [id: string, name: string, args: string][]) =>
    dialect.answer({ pieces: [], calls: calls.map(([id, name, args]) => ({ id, name, arguments: args })), usage });

  it('calls tools, a subflow among them, is corrected, waits for a person, and answers', async () => {
    provider.requests.length = 0;
    provider.script(
      asks(['c1', 'multiply', '{"a":6,"b":7}'], ['c2', 'multiply', '{"a":"six"}']),
      asks(['c3', 'add', '{"a":1,"b":2}']),
      dialect.answer({ pieces: ['It is ', '42.'], usage }),
    );
    const run = await workspace.run(dialect.provider, { task: 'What is six times seven?' });
    expect((await run.result).status).toBe('waiting');
    const [task] = await workspace.reviews({ runId: run.runId });
    expect(task).toMatchObject({ title: 'Call the tool add?', step: 'agent' });
    expect((await workspace.review(task?.wait ?? '')).payload).toMatchObject({ arguments: { a: 1, b: 2 } });
    await workspace.decide(task?.wait ?? '', { action: 'approve', by: 'ann' });
    const { outputs } = await (await workspace.resume(run.runId)).result;
    expect(outputs).toMatchObject({
      answer: 'It is 42.',
      info: { why: 'answer', turns: 3, calls: 2, refused: 1, costUsd: (3 * (100 + 20)) / 1e6, untrusted: false },
    });

    // The provider was told, in its own words, what was called and what came of it.
    expect(provider.requests).toHaveLength(3);
    const { called, answered } = dialect.turnsOf(provider.requests[2]?.body);
    expect(called.map(([, args]) => args)).toEqual([{ a: 6, b: 7 }, { a: 'six' }, { a: 1, b: 2 }]);
    expect(answered.map(([, text]) => text)).toEqual([
      expect.stringMatching(/<data [0-9a-f]{32}>\n42\n/),
      expect.stringContaining('/a must be number'),
      expect.stringMatching(/<data [0-9a-f]{32}>\n3\n/),
    ]);
    const steps = (await workspace.trace(run.runId)).steps.map(({ step }) => step);
    expect(steps).toContain('agent[0]/multiply[0]/times/work');
    expect(steps).toContain('agent[1]/add[0]/plus');
    expect((await workspace.replay(run.runId)).differences).toEqual([]);
  });
});

it('shows each turn with its calls, outcomes, frames and costs', async () => {
  const { steps } = await workspace.trace('last');
  expect(steps.find(({ step }) => step === 'agent')?.detail).toMatchObject({
    turns: [
      { turn: 1, costUsd: 0.00012, calls: [{ tool: 'multiply', outcome: 'done', frame: 0 }, { outcome: 'arguments' }] },
      { turn: 2, calls: [{ tool: 'add', outcome: 'done', frame: 1, by: 'ann' }] },
      { turn: 3, calls: [] },
    ],
  });
});

it('is recorded as a cassette with its calls and decisions', async () => {
  await workspace.record('last');
  expect(await workspace.test()).toMatchObject({ same: 1, differs: 0 });
});
