import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere } from '../kit/run-here.ts';

const SECRET = 'sk-feedback-5f4e3d2c1b0a';
const root = mkdtempSync(join(tmpdir(), 'pipewright-feedback-'));
const folder = join(root, 'handbook');
const env = { SLOW_KEY: SECRET };
const pipewright = (...args: string[]) => runHere(args, { cwd: folder, env });
const json = async (...args: string[]) => JSON.parse((await pipewright(...args, '--json')).stdout);
const isOnDisk = (text: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(text));

/** A workflow that gives out what it is given. */
function writeFlow(name: string, personal: boolean): void {
  const node = (id: string, type: string) => ({ id, type, version: 1, config: { name: 'text' }, personal });
  const end = (id: string) => ({ node: id, port: 'value' });
  const flow = {
    ...{ format: 1, id: `wf_${name}`, name, inputs: { text: { type: 'text' } }, outputs: { text: { type: 'text' } } },
    nodes: [node('in', 'input'), node('out', 'output')],
    edges: [{ id: 'e1', from: end('in'), to: end('out') }],
  };
  writeFileSync(join(folder, `workflows/${name}.flow.json`), JSON.stringify(flow));
}

beforeAll(async () => {
  expect((await runHere(['init', 'handbook'], { cwd: root })).code).toBe(0);
  const file = join(folder, 'pipewright.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  const provider = { provider: 'openai-compatible', model: 'slow-1', baseUrl: 'http://127.0.0.1:9/v1' };
  config.profiles.slow = { use: 'chat', ...provider, secret: 'SLOW_KEY' };
  writeFileSync(file, JSON.stringify(config));
  writeFlow('echo', false);
  writeFlow('person', true);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const run = (workflow: string, ...more: string[]) => pipewright('run', workflow, '-q', '-i', 'text=Monday', ...more);

describe('feedback from the command line', () => {
  it('is about the answer, replaced when it is said again, listed, counted and taken back', async () => {
    await run('echo');
    const first = await pipewright('feedback', '--down', '--note', 'It is closed then.', '--correction', 'Tuesday');
    expect(first).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Kept: thumb down about run_\w+ out\.value/),
    });
    expect((await pipewright('feedback', 'list', '--run', 'last')).stdout).toMatch(
      /It is closed then\.\n +→ Tuesday$/m,
    );
    expect((await pipewright('runs', '-n', '1')).stdout).toContain('1 down');
    expect(await json('runs', '--thumb', 'up')).toEqual([]);
    await pipewright('feedback', 'last', '--up');
    const listed = await json('feedback', 'list', '--run', 'last');
    expect(listed).toMatchObject([{ value: true, words: 'none', target: { step: 'out', port: 'value' } }]);
    await pipewright('feedback', '--step', 'in', '--output', 'value', '--name', 'accuracy', '--value', '0.4');
    expect(await json('feedback', 'list', '--run', 'last')).toMatchObject([{ value: 0.4 }, { value: true }]);
    expect((await pipewright('feedback', 'remove', listed[0].id)).code).toBe(0);
    expect(await json('feedback', 'list', '--thumb', 'up')).toEqual([]);
  });

  it('says what is missing or wrong', async () => {
    await run('echo');
    const refused = async (...args: string[]) => (await pipewright('feedback', ...args)).stderr;
    expect(await refused('last')).toContain('Give --up or --down');
    expect(await refused('last', '--name', 'accuracy')).toContain('--value');
    expect(await refused('last', '--up', '--output', 'text')).toContain('--step read');
    expect(await refused('last', '--up', '--step', 'on')).toContain('run.step_not_found');
    expect(await refused('last', '--up', '--step', 'out', '--output', 'valeu')).toContain('Did you mean “value”?');
    expect(await refused('run_nothing', '--up')).toContain('run.not_found');
  });

  it('keeps no secret, and seals words about what is personal', async () => {
    await run('echo');
    await pipewright('feedback', '--down', '--note', `Use ${SECRET} instead`, '--correction', `{"key":"${SECRET}"}`);
    const [open] = await json('feedback', 'list', '--run', 'last');
    expect(open.note).toMatch(/^Use \S+ instead$/);
    expect(JSON.stringify(open)).not.toContain(SECRET);
    expect(isOnDisk(SECRET)).toBe(false);
    await run('person');
    await pipewright('feedback', '--down', '--note', 'Philippa was not there');
    expect(await json('feedback', 'list', '--run', 'last')).toMatchObject([{ words: 'personal', note: null }]);
    expect((await pipewright('feedback', 'list', '--run', 'last')).stdout).toContain('(personal words');
    await pipewright('feedback', '--down', '--whole', '--note', 'Philippa, all of it');
    expect(isOnDisk('Philippa')).toBe(false);
  });

  it('keeps no words beside a run that was told to keep nothing', async () => {
    await run('echo', '--capture', 'off');
    expect((await pipewright('feedback', '--down', '--note', 'Wrong.')).stderr).toContain('feedback.words');
    expect((await pipewright('feedback', '--down')).code).toBe(0);
    await run('echo', '--capture', 'hashed');
    await pipewright('feedback', '--down', '--note', 'Wrong.', '--correction', 'Tuesday');
    const [hashed] = await json('feedback', 'list', '--run', 'last');
    expect(hashed).toMatchObject({ note: '[6 characters]', correction: null });
  });
});

describe('cases from the command line', () => {
  it('are made of runs, with what is expected, and neither twice nor over what is no dataset', async () => {
    await run('echo');
    const added = await pipewright('case', 'add', 'last', '--dataset', 'days', '--tag', 'first');
    expect(added).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Added: \w+ in datasets\/days\.jsonl, line 1\.$/m),
    });
    const file = join(folder, 'datasets/days.jsonl');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      ...{ text: 'Monday', reference: 'Monday', expect: 'answer', tags: ['first'] },
    });
    expect((await pipewright('case', 'add', '--dataset', 'days.jsonl')).stderr).toContain('dataset.duplicate');
    const again = await pipewright(
      'case',
      'add',
      '--dataset',
      'datasets/days.jsonl',
      '--reference',
      'Tuesday',
      '--update',
    );
    expect(again.stderr).toContain('Updated: ');
    expect(readFileSync(file, 'utf8')).toContain('"reference": "Tuesday"');
    expect((await pipewright('case', 'add', '--dataset', '../days')).stderr).toContain('not the name of a dataset');
    await run('person');
    expect((await pipewright('case', 'add', '--dataset', 'days')).stderr).toContain('dataset.withheld');
  });
});
