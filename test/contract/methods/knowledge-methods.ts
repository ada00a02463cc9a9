import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { finished, ingested } from './bench-runs.ts';
import type { MethodsOf } from './method-row.ts';

export const knowledgeMethods: MethodsOf<'knowledge' | 'prompt'> = {
  'knowledge.collections': {
    async works(bench) {
      await ingested(bench, 'docs');
      expect(await bench.client.knowledge.collections({})).toContainEqual({
        name: 'docs',
        embedder: 'local-embedder',
        chunks: 2,
        documents: 2,
      });
    },
    shape: {},
    refuses: [],
  },
  'knowledge.ingest': {
    async works({ client, folder }) {
      writeFileSync(join(folder, 'documents/guide/late.md'), `# Late\n\nReturned late ${Math.random()}.\n`);
      const phases = new Set<string>();
      let last: unknown;
      for await (const one of await client.knowledge.ingest({ collection: 'docs', rebuild: true })) {
        if (one.type === 'progress') phases.add(one.progress.phase);
        last = one;
      }
      expect([...phases]).toEqual(expect.arrayContaining(['find', 'load', 'write', 'done']));
      expect(last).toMatchObject({ type: 'report', report: { collection: 'docs', files: 3, added: 3, failures: [] } });
    },
    shape: { collection: 'docs' },
    refuses: [{ input: { collection: 'docs', rebuild: 1 }, where: '$.rebuild' }],
    fails: { input: { collection: 'dosc' }, code: 'collection.missing' },
  },
  'knowledge.search': {
    async works(bench) {
      await ingested(bench, 'docs');
      const query = { collection: 'docs', query: 'How many tools may members borrow?' };
      const [best] = await bench.client.knowledge.search({ ...query, k: 1 });
      expect(best).toMatchObject({ file: 'documents/guide/tools.md' });
      const filter = { not: { field: 'file', op: 'eq', value: 'documents/guide/tools.md' } } as const;
      const others = await bench.client.knowledge.search({ ...query, filter });
      expect(others.map(({ file }) => file)).not.toContain('documents/guide/tools.md');
    },
    shape: { collection: 'docs', query: 'tools' },
    refuses: [
      { input: { collection: 'docs', query: 'tools', k: 0 }, where: '$.k' },
      { input: { collection: 'docs', query: 'tools', mode: 'guess' }, where: '$.mode' },
      {
        input: { collection: 'docs', query: 'tools', filter: { field: 'file', op: 'eq', value: 'x', or: [] } },
        where: '$.filter',
      },
    ],
    fails: { input: { collection: 'gone', query: 'tools' }, code: 'collection.missing' },
  },
  'knowledge.documents': {
    async works(bench) {
      await ingested(bench, 'docs');
      const documents = await bench.client.knowledge.documents({ collection: 'docs' });
      expect(documents).toContainEqual({ file: 'documents/guide/tools.md', chunks: 1 });
    },
    shape: { collection: 'docs' },
    refuses: [{ input: { collection: '' }, where: '$.collection' }],
    fails: { input: { collection: 'dosc' }, code: 'collection.missing' },
  },
  'knowledge.chunks': {
    async works({ client }) {
      const asked = { collection: 'docs', file: 'documents/guide/tools.md' };
      const { text, length, count, chunks } = await client.knowledge.chunks(asked);
      expect([text.length, count]).toEqual([length, chunks.length]);
      expect(chunks.at(-1)).toMatchObject({ number: count, end: text.trimEnd().length });
    },
    shape: { collection: 'docs', file: 'documents/guide/tools.md' },
    refuses: [{ input: { collection: 'docs', file: '' }, where: '$.file' }],
    fails: { input: { collection: 'docs', file: 'pipewright.json' }, code: 'document.outside' },
  },
  'knowledge.document': {
    async works({ client }) {
      const part = await client.knowledge.document({ file: 'documents/guide/tools.md', line: 3 });
      expect(part).toMatchObject({ mime: 'text/markdown', offset: 0, line: 1, at: 9, page: null });
      expect(part.text.slice(part.at - part.offset)).toMatch(/^Members may borrow/);
    },
    shape: { file: 'documents/guide/tools.md' },
    refuses: [{ input: { file: 'documents/guide/tools.md', line: 0 }, where: '$.line' }],
    fails: { input: { file: 'pipewright.json' }, code: 'document.outside' },
  },
  'prompt.list': {
    async works({ client }) {
      expect(await client.prompt.list({})).toMatchObject([{ file: 'prompts/plain.md' }]);
    },
    shape: {},
    refuses: [],
  },
  'prompt.read': {
    async works({ client, folder }) {
      const prompt = await client.prompt.read({ file: 'prompts/plain.md' });
      expect(prompt).toMatchObject({ variables: ['question'], fault: null, description: null });
      writeFileSync(join(folder, 'prompts/odd.md'), '# user\n{{ question');
      const odd = await client.prompt.read({ file: 'prompts/odd.md' });
      expect(odd.fault?.message).toBeTruthy();
      rmSync(join(folder, 'prompts/odd.md'));
    },
    shape: { file: 'prompts/plain.md' },
    refuses: ['prompts/../x.md', 'documents/x.md', 'prompts/.hidden.md', 'prompts/x.txt'].map((file) => ({
      input: { file },
      where: '$.file',
    })),
    fails: { input: { file: 'prompts/gone.md' }, code: 'prompt.missing' },
  },
  'prompt.save': {
    async works({ client, folder }) {
      const file = 'prompts/new/one.md';
      const { hash } = await client.prompt.save({ file, text: '# user\nHello\n', base: null });
      await client.prompt.save({ file, text: '# user\nBye\n', base: hash });
      expect(readFileSync(join(folder, file), 'utf8')).toBe('# user\nBye\n');
      await expect(client.prompt.save({ file, text: 'x', base: hash })).rejects.toMatchObject({
        code: 'file.conflict',
      });
      rmSync(join(folder, 'prompts/new'), { recursive: true });
    },
    shape: { file: 'prompts/plain.md', text: '', base: null },
    refuses: [{ input: { file: 'prompts/plain.md', text: 7, base: null }, where: '$.text' }],
    fails: { input: { file: 'prompts/plain.md', text: '', base: null }, code: 'file.exists' },
  },
  'prompt.uses': {
    async works({ client }) {
      const uses = (await client.prompt.uses({}))['prompts/plain.md'] ?? [];
      expect(uses.map(({ workflowFile, nodes }) => [workflowFile, nodes])).toContainEqual([
        'workflows/ask.flow.json',
        [{ id: 'prompt', name: 'prompt', inputs: { question: 'text' } }],
      ]);
    },
    shape: {},
    refuses: [],
  },
  'prompt.versions': {
    async works(bench) {
      const { client, folder, say } = bench;
      const file = 'prompts/plain.md';
      const before = readFileSync(join(folder, file), 'utf8');
      say('It ', 'is.');
      const runId = await finished(client, 'ask', { question: 'Is it?' });
      await client.feedback.give({ run: runId, value: false, by: 'Ada' });
      const text = before.replace('{{ question }}', 'Answer: {{ question }}');
      const { hash } = await client.prompt.read({ file });
      const saved = await client.prompt.save({ file, text, base: hash });
      const [now, then] = await client.prompt.versions({ file });
      expect(now).toMatchObject({ version: saved.hash.slice(0, 12), isCurrent: true, runs: null, cost: null });
      expect(then).toMatchObject({ version: hash.slice(0, 12), isCurrent: false, thumbs: { down: 1 } });
      expect(then?.runs?.count).toBeGreaterThan(0);
      expect(then?.cost?.nanoUsd).toBeGreaterThan(0);
      const version = hash.slice(0, 12);
      expect(await client.prompt.version({ file, version })).toEqual({ text: before });
      // The local history may lose it: runs have it still.
      rmSync(join(folder, '.pipewright/history'), { recursive: true });
      expect(await client.prompt.version({ file, version })).toEqual({ text: before });
      expect((await client.prompt.runs({ file, version })).map((one) => one.runId)).toContain(runId);
      await client.prompt.save({ file, text: before, base: saved.hash });
    },
    shape: { file: 'prompts/plain.md' },
    refuses: [{ input: { file: 'workflows/x.md' }, where: '$.file' }],
    fails: { input: { file: 'prompts/gone.md' }, code: 'prompt.missing' },
  },
  'prompt.version': {
    async works({ client }) {
      const file = 'prompts/plain.md';
      const { hash, text } = await client.prompt.read({ file });
      expect(await client.prompt.version({ file, version: hash.slice(0, 12) })).toEqual({ text });
    },
    shape: { file: 'prompts/plain.md', version: '0123456789ab' },
    refuses: [{ input: { file: 'prompts/plain.md', version: '../../x' }, where: '$.version' }],
    fails: { input: { file: 'prompts/plain.md', version: '0123456789ab' }, code: 'history.missing' },
  },
  'prompt.runs': {
    async works({ client, say }) {
      say('Yes.');
      const runId = await finished(client, 'ask', { question: 'Is it in use?' });
      const file = 'prompts/plain.md';
      const version = (await client.prompt.read({ file })).hash.slice(0, 12);
      const runs = await client.prompt.runs({ file, version, limit: 1 });
      expect(runs.map((one) => one.runId)).toEqual([runId]);
      expect(await client.prompt.runs({ file, version: '0123456789ab' })).toEqual([]);
    },
    shape: { file: 'prompts/plain.md', version: '0123456789ab' },
    refuses: [{ input: { file: 'prompts/plain.md', version: '0123456789ab', limit: 0 }, where: '$.limit' }],
  },
  'prompt.sample': {
    async works({ client, say }) {
      say('By bus.');
      const runId = await finished(client, 'ask', { question: 'How do I get there?' });
      expect(await client.prompt.sample({ file: 'prompts/plain.md' })).toMatchObject({
        from: { runId, step: 'prompt', workflowName: 'ask' },
        values: { question: 'How do I get there?' },
        withheld: [],
        call: { runId, step: 'model', profile: 'slow' },
      });
      const nothing = { from: null, values: {}, withheld: [], call: null };
      expect(await client.prompt.sample({ file: 'prompts/unused.md' })).toEqual(nothing);
    },
    shape: { file: 'prompts/plain.md' },
    refuses: [{ input: {}, where: '$.file' }],
  },
  'prompt.preview': {
    async works({ client }) {
      const file = 'prompts/plain.md';
      const text = '---\nvariables: [question, tone]\n---\n# user\n{{ question }}\n';
      const filled = await client.prompt.preview({ file, text, values: { question: 'Why?' } });
      expect(filled).toMatchObject({
        fault: null,
        messages: [{ role: 'user', content: 'Why?' }],
        variables: [
          { name: 'question', isUsed: true },
          { name: 'tone', isUsed: false },
        ],
      });
      expect(filled.tokens).toBeGreaterThan(3);
      const [slow] = filled.profiles;
      expect(slow).toMatchObject({ profile: 'slow', builtIn: false, contextWindow: null });
      expect(slow?.mostNanoUsd ?? 0).toBeGreaterThan(slow?.promptNanoUsd ?? 0);
      const missing = await client.prompt.preview({ file, text, values: {} });
      expect(missing).toMatchObject({ fault: { line: 5 }, messages: null, tokens: null });
      const foul = await client.prompt.preview({ file, text: '# user\n{{ oops }}', values: {} });
      expect(foul.fault?.message).toContain('“oops”, which is not declared');
    },
    shape: { file: 'prompts/plain.md', text: '# user\nHi', values: {} },
    refuses: [{ input: { file: 'prompts/plain.md', text: 7, values: {} }, where: '$.text' }],
  },
  'prompt.ask': {
    async works(bench) {
      const { client, provider, say, hold } = bench;
      const file = 'prompts/plain.md';
      const { text } = await client.prompt.read({ file });
      const trial = { file, text, values: { question: 'Is it tried?' }, profile: 'slow', maxTokens: 50 };
      say('It ', 'is ', 'tried.');
      const heard: string[] = [];
      let end: object = {};
      for await (const one of await client.prompt.ask(trial)) {
        if (one.type === 'piece') heard.push(one.text);
        if (one.type === 'answer') end = one;
      }
      expect(heard.join('')).toBe('It is tried.');
      expect(end).toMatchObject({ text: 'It is tried.', cost: { nanoUsd: 3000 + 6000, known: true }, isKept: false });
      const tagged = async () => (await client.costs.report({ by: 'tag' })).rows.find(({ key }) => key === 'try');
      const before = await tagged();
      expect(before?.nanoUsd).toBe(9000);
      const prompts = (await client.costs.report({ by: 'prompt', tag: 'try' })).rows.map(({ key }) => key);
      expect(prompts).toEqual([expect.stringMatching(/^prompts\/plain\.md@[0-9a-f]{12}$/)]);
      // Who stops listening ends the call.
      hold();
      const stopping = new AbortController();
      const asked = provider.requests.length;
      const hearing = (async () => {
        for await (const _ of await client.prompt.ask(trial, { signal: stopping.signal })) throw new Error('no answer');
      })();
      await expect.poll(() => provider.requests.length, { timeout: 20_000, interval: 10 }).toBe(asked + 1);
      stopping.abort();
      await hearing.catch(() => undefined);
      await expect.poll(async () => (await tagged())?.calls, { timeout: 20_000 }).toBe((before?.calls ?? 0) + 1);
    },
    shape: { file: 'prompts/plain.md', text: '# user\nHi', values: {}, profile: 'slow' },
    refuses: [
      { input: { file: 'prompts/plain.md', text: '# user\nHi', values: {} }, where: '$.profile' },
      { input: { file: 'x.md', text: '# user\nHi', values: {}, profile: 'slow' }, where: '$.file' },
    ],
    fails: {
      input: { file: 'prompts/plain.md', text: '# user\nHi', values: {}, profile: 'fast' },
      code: 'profile.missing',
    },
  },
};
