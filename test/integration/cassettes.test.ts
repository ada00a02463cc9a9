import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cassette, cassetteText } from '../../app/core/run/cassette.ts';
import { openWorkspace, type Workspace } from '../../app/index.ts';
import { dialects } from '../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../kit/providers/provider-server.ts';
import { runHere } from '../kit/run-here.ts';

const openai = dialects.find(({ provider }) => provider === 'openai-compatible') as (typeof dialects)[number];
const KEY = 'canary-7f3Kq9_vNw2/Zt+5';
const folder = mkdtempSync(join(tmpdir(), 'pipewright-cassettes-'));
const home = join(folder, '.home');

const node = (id: string, type: string, config: object = {}, more: object = {}) => ({
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
function flow(name: string, nodes: object[], wires: string[], more: object = {}): void {
  const text = JSON.stringify({
    format: 1,
    id: `wf_${name}`,
    name,
    inputs: { question: { type: 'text' } },
    outputs: { text: { type: 'any' } },
    resources: { prompts: { plain: { file: 'prompts/plain.md' } } },
    nodes,
    edges: wires.map(edge),
    ...more,
  });
  writeFileSync(join(folder, `workflows/${name}.flow.json`), text);
}
const prompt = (text: string) =>
  writeFileSync(join(folder, 'prompts/plain.md'), `---\nvariables: [question]\n---\n# user\n${text}\n`);

const asking = (more: object = {}) => [
  node('in', 'input', { name: 'question' }, more),
  node('ask', 'prompt', { prompt: 'plain', variables: ['question'] }, more),
  node('model', 'model', { profile: 'mine' }, more),
  node('loud', 'transform', { expression: "value + '!'" }),
  node('out', 'output', { name: 'text' }),
];
const askingWires = [
  'in.value > ask.question',
  'ask.messages > model.messages',
  'model.text > loud.value',
  'loud.value > out.value',
];

let provider: ProviderServer;
let workspace: Workspace;
const says = (...pieces: string[]) => provider.script(openai.answer({ pieces, usage: { input: 3, output: 2 } }));

beforeAll(async () => {
  provider = await startProviderServer();
  for (const name of ['workflows', 'prompts']) mkdirSync(join(folder, name));
  prompt('{{ question }}');
  writeFileSync(
    join(folder, 'pipewright.json'),
    JSON.stringify({
      format: 1,
      name: 'Cassettes',
      profiles: {
        mine: {
          use: 'chat',
          provider: 'openai-compatible',
          model: 'mine-1',
          baseUrl: `${provider.url}${openai.basePath}`,
          secret: 'MINE_KEY',
        },
      },
    }),
  );
  flow('ask', asking(), askingWires);
  flow(
    'mail',
    [
      node('in', 'input', { name: 'question' }),
      node('way', 'router', { branches: [{ name: 'mail', when: "value.contains('@')" }] }),
      node('yes', 'transform', { expression: "'by mail: ' + value" }),
      node('no', 'transform', { expression: "'without: ' + value" }),
      node('join', 'merge', {}),
      node('out', 'output', { name: 'text' }),
    ],
    [
      'in.value > way.value',
      'way.mail > yes.value',
      'way.default > no.value',
      'yes.value > join.values',
      'no.value > join.values',
      'join.value > out.value',
    ],
  );
  flow('private', asking({ personal: true }), askingWires);
  flow(
    'leaking',
    [
      node('in', 'input', { name: 'question' }),
      node('hide', 'transform', { expression: "'my case is ' + value" }, { personal: true }),
      ...asking().slice(1),
    ],
    ['in.value > hide.value', 'hide.value > ask.question', ...askingWires.slice(1)],
  );
  flow(
    'review',
    [
      node('in', 'input', { name: 'question' }),
      node('person', 'human-review', { title: 'Right?', actions: ['approve', 'reject'] }),
      node('out', 'output', { name: 'text' }),
    ],
    ['in.value > person.payload', 'person.approved > out.value'],
  );
  workspace = await openWorkspace(folder, { env: { MINE_KEY: KEY }, profileDir: home });
});
afterAll(async () => {
  await workspace?.close();
  await provider?.close();
  rmSync(folder, { recursive: true, force: true });
});

const pipewright = (...args: string[]) => runHere(args, { cwd: folder, env: { MINE_KEY: KEY, PIPEWRIGHT_HOME: home } });
const at = (name: string) => join(folder, `tests/${name}.cassette.json`);
const read = (name: string) => readFileSync(at(name), 'utf8');
async function ran(workflow: string, question: string): Promise<string> {
  const run = await workspace.run(workflow, { question });
  await run.result;
  return run.runId;
}
/** A cassette of its own for a test, without personal data in the way. */
async function recorded(name: string, workflow = 'ask', question = 'How?'): Promise<string> {
  await workspace.record(await ran(workflow, question), { file: at(name), replace: true });
  return at(name);
}

describe('record', () => {
  it('runs a workflow and keeps it as one canonical file, which plays', async () => {
    says('In the ', 'morning');
    const made = await pipewright('record', 'ask', '-i', 'question=When?', '-o', 'tests/when.cassette.json');
    expect(made).toMatchObject({ code: 0, stdout: 'tests/when.cassette.json\n' });
    expect(made.stderr).toContain('5 steps, 1 call');
    const text = read('when');
    const cassette = Cassette.parse(JSON.parse(text));
    expect(cassetteText(cassette)).toBe(text);
    expect(cassette).toMatchObject({
      workflow: { id: 'wf_ask', file: 'workflows/ask.flow.json' },
      inputs: { question: 'When?' },
      models: { mine: 'openai-compatible mine-1' },
      expected: { status: 'succeeded', outputs: { text: 'In the morning!' } },
    });
    expect(cassette.calls).toMatchObject([
      { step: 'model', kind: 'model.generate', response: { text: 'In the morning' } },
    ]);
    // What is not the run's own doing would make each recording differ from the one before.
    await workspace.record('last', { file: at('when-2') });
    expect(read('when-2')).toBe(text);
    expect(text).not.toMatch(/run_[a-z0-9]{10}/);
    rmSync(at('when-2'));
    const tested = await pipewright('test', 'tests/when.cassette.json');
    expect(tested).toMatchObject({ code: 0 });
    expect(tested.stderr).toContain('1 cassette: 1 as recorded');
    expect(provider.requests).toHaveLength(1);
  });

  it('holds no secret in any form, and plays without it', async () => {
    const forms = [KEY, Buffer.from(KEY).toString('base64'), encodeURIComponent(KEY), JSON.stringify(KEY).slice(1, -1)];
    says(`your keys: ${forms.join(' ')}`);
    await recorded('secret', 'ask', `is ${KEY} mine?`);
    for (const form of forms) expect(read('secret')).not.toContain(form);
    expect(read('secret')).toContain('[secret]');
    expect(await workspace.test([at('secret')])).toMatchObject({ same: 1 });
  });

  it('takes personal data out and keeps what is left consistent', async () => {
    says('I wrote to jo@example.com and called +1 202 555 0143.');
    await recorded('personal', 'ask', 'I am ada@example.org, my card is 4111 1111 1111 1111');
    for (const datum of ['jo@example.com', '555 0143', 'ada@example.org', '4111'])
      expect(read('personal')).not.toContain(datum);
    expect(JSON.parse(read('personal')).inputs).toEqual({ question: 'I am [email], my card is [credit-card]' });
    expect(await workspace.test([at('personal')])).toMatchObject({ same: 1 });
  });

  it('makes no cassette where what was taken out decides the way, unless it is invented', async () => {
    const runId = await ran('mail', 'jo@example.com');
    await expect(workspace.record(runId, { file: at('mail') })).rejects.toMatchObject({
      code: 'cassette.not_recordable',
      message: expect.stringContaining('step'),
      remedy: expect.stringContaining('--invented'),
    });
    expect(existsSync(at('mail'))).toBe(false);
    await workspace.record(runId, { file: at('mail'), invented: true });
    expect(JSON.parse(read('mail'))).toMatchObject({ invented: true, inputs: { question: 'jo@example.com' } });
    expect(await workspace.test([at('mail')])).toMatchObject({ same: 1 });
  });

  it.each([
    ['private', 'in, model'],
    ['leaking', 'model'],
  ])('keeps nothing that nodes marked personal work on: %s', async (workflow, places) => {
    says('A private answer');
    const made = await pipewright('record', workflow, '-q', '-i', 'question=a private question');
    expect(made).toMatchObject({ code: 5, stdout: '' });
    expect(made.stderr.replace(/\s+/g, ' ')).toContain('cassette.personal');
    for (const place of places.split(', ')) expect(made.stderr).toContain(place);
    expect(existsSync(at(workflow))).toBe(false);
    expect(await pipewright('record', '-q', '--of', 'last', '--invented')).toMatchObject({ code: 0 });
    expect(await workspace.test([at(workflow)])).toMatchObject({ same: 1 });
    rmSync(at(workflow));
  });

  it('keeps what waits for a person, and what a person decided without telling who', async () => {
    const runId = await ran('review', 'Shall we?');
    expect(await workspace.record(runId, { file: at('waits') })).toMatchObject({ status: 'waiting' });
    const [task] = await workspace.reviews({ runId });
    await workspace.decide(task?.wait ?? '', {
      action: 'approve',
      values: {},
      by: 'Ada Lovelace',
      payloadHash: task?.payloadHash ?? '',
    });
    await (await workspace.resume(runId)).result;
    expect(await workspace.record(runId, { file: at('decided') })).toMatchObject({ status: 'succeeded' });
    expect(read('decided')).not.toContain('Lovelace');
    expect(await workspace.test([at('waits'), at('decided')])).toMatchObject({ same: 2 });
  });

  it('keeps a run that failed', async () => {
    provider.script(openai.error(400, 'context'));
    const report = await workspace.record(await ran('ask', 'Too long?'), { file: at('failed') });
    expect(report).toMatchObject({ status: 'failed' });
    expect(JSON.parse(read('failed')).expected.error).toEqual({ code: 'provider.context_window', step: 'model' });
    expect(await workspace.test([at('failed')])).toMatchObject({ same: 1 });
  });

  it('runs what a cassette was made of once more', async () => {
    says('First');
    await recorded('again', 'ask', 'And?');
    says('Second');
    expect(await pipewright('record', '-q', '--again', 'tests/again.cassette.json')).toMatchObject({ code: 0 });
    expect(JSON.parse(read('again'))).toMatchObject({
      inputs: { question: 'And?' },
      expected: { outputs: { text: 'Second!' } },
    });
  });

  it('records also where the workspace keeps no payloads, and says what it cannot record', async () => {
    says('Nothing is kept');
    const off = await workspace.run('ask', { question: 'Off?' }, { capture: 'off' });
    await off.result;
    await expect(workspace.record(off.runId, { file: at('off') })).rejects.toMatchObject({
      code: 'run.not_replayable',
    });
    const waiting = await workspace.run('review', { question: 'No' });
    await waiting.result;
    await workspace.cancel(waiting.runId, 'enough');
    await expect(workspace.record(waiting.runId, { file: at('off') })).rejects.toMatchObject({
      code: 'cassette.not_recordable',
      message: 'The run was cancelled.',
    });
    says('Yes');
    const runId = await ran('ask', 'Twice?');
    await workspace.record(runId, { file: at('twice') });
    await expect(workspace.record(runId, { file: at('twice') })).rejects.toMatchObject({ code: 'cassette.exists' });
  });

  it.each([
    [[], 'Name a workflow'],
    [['ask', '--of', 'last'], 'Name a workflow'],
    [['--of', 'last', '-i', 'question=a'], 'Inputs belong'],
    [['--of', 'last', '--again', 'x'], 'cannot be used with'],
  ])('refuses %j', async (args, hint) => {
    const made = await pipewright('record', ...args);
    expect(made).toMatchObject({ code: 2, stdout: '' });
    expect(made.stderr.replace(/\s+/g, ' ')).toContain(hint);
  });
});

describe('test', () => {
  it('reports a changed prompt with both texts, exits with 9, and writes JUnit', async () => {
    says('Because');
    await recorded('prompt', 'ask', 'Why <so>?');
    prompt('Be brief & kind.\n\n{{ question }}');
    try {
      const tested = await pipewright('test', 'prompt', '--junit', 'out/report.xml');
      expect(tested).toMatchObject({ code: 9 });
      expect(tested.stdout).toMatch(/request\s+model\s+model\.generate\s+asks something else/);
      expect(tested.stdout).toMatch(/\$\.messages\[0\]\.content\n\s+\+ Be brief & kind\./);
      expect(tested.stdout).toContain('The first step that gives something else: ask');
      expect(tested.stderr).toContain('1 differs');
      const xml = readFileSync(join(folder, 'out/report.xml'), 'utf8');
      expect(xml).toContain('Be brief &amp; kind.');
      const json = await pipewright('test', 'prompt', '--json');
      expect(json.code).toBe(9);
      expect(JSON.parse(json.stdout).cassettes[0].differences).toMatchObject([{ kind: 'request', at: 'model' }]);
      const updated = await pipewright('test', 'prompt', '--update');
      expect(updated.code).toBe(9);
      expect(updated.stdout.replace(/\s+/g, ' ')).toContain('record --again');
    } finally {
      prompt('{{ question }}');
    }
    expect(await workspace.test(['prompt'])).toMatchObject({ same: 1 });
  });

  it('updates expectations that no new answer is needed for, and nothing else', async () => {
    says('Because');
    await recorded('pure');
    const before = JSON.parse(read('pure'));
    const louder = asking();
    louder[3] = node('loud', 'transform', { expression: "value + '!!'" });
    flow('ask', louder, askingWires);
    try {
      const differing = await workspace.test([at('pure')]);
      expect(differing.cassettes[0]).toMatchObject({
        outcome: 'differs',
        began: 'loud',
        differences: [{ kind: 'output', at: 'text', changes: [{ before: 'Because!', after: 'Because!!' }] }],
      });
      expect(await workspace.test([at('pure')], { update: true })).toMatchObject({ updated: 1 });
      expect(await workspace.test([at('pure')])).toMatchObject({ same: 1 });
      const after = JSON.parse(read('pure'));
      expect({ ...after, expected: 0, workflow: 0 }).toEqual({ ...before, expected: 0, workflow: 0 });
    } finally {
      flow('ask', asking(), askingWires);
    }
  });

  it('tells of a step that is gone, of another model, and of a workflow that is', async () => {
    says('Because');
    await recorded('gone');
    flow(
      'ask',
      [node('in', 'input', { name: 'question' }), node('out', 'output', { name: 'text' })],
      ['in.value > out.value'],
    );
    const shorter = await workspace.test([at('gone')]);
    expect(shorter.cassettes[0]?.differences.map(({ kind, at: where }) => `${kind} ${where}`)).toEqual([
      'output text',
      'call model',
      'step ask',
      'step loud',
      'step model',
    ]);
    rmSync(join(folder, 'workflows/ask.flow.json'));
    const missing = await workspace.test([at('gone')]);
    expect(missing.cassettes[0]).toMatchObject({ outcome: 'invalid', error: { code: 'workflow.missing' } });
    flow('ask', asking(), askingWires);
    const config = readFileSync(join(folder, 'pipewright.json'), 'utf8');
    writeFileSync(join(folder, 'pipewright.json'), config.replace('mine-1', 'mine-2'));
    const tested = await pipewright('test', 'gone');
    writeFileSync(join(folder, 'pipewright.json'), config);
    expect(tested.code).toBe(0);
    expect(tested.stdout).toContain('mine-2');
  });

  it.each([
    ['broken JSON', '{', 'is not JSON'],
    ['a list', '[]', 'no cassette'],
    ['a newer form', JSON.stringify({ format: 2 }), 'newest release'],
    ['a bomb', `${'['.repeat(5000)}${']'.repeat(5000)}`, 'nested deeper'],
    ['another file', JSON.stringify({ format: 1, surplus: 'value-from-the-file' }), 'cassette.invalid'],
  ])('takes %s for no cassette and quotes nothing of it', async (_, text, hint) => {
    mkdirSync(join(folder, 'odd'), { recursive: true });
    writeFileSync(join(folder, 'odd/odd.cassette.json'), text);
    const tested = await pipewright('test', 'odd');
    rmSync(join(folder, 'odd'), { recursive: true });
    expect(tested.code).toBe(9);
    expect(tested.stdout).toContain(hint);
    expect(tested.stdout).not.toContain('value-from-the-file');
  });

  it('refuses a name that leads nowhere, and to pass without having tried anything', async () => {
    const wrong = await pipewright('test', 'wehn');
    expect(wrong).toMatchObject({ code: 4 });
    expect(wrong.stderr).toContain('Did you mean “when”?');
    const empty = mkdtempSync(join(tmpdir(), 'pipewright-none-'));
    writeFileSync(join(empty, 'pipewright.json'), JSON.stringify({ format: 1, name: 'Empty' }));
    const none = await runHere(['test'], { cwd: empty });
    rmSync(empty, { recursive: true });
    expect(none).toMatchObject({ code: 4, stdout: '' });
    expect(none.stderr).toContain('cassette.missing');
  });

  it('opens no connection, starts no process and writes nothing', () => {
    const watch = join(import.meta.dirname, '../hostile/corpus/watch-reach.mjs');
    const entry = join(import.meta.dirname, '../../app/hosts/cli/pipewright.ts');
    const options = [
      '--permission',
      '--allow-fs-read=*',
      '--import',
      watch,
      entry,
      'test',
      'when',
      'decided',
      'failed',
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, options, {
      cwd: folder,
      env: { PATH: process.env['PATH'], PIPEWRIGHT_HOME: home },
      encoding: 'utf8',
    });
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining('3 as recorded') });
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
      reached: { processes: [], sockets: [], writes: [] },
    });
  });
});
