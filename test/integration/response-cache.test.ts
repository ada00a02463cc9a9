import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../app/index.ts';
import { type Dialect, dialects } from '../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../kit/providers/provider-server.ts';
import { runHere } from '../kit/run-here.ts';

const openai = dialects.find(({ provider }) => provider === 'openai-compatible') as Dialect;
const KEY = 'sk-cache-5d4c3b2a1f0e';
let folder: string;
let provider: ProviderServer;
let workspace: Workspace;

const write = (path: string, content: object | string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
};
const open = () => openWorkspace(folder, { env: { MODEL_KEY: KEY }, profileDir: join(folder, '.home') });
const prompt = (words: string) =>
  `---\nvariables: [question, context]\n---\n# user\n${words} {{ context.text }} {{ question }}\n`;

function flow(model: object) {
  const node = (id: string, type: string, config: object, more: object = {}) => ({
    id,
    type,
    version: 1,
    config,
    ...more,
  });
  const wires = [
    ['question.value', 'search.query'],
    ['search.chunks', 'context.chunks'],
    ['context.context', 'prompt.context'],
    ['question.value', 'prompt.question'],
    ['prompt.messages', 'model.messages'],
    ['model.text', 'out.value'],
  ];
  const end = (place = '') => ({ node: place.split('.')[0], port: place.split('.')[1] });
  return {
    ...{
      format: 1,
      id: 'wf_ask',
      name: 'ask',
      inputs: { question: { type: 'text' } },
      outputs: { text: { type: 'text' } },
    },
    resources: { prompts: { ask: { file: 'prompts/ask.md' } } },
    nodes: [
      node('question', 'input', { name: 'question' }),
      node('search', 'retriever', { collection: 'docs', mode: 'text' }),
      node('context', 'context', {}),
      node('prompt', 'prompt', { prompt: 'ask', variables: ['question', 'context'] }),
      node('model', 'model', { profile: 'fast' }, { policy: { calls: { cache: { ttlMs: 600_000 } } }, ...model }),
      node('out', 'output', { name: 'text' }),
    ],
    edges: wires.map(([from, to], i) => ({ id: `e${i}`, from: end(from), to: end(to) })),
  };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-cache-'));
  provider = await startProviderServer();
  const chat = { use: 'chat', provider: 'openai-compatible', model: 'm-1', secret: 'MODEL_KEY' };
  write('pipewright.json', {
    format: 1,
    name: 'Cache',
    profiles: {
      fast: { ...chat, baseUrl: `${provider.url}${openai.basePath}`, prices: { input: 1, output: 2 } },
      hashing: { use: 'embedding', provider: 'built-in', model: 'hashing-embedder' },
    },
    collections: { docs: { documents: ['documents/*.md'], embedder: 'hashing' } },
  });
  write('documents/hours.md', '# Hours\n\nThe workshop is open from eight to five.\n');
  write('prompts/ask.md', prompt('Say:'));
  write('workflows/ask.flow.json', flow({}));
  workspace = await open();
  await workspace.ingest();
});
afterAll(async () => {
  await workspace.close();
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() =>
  provider.script(openai.answer({ pieces: ['From ', 'eight ', 'to five.'], usage: { input: 30, output: 4 } })),
);

async function ask(question = 'When is the workshop open?') {
  const run = await workspace.run('ask', { question });
  let shown = '';
  const pieces: string[] = [];
  for await (const signal of run.events)
    if (signal.type === 'delta') {
      shown += signal.text;
      pieces.push(signal.text);
    }
  const result = await run.result;
  expect(result).toMatchObject({ status: 'succeeded', outputs: { text: 'From eight to five.' } });
  const { steps, spent } = await workspace.trace(run.runId);
  return { runId: run.runId, shown, pieces, spent, call: steps.find(({ step }) => step === 'model')?.calls[0] };
}

describe('a kept answer', () => {
  it('is had again in another process: streamed, for nothing, with key, age and what it saved in event and trace', async () => {
    const first = await ask();
    expect(first.call?.cached).toBeUndefined();
    expect(first.spent.nanoUsd).toBe(38_000);
    await workspace.close();
    workspace = await open();
    const again = await ask();
    expect(provider.requests).toHaveLength(1);
    expect(again.pieces).toEqual(first.pieces);
    expect(again.spent).toMatchObject({ nanoUsd: 0, inputTokens: 0, unpriced: 0 });
    expect(again.call?.cached).toMatchObject({ key: expect.stringMatching(/^[0-9a-f]{64}$/), savedNanoUsd: 38_000 });
    expect(again.call?.cached?.ageMs).toBeGreaterThan(0);
    // A replay is worked from the log and says the same.
    expect(await workspace.replay(again.runId)).toMatchObject({ differences: [] });

    const told = await runHere(['trace', again.runId, '--step', 'model'], { cwd: folder });
    expect(told.stdout).toMatch(
      new RegExp(`kept answer ${again.call?.cached?.key.slice(0, 12)}, .* saved \\$0\\.000038`),
    );
    expect((await runHere(['trace', again.runId], { cwd: folder })).stdout).toMatch(
      /\$0\.000038 saved\s+by\s+kept\s+answers[\s\S]*model .* hit/,
    );
  });

  it('is never had across another prompt or other documents, though the words be the same', async () => {
    await ask();
    provider.requests.length = 0;
    // A comment in the template: other version, same words.
    write('prompts/ask.md', prompt('{% comment %}kinder{% endcomment %}Say:'));
    expect((await ask()).call?.cached).toBeUndefined();
    expect((await ask()).call?.cached).toBeDefined();
    // A document that the question does not find changes the collection all the same.
    write('documents/parking.md', '# Parking\n\nBehind the house.\n');
    await workspace.ingest();
    expect((await ask()).call?.cached).toBeUndefined();
    expect((await ask()).call?.cached).toBeDefined();
    expect(provider.requests).toHaveLength(2);
  });

  it('is shared by runs that ask at once', async () => {
    const runs = await Promise.all(Array.from({ length: 8 }, () => ask('Is it open at six?')));
    expect(provider.requests).toHaveLength(1);
    expect(runs.filter(({ call }) => call?.cached)).toHaveLength(7);
    expect(runs.reduce((sum, { spent }) => sum + spent.nanoUsd, 0)).toBe(38_000);
    for (const { shown } of runs) expect(shown).toBe('From eight to five.');
  });

  it('can be listed, shown and removed; no key lies in the file', async () => {
    const { runId } = await ask();
    const list = async (...more: string[]) =>
      JSON.parse((await runHere(['cache', 'list', '--json', ...more], { cwd: folder })).stdout);
    const { answers, totals } = await list('--node', 'model');
    expect(totals.hits).toBeGreaterThan(2);
    expect(totals.savedNanoUsd).toBe(totals.hits * 38_000);
    expect((await list('--profile', 'other')).answers).toEqual([]);
    const table = (await runHere(['cache', 'list'], { cwd: folder })).stdout;
    expect(table).toContain(answers[0].key.slice(0, 12));
    const shown = await runHere(['cache', 'show', answers[0].key.slice(0, 10)], { cwd: folder });
    expect(shown.stdout).toContain('From eight to five.');
    expect(await runHere(['cache', 'show', 'abcdef0'], { cwd: folder })).toMatchObject({ code: 4 });
    for (const suffix of ['', '-wal']) {
      const file = join(folder, `.pipewright/cache.db${suffix}`);
      if (existsSync(file)) expect(readFileSync(file, 'latin1')).not.toContain(KEY);
    }
    expect((await runHere(['cache', 'clear', '--node', 'nobody'], { cwd: folder })).stdout).toContain(
      '0 answers removed',
    );
    const cleared = JSON.parse((await runHere(['cache', 'clear', '--json'], { cwd: folder })).stdout);
    expect(cleared).toEqual({ removed: totals.entries });
    expect(await list()).toEqual({ answers: [], totals: { entries: 0, bytes: 0, hits: 0, savedNanoUsd: 0 } });
    provider.requests.length = 0;
    expect((await ask()).call?.cached).toBeUndefined();
    // The run of before still says what it was.
    expect((await workspace.trace(runId)).status).toBe('succeeded');
  });

  it('is neither kept nor used for a personal node, and validation says so', async () => {
    write('workflows/ask.flow.json', flow({ personal: true }));
    const { issues } = await workspace.validate('ask');
    expect(issues).toEqual([expect.objectContaining({ message: expect.stringContaining('marked personal') })]);
    write('workflows/ask.flow.json', flow({}));
  });

  it('that lies in a damaged file is asked for again, and the file is made anew', async () => {
    await workspace.close();
    writeFileSync(join(folder, '.pipewright/cache.db'), 'x'.repeat(5000));
    for (const suffix of ['-wal', '-shm']) rmSync(join(folder, `.pipewright/cache.db${suffix}`), { force: true });
    workspace = await open();
    expect((await ask()).call?.cached).toBeUndefined();
    expect((await ask()).call?.cached).toBeDefined();
  });
});
