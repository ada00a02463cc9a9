import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CostGroup, openWorkspace, type Workspace } from '../../app/index.ts';
import { dialects } from '../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../kit/providers/provider-server.ts';
import { runHere } from '../kit/run-here.ts';

const openai = dialects.find(({ provider }) => provider === 'openai-compatible') as (typeof dialects)[number];
const TOKEN = 1000;

let folder: string;
let server: ProviderServer;
let workspace: Workspace | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-costs-'));
  server = await startProviderServer();
});
afterEach(async () => {
  await workspace?.close();
  workspace = undefined;
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
}
const edge = (id: string, from: string, to: string) => {
  const end = (place: string) => ({ node: place.split('.')[0], port: place.split('.')[1] });
  return { id, from: end(from), to: end(to) };
};

/** A workflow that asks about each item; a token costs a thousand nano-dollars. */
function writeWorkspace(budgets: object, parts: { prices?: null; budget?: object; concurrency?: number } = {}): void {
  write('pipewright.json', {
    format: 1,
    name: 'Costs',
    profiles: {
      m: {
        ...{ use: 'chat', provider: 'openai-compatible', model: 'm-1', baseUrl: `${server.url}/v1` },
        retry: { attempts: 2, baseMs: 1 },
        ...(parts.prices === null ? {} : { maxOutputTokens: 10, prices: { input: 1, output: 1 } }),
      },
    },
    budgets,
  });
  write('prompts/ask.md', '---\nvariables: [item]\n---\n# user\nTell me of {{ item }}.\n');
  write('workflows/ask.flow.json', {
    format: 1,
    id: 'wf_ask',
    name: 'Ask',
    ...(parts.budget && { budget: parts.budget }),
    inputs: { items: { type: 'list' } },
    outputs: { answers: { type: 'list' } },
    resources: { prompts: { ask: { file: 'prompts/ask.md' } } },
    nodes: [
      { id: 'in', type: 'input', version: 1, config: { name: 'items' } },
      { id: 'each', type: 'map', version: 1, config: { concurrency: parts.concurrency ?? 8 } },
      { id: 'prompt', type: 'prompt', version: 1, parent: 'each', config: { prompt: 'ask', variables: ['item'] } },
      { id: 'model', type: 'model', version: 1, parent: 'each', config: { profile: 'm' } },
      { id: 'out', type: 'output', version: 1, config: { name: 'answers' } },
    ],
    edges: [
      edge('e1', 'in.value', 'each.items'),
      edge('e2', 'each.item', 'prompt.item'),
      edge('e3', 'prompt.messages', 'model.messages'),
      edge('e4', 'model.text', 'each.result'),
      edge('e5', 'each.results', 'out.value'),
    ],
  });
}
const answer = (input: number, output: number) => openai.answer({ pieces: ['It swims.'], usage: { input, output } });
const seals = (count: number) => Array.from({ length: count }, (_, i) => `seal ${i}`);
const pipewright = (...args: string[]) => runHere(args, { cwd: folder });

/** Runs the workflow through the library, in a workspace opened anew. */
async function ran(count: number, tags: string[] = []) {
  await workspace?.close();
  workspace = await openWorkspace(folder, { env: {}, profileDir: join(folder, 'home') });
  const run = await workspace.run('ask', { items: seals(count) }, { tags });
  return { ...workspace, ...(await run.result) };
}

describe('costs', () => {
  it('sum up what runs have cost, by whatever is asked, to the nano-dollar', async () => {
    writeWorkspace({});
    server.script(openai.error(500, 'server'), answer(20, 5));
    const { costs, runs, trace, runId } = await ran(3, ['north', 'seals']);
    const sum = { calls: 3, inputTokens: 60, outputTokens: 15, nanoUsd: 75 * TOKEN };
    const whole = { ...sum, estimatedNanoUsd: 0, unpricedCalls: 0 };
    const keys: { [by in CostGroup]?: unknown } = {
      workflow: 'wf_ask',
      node: 'wf_ask model',
      model: 'openai-compatible gpt-4o-mini',
      profile: 'm',
      run: runId,
      day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      prompt: expect.stringMatching(/^prompts\/ask\.md@[0-9a-f]{12}$/),
    };
    for (const [by, key] of Object.entries(keys) as [CostGroup, unknown][]) {
      const { rows, total } = await costs(by, { runId });
      expect({ by, rows, total }).toEqual({ by, rows: [{ key, ...whole }], total: whole });
    }
    const byTag = await costs('tag');
    expect(byTag.rows.map(({ key }) => key)).toEqual(['north', 'seals']);
    expect(byTag.total).toEqual(whole);
    expect((await costs('day', { since: Date.now() - 60_000, tag: 'south' })).total.calls).toBe(0);
    expect((await runs())[0]?.nanoUsd).toBe(75 * TOKEN);
    expect(await trace(runId)).toMatchObject({ tags: ['north', 'seals'], spent: { nanoUsd: 75 * TOKEN } });
  });

  it('equal what the log of a run says, also where answers were cut off and calls failed for good', async () => {
    writeWorkspace({}, { concurrency: 1 });
    const cut = { ...answer(20, 5), cutAt: 300 };
    server.script(cut, answer(20, 5), cut, cut);
    const { costs, runs, trace, runId, status } = await ran(2);
    expect(status).toBe('failed');
    const { total } = await costs('run', { runId });
    expect(total.estimatedNanoUsd).toBeGreaterThan(30 * TOKEN);
    expect(total.nanoUsd).toBe(25 * TOKEN + total.estimatedNanoUsd);
    expect((await runs())[0]).toMatchObject({ nanoUsd: total.nanoUsd, inputTokens: total.inputTokens });
    expect((await trace(runId)).spent).toMatchObject({ nanoUsd: total.nanoUsd, outputTokens: total.outputTokens });
  });

  it('stop a run at its budget, and say what to do', async () => {
    // At worst a call costs some 30 tokens: the budget has room for a few.
    writeWorkspace({ run: 130e-6 });
    server.script(answer(20, 5));
    const { code, stderr } = await pipewright('run', 'ask', '--input', `items=${JSON.stringify(seals(40))}`);
    expect(code).toBe(1);
    expect(stderr).toContain('The budget of one run is $0.000130.');
    expect(stderr).toContain('Raise budgets.run in pipewright.json');
    expect(stderr).toMatch(/The budget of one run is nearly used up: \$0\.0001\d\d of \$0\.000130\./);
    const { total } = JSON.parse((await pipewright('costs', '--json')).stdout);
    expect(total.nanoUsd).toBeGreaterThan(0);
    expect(total.nanoUsd).toBeLessThanOrEqual(130 * TOKEN);
    expect(server.requests.length).toBe(total.calls);
  });

  it('hold the day over all runs, and show how it stands', async () => {
    writeWorkspace({ day: 200e-6, tags: { north: 1 } }, { budget: { workflow: { usd: 2, per: 'month' } } });
    server.script(answer(20, 5));
    expect((await ran(2, ['north'])).status).toBe('succeeded');
    const { status, error } = await ran(40);
    expect([status, error?.code, error?.data?.['scope']]).toEqual(['failed', 'budget.exceeded', 'day']);
    await workspace?.close();
    const { stdout } = await pipewright('costs', '--by', 'tag');
    expect(stdout).toMatch(/north +2 +40→10 +\$0\.000050/);
    expect(stdout).toMatch(/\(no tag\) +\d/);
    expect(stdout).toMatch(/the day \d{4}-\d\d-\d\d +\$0\.000200 +\$0\.0001\d\d/);
    expect(stdout).toMatch(/the tag north +\$1\.00 +\$0\.000050/);
    expect(stdout).toMatch(/the workflow “Ask” \(wf_ask\) in \d{4}-\d\d +\$2\.00/);
  });

  it('name workflows by their titles, by ids where two have the same title or the file is gone', async () => {
    writeWorkspace({});
    server.script(answer(20, 5));
    expect((await ran(1)).status).toBe('succeeded');
    await workspace?.close();
    const named = async (by: string) => (await pipewright('costs', '--by', by)).stdout;
    expect(await named('workflow')).toMatch(/^Ask +1 /m);
    expect(await named('node')).toMatch(/^Ask model +1 /m);
    const { rows } = JSON.parse((await pipewright('costs', '--json')).stdout);
    expect(rows).toMatchObject([{ key: 'wf_ask' }]);
    write('workflows/other.flow.json', { ...{ format: 1, id: 'wf_other', name: 'Ask' }, nodes: [], edges: [] });
    expect(await named('workflow')).toMatch(/^Ask \(wf_ask\) +1 /m);
    rmSync(join(folder, 'workflows'), { recursive: true });
    expect(await named('workflow')).toMatch(/^wf_ask +1 /m);
  });

  /** A workflow that runs `ask` for one list after the other. */
  function writeCaller(budget: object = {}): void {
    write('workflows/caller.flow.json', {
      ...{ format: 1, id: 'wf_caller', name: 'Caller', budget },
      inputs: { lists: { type: 'list' } },
      outputs: { answers: { type: 'list' } },
      nodes: [
        { id: 'lists', type: 'input', version: 1, config: { name: 'lists' } },
        { id: 'each', type: 'map', version: 1, config: { concurrency: 1 } },
        { id: 'answer', type: 'subflow', version: 1, parent: 'each', config: { workflow: 'wf_ask' } },
        { id: 'out', type: 'output', version: 1, config: { name: 'answers' } },
      ],
      edges: [
        edge('e1', 'lists.value', 'each.items'),
        edge('e2', 'each.item', 'answer.items'),
        edge('e3', 'answer.answers', 'each.result'),
        edge('e4', 'each.results', 'out.value'),
      ],
    });
  }
  async function called(...lists: string[][]) {
    await workspace?.close();
    workspace = await openWorkspace(folder, { env: {}, profileDir: join(folder, 'home') });
    const run = await workspace.run('caller', { lists });
    return run.result;
  }

  it('of a workflow inside another are on its own account and on the other one', async () => {
    // At worst a call costs some 30 tokens, in truth 25.
    writeWorkspace({}, { budget: { workflow: 180e-6 } });
    writeCaller();
    server.script(answer(20, 5));
    expect((await ran(2)).status).toBe('succeeded');
    expect((await called(seals(2))).status).toBe('succeeded');
    const standing = async (id: string) =>
      (await workspace?.budgets())?.find(({ what }) => what.endsWith(`(${id})`))?.spentNanoUsd;
    expect(await standing('wf_ask')).toBe(100 * TOKEN);
    // Reports name what was run; the sums of both hold.
    expect((await workspace?.costs('workflow'))?.rows.map(({ key, nanoUsd }) => [key, nanoUsd])).toEqual([
      ['wf_ask', 50 * TOKEN],
      ['wf_caller', 50 * TOKEN],
    ]);
    const stopped = await called(seals(6));
    expect([stopped.status, stopped.error?.code, stopped.error?.remedy]).toEqual([
      'failed',
      'budget.exceeded',
      expect.stringContaining('budget.workflow of the workflow wf_ask'),
    ]);
    expect(await standing('wf_ask')).toBeLessThanOrEqual(180 * TOKEN);
    const { stdout } = await pipewright('run', 'caller', '--input', 'lists=[["seal"]]', '--estimate');
    expect(stdout).toMatch(/The budget of the workflow wf_ask has \$0\.0000\d\d left/);
  });

  it('of one run of a workflow inside another begin anew with each', async () => {
    writeWorkspace({}, { budget: { run: 100e-6 } });
    writeCaller({ run: 160e-6 });
    server.script(answer(20, 5));
    expect((await called(seals(2), seals(2))).status).toBe('succeeded');
    const inner = await called(['a'], seals(6));
    expect(inner.error).toMatchObject({ code: 'budget.exceeded', data: { scope: 'run', limitNanoUsd: 100_000 } });
    expect(inner.error?.message).toContain('one run of the workflow wf_ask (each[1]/answer)');
    const outer = await called(seals(2), seals(2), seals(2), seals(2));
    expect(outer.error).toMatchObject({ code: 'budget.exceeded', data: { scope: 'run', limitNanoUsd: 160_000 } });
  });

  it('block what has no known price as soon as there is a budget, unless it is let through', async () => {
    writeWorkspace({ run: 1 }, { prices: null });
    server.script(answer(20, 5));
    expect((await ran(1)).error).toMatchObject({ code: 'budget.price_unknown', class: 'policy.denied' });
    const { stdout } = await pipewright('doctor');
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'The price of m-1, which the profile “m” names, is not known: its calls are refused',
    );
    expect(server.requests).toEqual([]);
    writeWorkspace({ run: 1, unknownPrices: 'allow' }, { prices: null });
    const { status, costs } = await ran(1);
    expect(status).toBe('succeeded');
    expect((await costs()).total).toMatchObject({ calls: 1, nanoUsd: 0, unpricedCalls: 1 });
    // Nothing was said about the longest answer: the reservation bounds it.
    expect(server.requests[0]?.body).toMatchObject({ max_tokens: 4096 });
  });

  it('stay as they were when prices change: a new table prices later calls only', async () => {
    writeWorkspace({}, { prices: null });
    const table = (date: string, input: number) =>
      write('prices.json', { format: 1, date, models: { 'm-*': { input, output: 0 } } });
    server.script(answer(20, 5));
    table('2026-12-01', 1);
    await ran(1);
    const before = await workspace?.costs('run');
    expect(before?.total).toMatchObject({ nanoUsd: 20 * TOKEN, unpricedCalls: 0 });
    // The workspace stays open: the file is read again because it has changed.
    table('2026-12-15', 10);
    const run = await workspace?.run('ask', { items: seals(1) });
    await run?.result;
    const after = await workspace?.costs('run');
    expect(after?.rows.map(({ nanoUsd }) => nanoUsd)).toEqual([200 * TOKEN, 20 * TOKEN]);
    expect(after?.rows[1]).toEqual(before?.rows[0]);
    const versions = await Promise.all(
      [0, 1].map(async (i) => {
        const trace = await workspace?.trace(after?.rows[i]?.key ?? '', { payloads: 'none' });
        return trace?.steps.flatMap(({ calls }) => calls.flatMap(({ cost }) => cost?.priceVersion ?? []));
      }),
    );
    expect(versions.flat()).toEqual([
      expect.stringMatching(/^prices\.json 2026-12-15 \([0-9a-f]{8}\)$/),
      expect.stringMatching(/^prices\.json 2026-12-01 \(/),
    ]);
    write('prices.json', { format: 1, date: 'soon', models: {} });
    const failed = await workspace?.run('ask', { items: seals(1) });
    expect((await failed?.result)?.error).toMatchObject({ code: 'workspace.invalid', where: 'prices.json at $.date' });
  });

  it('can be estimated before anything is asked or written, and better once there were answers', async () => {
    writeWorkspace({ run: 70e-6, tags: { north: 1 } });
    server.script(answer(20, 5));
    const estimated = async (count: number) => {
      workspace ??= await openWorkspace(folder, { env: {}, profileDir: join(folder, 'home') });
      return workspace.estimate('ask', { items: seals(count) }, { tags: ['north'] });
    };
    const before = await estimated(3);
    const [node] = before.nodes;
    expect(before.nodes).toMatchObject([
      { node: 'model', profile: 'm', calls: 3, outputTokens: 30, likelyNanoUsd: null },
    ]);
    expect(before.mostNanoUsd).toBe(((node?.inputTokens ?? 0) + 30) * TOKEN);
    expect(before.budgets).toMatchObject([
      { what: 'one run', leftNanoUsd: 70_000, fits: false },
      { what: 'the tag north', leftNanoUsd: 1e9, fits: true },
    ]);
    expect([server.requests, existsSync(join(folder, '.pipewright'))]).toEqual([[], false]);

    const { nanoUsd = 0 } = { nanoUsd: (await ran(2, ['north'])) && (await workspace?.costs())?.total.nanoUsd };
    const after = await estimated(2);
    // Prompts as we count them, answers as long as they were.
    expect(Math.abs((after.likelyNanoUsd ?? 0) - nanoUsd) / nanoUsd).toBeLessThan(0.5);
    expect(after.mostNanoUsd).toBeGreaterThan(nanoUsd);
    expect(after.budgets[1]?.leftNanoUsd).toBe(1e9 - nanoUsd);
    expect((await workspace?.costs())?.total.calls).toBe(2);
    await workspace?.close();
    const shown = await pipewright('run', 'ask', '--input', 'items=["a seal"]', '--estimate');
    expect(shown.stdout).toMatch(/model +m +1 +\d+→10 +\$0\.0000\d\d +\$0\.0000\d\d/);
    expect(shown.stdout).toContain('The budget of one run has $0.000070 left.');
    expect(server.requests).toHaveLength(2);
  });

  it('count a run that is cancelled in the middle of an answer, as an estimate, beside its log', async () => {
    writeWorkspace({ run: 1 });
    const said = openai.answer({ pieces: Array.from({ length: 50 }, (_, i) => `Seal ${i} swims. `) });
    server.script({ ...said, stallAt: 4000 });
    workspace = await openWorkspace(folder, { env: {}, profileDir: join(folder, 'home') });
    const run = await workspace.run('ask', { items: ['seals'] });
    for await (const signal of run.events) if (signal.type === 'delta') run.cancel('Enough');
    expect((await run.result).status).toBe('cancelled');
    await expect.poll(async () => (await workspace?.costs())?.total.calls).toBe(1);
    const { total } = await workspace.costs('node', { runId: run.runId });
    expect(total.nanoUsd).toBeGreaterThan(15 * TOKEN);
    expect(total.estimatedNanoUsd).toBe(total.nanoUsd);
    // What was held back beyond that is free again.
    expect((await workspace.costs('workflow')).total.nanoUsd).toBe(total.nanoUsd);
  });
});
