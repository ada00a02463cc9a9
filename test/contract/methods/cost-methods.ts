import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { SECRET } from '../bench-workspace.ts';
import { eventsOf, finished } from './bench-runs.ts';
import type { MethodBench, MethodsOf } from './method-row.ts';

/** The key of an answer that was just kept. */
async function keptAnswer({ client, say }: MethodBench): Promise<string> {
  say('It was ', 'kept.');
  await finished(client, 'kept', { question: 'Is it kept?' });
  const [newest] = (await client.cache.list({ limit: 1 })).answers;
  if (!newest) throw new Error('nothing was kept');
  return newest.key;
}

export const costMethods: MethodsOf<'costs' | 'cache' | 'profile'> = {
  'costs.report': {
    async works({ client, say }) {
      say('Because', ' it is.');
      const { runId } = await client.run.start({ workflow: 'ask', inputs: { question: 'Why?' }, tags: ['north'] });
      await eventsOf(client, runId);
      const cost = 3 * 1000 + 2 * 2000;
      const { rows, total } = await client.costs.report({ by: 'tag', run: runId });
      expect(rows).toEqual([{ key: 'north', ...total }]);
      expect(total).toMatchObject({ calls: 1, inputTokens: 3, outputTokens: 2, nanoUsd: cost, estimatedNanoUsd: 0 });
      const prompts = await client.costs.report({ by: 'prompt', tag: 'north', workflowId: 'wf_ask', since: 0 });
      expect(prompts.rows[0]?.key).toMatch(/^prompts\/plain\.md@[0-9a-f]{12}$/);
      const [run] = await client.run.list({ search: runId });
      expect(run?.nanoUsd).toBe(cost);
    },
    shape: { by: 'node' },
    refuses: [
      { input: { by: 'colour' }, where: '$.by' },
      { input: { tag: 'two words' }, where: '$.tag' },
    ],
    fails: { input: { run: 'run_nothing' }, code: 'run.not_found' },
  },
  'costs.estimate': {
    async works({ client, provider }) {
      const before = provider.requests.length;
      const found = await client.costs.estimate({ workflow: 'ask', inputs: { question: 'Why?' }, tags: ['north'] });
      expect(found).toMatchObject({
        workflowId: 'wf_ask',
        nodes: [{ node: 'model', profile: 'slow', calls: 1, outputTokens: 4096, unpricedCalls: 0 }],
        unreached: [],
        stoppedBy: null,
        budgets: [{ source: 'budgets.day in pipewright.json', fits: true }],
      });
      const [node] = found.nodes;
      expect(found.mostNanoUsd).toBe((node?.inputTokens ?? 0) * 1000 + 4096 * 2000);
      expect(provider.requests).toHaveLength(before);
    },
    shape: { workflow: 'ask', inputs: { question: 'Why?' } },
    refuses: [
      { input: { workflow: '../ask' }, where: '$.workflow' },
      { input: { workflow: 'ask', tags: ['two words'] }, where: '$.tags[0]' },
    ],
    fails: { input: { workflow: 'gone' }, code: 'workflow.missing' },
  },
  'costs.prices': {
    async works({ client }) {
      expect(await client.costs.prices({})).toEqual([
        {
          ...{ profile: 'local-embedder', use: 'embedding', provider: 'built-in', model: 'hashing-embedder' },
          ...{ price: { input: 0, output: 0 }, rises: false, source: 'built-in' },
        },
        {
          ...{ profile: 'slow', use: 'chat', provider: 'openai-compatible', model: 'slow-1' },
          ...{ price: { input: 1, output: 2 }, rises: false, source: 'profile' },
        },
      ]);
    },
    shape: {},
    refuses: [],
  },
  'costs.budgets': {
    async works({ client }) {
      expect(await client.costs.budgets({})).toMatchObject({
        budgets: [
          {
            scope: 'day',
            what: expect.stringMatching(/^the day \d{4}-\d\d-\d\d$/),
            limitNanoUsd: 1e12,
            source: 'budgets.day in pipewright.json',
          },
        ],
        warnings: [],
      });
    },
    shape: {},
    refuses: [],
  },
  'costs.limits': {
    async works({ client, folder }) {
      const bytes = readFileSync(join(folder, 'pipewright.json'));
      const hash = createHash('sha256').update(bytes).digest('hex');
      expect(await client.costs.limits({})).toEqual({ budgets: { day: 1000 }, hash });
    },
    shape: {},
    refuses: [],
  },
  'costs.setLimits': {
    async works({ client, folder, provider, say }) {
      const file = join(folder, 'pipewright.json');
      const before = readFileSync(file, 'utf8');
      const { hash } = await client.costs.limits({});
      const budgets = { run: { usd: 0.000001, warnAt: 0.5 }, day: 1000 };
      const now = await client.costs.setLimits({ budgets, base: hash });
      expect(now).toEqual({ budgets, hash: (await client.costs.limits({})).hash });
      const after = readFileSync(file, 'utf8');
      expect(JSON.parse(after)).toEqual({ ...JSON.parse(before), budgets });
      // Members stay where they were: what was there first comes first.
      expect(Object.keys(JSON.parse(after))).toEqual(Object.keys(JSON.parse(before)));
      expect(Object.keys(JSON.parse(after).budgets)).toEqual(['day', 'run']);
      // Who saw an older version does not write over this one.
      const late = client.costs.setLimits({ budgets: {}, base: hash });
      await expect(late).rejects.toMatchObject({ code: 'file.conflict' });
      expect(readFileSync(file, 'utf8')).toBe(after);
      // The next run of the same host is held to it, without a request.
      say('Because.');
      const asked = provider.requests.length;
      const stopped = await finished(client, 'ask', { question: 'Why?' });
      expect((await client.run.list({ search: stopped }))[0]?.error?.code).toBe('budget.exceeded');
      expect(provider.requests).toHaveLength(asked);
      await client.costs.setLimits({ budgets: { day: 1000 }, base: now.hash });
      const goes = await finished(client, 'ask', { question: 'Why not?' });
      expect((await client.run.list({ search: goes }))[0]?.status).toBe('succeeded');
      writeFileSync(file, before);
    },
    shape: { budgets: {}, base: 'a'.repeat(64) },
    refuses: [
      { input: { budgets: { day: -1 }, base: 'a'.repeat(64) }, where: '$.budgets.day' },
      { input: { budgets: { tags: { 'two words': 1 } }, base: 'a'.repeat(64) }, where: '$.budgets.tags["two words"]' },
      { input: { budgets: {}, base: 'x' }, where: '$.base' },
    ],
    fails: { input: { budgets: {}, base: 'a'.repeat(64) }, code: 'file.conflict' },
  },
  'costs.priceFile': {
    async works({ client, folder }) {
      expect(await client.costs.priceFile({})).toBeNull();
      const file = join(folder, 'prices.json');
      writeFileSync(file, '{ "format": 1 }');
      expect(await client.costs.priceFile({})).toMatchObject({
        text: '{ "format": 1 }',
        date: null,
        problem: { where: 'prices.json at $.date' },
      });
      rmSync(file);
    },
    shape: {},
    refuses: [],
  },
  'costs.previewPrices': {
    async works({ client, folder }) {
      const text = JSON.stringify({ format: 1, date: '2026-12-01', models: { 'slow-*': { input: 7, output: 8 } } });
      // The profile says its own price, which counts.
      expect(await client.costs.previewPrices({ text })).toEqual({
        date: '2026-12-01',
        models: 1,
        profiles: [
          { profile: 'slow', model: 'slow-1', before: { input: 1, output: 2 }, after: { input: 1, output: 2 } },
        ],
      });
      expect(await client.costs.previewPrices({ text: null })).toMatchObject({ date: '', models: 0 });
      expect(existsSync(join(folder, 'prices.json'))).toBe(false);
    },
    shape: { text: null },
    refuses: [{ input: { text: '' }, where: '$.text' }],
    fails: { input: { text: '{ "format": 1, "date": "today", "models": {} }' }, code: 'workspace.invalid' },
  },
  'costs.setPrices': {
    async works({ client, folder, say }) {
      const file = join(folder, 'prices.json');
      const textOf = (date: string) => `{ "format": 1, "date": "${date}", "models": {} }`;
      say('Because.');
      const run = await finished(client, 'ask', { question: 'Why?' });
      const spent = await client.costs.report({ by: 'run', run });
      await client.costs.setPrices({ text: textOf('2026-12-01'), base: null });
      const first = await client.costs.priceFile({});
      expect(first).toMatchObject({ date: '2026-12-01', models: 0, problem: null, text: readFileSync(file, 'utf8') });
      const again = client.costs.setPrices({ text: textOf('2026-12-02'), base: null });
      await expect(again).rejects.toMatchObject({ code: 'file.exists' });
      await client.costs.setPrices({ text: textOf('2026-12-02'), base: first?.hash ?? '' });
      const late = client.costs.setPrices({ text: null, base: first?.hash ?? '' });
      await expect(late).rejects.toMatchObject({ code: 'file.conflict' });
      await client.costs.setPrices({ text: null, base: (await client.costs.priceFile({}))?.hash ?? '' });
      expect(existsSync(file)).toBe(false);
      expect(await client.costs.report({ by: 'run', run })).toEqual(spent);
    },
    shape: { text: null, base: null },
    refuses: [{ input: { text: null, base: 'x' }, where: '$.base' }],
    fails: { input: { text: '[]', base: null }, code: 'workspace.invalid' },
  },
  'cache.list': {
    async works(bench) {
      const { client } = bench;
      const key = await keptAnswer(bench);
      const { answers, totals } = await client.cache.list({ node: 'model' });
      expect(answers.find((one) => one.key === key)).toMatchObject({
        profile: 'slow',
        workflowId: 'wf_kept',
        node: 'model',
      });
      expect(totals.entries).toBeGreaterThan(0);
      expect(await client.cache.list({ node: 'nobody' })).toEqual({
        answers: [],
        totals: { entries: 0, bytes: 0, hits: 0, savedNanoUsd: 0 },
      });
    },
    shape: {},
    refuses: [{ input: { limit: 0 }, where: '$.limit' }],
  },
  'cache.show': {
    async works(bench) {
      const { client } = bench;
      const key = await keptAnswer(bench);
      expect(await client.cache.show({ key: key.slice(0, 12) })).toMatchObject({
        key,
        response: { value: { text: 'It was kept.' } },
      });
    },
    shape: { key: 'abcd' },
    refuses: [{ input: { key: '../' }, where: '$.key' }],
    fails: { input: { key: 'ffff0000ffff0000' }, code: 'cache.not_found' },
  },
  'cache.clear': {
    async works(bench) {
      const { client } = bench;
      await keptAnswer(bench);
      expect((await client.cache.clear({ node: 'model' })).removed).toBeGreaterThan(0);
      expect((await client.cache.list({})).answers).toEqual([]);
      expect(await client.cache.clear({ node: 'model' })).toEqual({ removed: 0 });
    },
    shape: {},
    refuses: [{ input: { expired: false }, where: '$.expired' }],
  },
  'profile.list': {
    async works({ client, provider }) {
      const slow = (await client.profile.list({})).find(({ name }) => name === 'slow');
      expect(slow).toMatchObject({
        ...{ origin: provider.url, from: 'workspace', secret: { name: 'SLOW_KEY', set: true } },
        ...{ price: { input: 1, output: 2 }, priceSource: 'profile', contextWindow: null },
      });
      expect(JSON.stringify(slow)).not.toContain(SECRET);
    },
    shape: {},
    refuses: [],
  },
  'profile.test': {
    async works({ client, provider, say }) {
      say('rea', `dy, ${SECRET}`);
      const before = provider.requests.length;
      const found = await client.profile.test({ profile: 'slow' });
      expect(found).toMatchObject({ inputTokens: 3, outputTokens: 2, nanoUsd: 7000, priced: true });
      expect(found.said).toBe('ready, [secret]');
      expect(provider.requests).toHaveLength(before + 1);
      expect(await client.profile.test({ profile: 'local-embedder' })).toMatchObject({ nanoUsd: 0, dimensions: 1024 });
    },
    shape: { profile: 'slow' },
    refuses: [{ input: { profile: '' }, where: '$.profile' }],
    fails: { input: { profile: 'slwo' }, code: 'profile.missing' },
  },
};
