import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { SECRET } from '../bench-workspace.ts';
import { eventsOf, finished, ingested, noRun, run } from './bench-runs.ts';
import type { MethodBench, MethodsOf } from './method-row.ts';

async function openTask({ client }: MethodBench, value: string) {
  const runId = await finished(client, 'review', { value });
  const [task] = await client.review.list({ runId });
  if (!task) throw new Error('no review task was opened');
  return task;
}

export const insightMethods: MethodsOf<'insight' | 'feedback' | 'dataset' | 'review'> = {
  'insight.why': {
    async works(bench) {
      const { client, say } = bench;
      await ingested(bench, 'docs');
      say('Seven days.');
      const good = await finished(client, 'found', { question: 'How long may members borrow tools?' });
      say('Thirty days.');
      const runId = await finished(client, 'found', { question: 'How long may members borrow tools?' });
      const why = await client.insight.why({ run: runId });
      expect(why).toMatchObject({ runId, start: 'out', flags: [], good: { runId: good, sameInputs: true }, looked: 1 });
      expect(why.links.map(({ step, kind }) => [step, kind])).toEqual([
        ['out', 'value'],
        ['model', 'model'],
        ['prompt', 'prompt'],
        ['pack', 'chunks'],
        ['rank', 'chunks'],
        ['docs', 'chunks'],
        ['in', 'input'],
      ]);
      // The same work, another answer: nothing before the model differs.
      expect(why.origins).toEqual([{ step: 'model' }]);
      expect(why.links[1]?.compared).toMatchObject({
        differences: [{ what: 'outputs', names: expect.arrayContaining(['answer']) }],
      });
      expect(why.links[1]?.outputs['text']).toEqual({ value: 'Thirty days.' });
      expect(JSON.stringify(why)).not.toContain(SECRET);
      expect((await client.insight.why({ run: runId, step: 'rank', good: runId })).origins).toEqual([]);
    },
    shape: { run: 'last' },
    refuses: [
      { input: {}, where: '$.run' },
      { input: { run: 'last', step: '' }, where: '$.step' },
    ],
    fails: { input: { run: 'run_none' }, code: 'run.not_found' },
  },
  'insight.retrieval': {
    async works(bench) {
      const { client, say } = bench;
      await ingested(bench, 'docs');
      say('Seven days [1].');
      const runId = await finished(client, 'found', { question: 'How long may members of the workshop borrow tools?' });
      const { flow, flows } = await client.insight.retrieval({ run: runId, step: 'rank' });
      expect(flows).toMatchObject([{ id: 'model', consumer: 'model' }]);
      expect(flow?.stages).toMatchObject([
        { step: 'docs', role: 'search', kept: 2, report: { method: 'text', collection: 'docs', limit: 2 } },
        { step: 'rank', role: 'rank', kept: 1, report: { candidates: 2, limit: 1 } },
        { step: 'pack', role: 'pack', kept: 1, report: { budget: 2000 } },
      ]);
      expect(flow?.consumer).toMatchObject({ step: 'model', isPromptKnown: true });
      expect(flow?.chunks).toMatchObject([
        {
          file: 'documents/guide/tools.md',
          inPrompt: 'whole',
          cited: true,
          marker: '1',
          seen: [{}, { after: 1 }, { after: 1 }],
        },
        { file: 'documents/guide/hours.md', inPrompt: 'no', cited: false, seen: [{}, { dropped: 'below-k' }] },
      ]);
      expect(await client.insight.retrieval({ run: await finished(client, 'echo', { value: 1 }) })).toMatchObject({
        flows: [],
      });
    },
    shape: { run: 'last' },
    refuses: [{ input: { run: '' }, where: '$.run' }],
    fails: { input: { run: 'run_none', step: 'rank' }, code: 'run.not_found' },
  },
  'feedback.give': {
    async works({ client }) {
      const run = await finished(client, 'echo', { value: 'half past nine' });
      const thumb = { run, value: false, by: 'Ada', note: 'It is ten.', correction: 'ten' };
      const given = await client.feedback.give(thumb);
      expect(given).toMatchObject({ target: { step: 'out', port: 'value' }, name: 'thumbs', words: 'kept' });
      const again = await client.feedback.give({ ...thumb, value: true, note: '' });
      expect(again).toMatchObject({ id: given.id, value: true, note: null, correction: 'ten' });
      const step = { step: 'in', port: 'gone' };
      await expect(client.feedback.give({ ...thumb, target: step })).rejects.toMatchObject({ code: 'feedback.target' });
      expect((await client.run.list({ search: run }))[0]?.thumbs).toEqual({ up: 1, down: 0 });
      expect(await client.run.list({ search: run, thumb: 'down' })).toEqual([]);
    },
    shape: { run: 'run_nothing', value: true, by: 'Ada' },
    refuses: [
      { input: { run: 'last', value: null, by: 'Ada' }, where: '$.value' },
      { input: { run: 'last', value: true, by: '' }, where: '$.by' },
      { input: { run: 'last', value: true, by: 'Ada', note: 'x'.repeat(10_001) }, where: '$.note' },
    ],
    fails: { input: { run: 'run_nothing', value: true, by: 'Ada' }, code: 'run.not_found' },
  },
  'feedback.list': {
    async works({ client }) {
      const run = await finished(client, 'echo', { value: 1 });
      await client.feedback.give({ run, value: true, by: 'Ada' });
      await client.feedback.give({ run, target: null, name: 'accuracy', value: 0.4, by: 'judge-1' });
      const about = await client.feedback.list({ run });
      expect(about.map(({ name, value, target }) => [name, value, target?.step])).toEqual([
        ['accuracy', 0.4, undefined],
        ['thumbs', true, 'out'],
      ]);
      expect(await client.feedback.list({ run, name: 'thumbs', value: false })).toEqual([]);
    },
    shape: {},
    refuses: [{ input: { limit: 0 }, where: '$.limit' }],
    fails: { input: run, code: 'run.not_found' },
  },
  'feedback.show': {
    async works({ client }) {
      const run = await finished(client, 'echo', { value: 1 });
      const given = await client.feedback.give({ run, value: true, by: 'Ada', note: 'Good.' });
      expect(await client.feedback.show({ id: given.id })).toEqual(given);
    },
    shape: { id: 'fb_nothing' },
    refuses: [{ input: { id: '' }, where: '$.id' }],
    fails: { input: { id: 'fb_nothing' }, code: 'feedback.not_found' },
  },
  'feedback.remove': {
    async works({ client }) {
      const run = await finished(client, 'echo', { value: 1 });
      const { id } = await client.feedback.give({ run, value: true, by: 'Ada' });
      expect(await client.feedback.remove({ id })).toEqual({});
      expect(await client.feedback.list({ run })).toEqual([]);
    },
    shape: { id: 'fb_nothing' },
    refuses: [{ input: {}, where: '$.id' }],
    fails: { input: { id: 'fb_nothing' }, code: 'feedback.not_found' },
  },
  'dataset.list': {
    async works({ client, folder }) {
      mkdirSync(join(folder, 'datasets'), { recursive: true });
      writeFileSync(join(folder, 'datasets/listed.jsonl'), '{"id": "a"}\n');
      expect(await client.dataset.list({})).toContain('datasets/listed.jsonl');
    },
    shape: {},
    refuses: [],
  },
  'dataset.read': {
    async works({ client, folder }) {
      mkdirSync(join(folder, 'datasets'), { recursive: true });
      writeFileSync(join(folder, 'datasets/read.jsonl'), '{"id": "a", "value": 1}\nfoul\n');
      expect(await client.dataset.read({ file: 'datasets/read.jsonl' })).toEqual({
        cases: [{ line: 1, case: { id: 'a', value: 1 } }],
        faults: [{ line: 2, message: 'It is no JSON.' }],
      });
    },
    shape: { file: 'datasets/x.jsonl' },
    refuses: ['../x.jsonl', 'datasets/../../x.jsonl', 'datasets/x.json', 'prompts/x.jsonl'].map((file) => ({
      input: { file },
      where: '$.file',
    })),
    fails: { input: { file: 'datasets/gone.jsonl' }, code: 'dataset.missing' },
  },
  'dataset.prepare': {
    async works({ client }) {
      const runId = await finished(client, 'echo', { value: 'half past nine' });
      expect(await client.dataset.prepare({ run: runId, tags: ['clock'] })).toEqual({
        case: {
          id: runId.replace('run_', ''),
          ...{ value: 'half past nine', expect: 'answer', sources: [], reference: 'half past nine' },
          ...{ tags: ['clock'], run: runId },
        },
        personal: [],
        referenceFrom: 'output',
      });
    },
    shape: run,
    refuses: [{ input: { ...run, expect: 'luck' }, where: '$.expect' }],
    fails: noRun,
  },
  'dataset.add': {
    async works({ client, folder }) {
      const file = 'datasets/added.jsonl';
      const linesOf = () => readFileSync(join(folder, file), 'utf8').trim().split('\n');
      const first = await finished(client, 'echo', { value: 'half past nine' });
      const bad = await client.feedback.give({ run: first, value: false, by: 'Ada' });
      await expect(client.dataset.add({ run: first, file })).rejects.toMatchObject({ code: 'dataset.reference' });
      expect(existsSync(join(folder, file))).toBe(false);
      await client.feedback.give({ run: first, value: false, by: bad.by, correction: 'ten', note: 'Late.' });
      const added = await client.dataset.add({ run: first, file });
      expect(added).toMatchObject({ line: 1, updated: false, case: { reference: 'ten', why: 'Late.', run: first } });
      // The same run again, and another run of the same question.
      await expect(client.dataset.add({ run: first, file })).rejects.toMatchObject({ code: 'dataset.duplicate' });
      const second = await finished(client, 'echo', { value: 'half past nine' });
      await expect(client.dataset.add({ run: second, file })).rejects.toMatchObject({ code: 'dataset.duplicate' });
      const updated = await client.dataset.add({ run: second, file, update: true, reference: 'eleven' });
      expect(updated).toMatchObject({
        line: 1,
        updated: true,
        case: { id: added.case.id, reference: 'eleven', run: second },
      });
      expect(linesOf()).toHaveLength(1);
      // What looks like personal data needs a word.
      const third = await finished(client, 'echo', { value: 'Write to ada@example.com' });
      await expect(client.dataset.add({ run: third, file })).rejects.toMatchObject({
        code: 'dataset.personal',
        data: { data: { members: ['value', 'reference'] } },
      });
      await client.dataset.add({ run: third, file, personal: 'redact' });
      expect(linesOf()[1]).not.toContain('ada@example.com');
      const kept = await client.dataset.add({ run: third, file, personal: 'keep', update: true });
      expect([kept.line, linesOf()[1]]).toEqual([2, expect.stringContaining('ada@example.com')]);
      // Never into a file with lines that are no cases.
      writeFileSync(join(folder, file), '{"id": "a"}\n{"id": \n');
      await expect(client.dataset.add({ run: first, file })).rejects.toMatchObject({ code: 'dataset.invalid' });
      expect(linesOf()).toHaveLength(2);
      const secret = await finished(client, 'echo', { value: SECRET });
      await client.dataset.add({ run: secret, file: 'datasets/secret.jsonl' });
      expect(readFileSync(join(folder, 'datasets/secret.jsonl'), 'utf8')).not.toContain(SECRET);
      const hidden = await client.run.start({ workflow: 'echo', inputs: { value: 'x' }, capture: 'hashed' });
      await eventsOf(client, hidden.runId);
      const withheld = client.dataset.add({ run: hidden.runId, file: 'datasets/hidden.jsonl' });
      await expect(withheld).rejects.toMatchObject({ code: 'dataset.withheld' });
    },
    shape: { ...run, file: 'datasets/x.jsonl' },
    refuses: [
      { input: { ...run, file: '../x.jsonl' }, where: '$.file' },
      { input: { ...run, file: 'datasets/x.jsonl', personal: 'perhaps' }, where: '$.personal' },
    ],
    fails: { input: { ...run, file: 'datasets/x.jsonl' }, code: 'run.not_found' },
  },
  'review.list': {
    async works(bench) {
      const task = await openTask(bench, 'draft');
      expect(task).toMatchObject({ state: 'open', title: 'Is this right?', actions: ['approve', 'reject'] });
      expect((await bench.client.review.list({ all: true })).map(({ wait }) => wait)).toContain(task.wait);
    },
    shape: { all: true },
    refuses: [{ input: { all: 'yes' }, where: '$.all' }],
  },
  'review.get': {
    async works(bench) {
      const { wait } = await openTask(bench, 'what is to be seen');
      expect(await bench.client.review.get({ task: wait })).toMatchObject({ wait, payload: 'what is to be seen' });
    },
    shape: { task: 'wait_nothing' },
    refuses: [{ input: {}, where: '$.task' }],
    fails: { input: { task: 'wait_nothing' }, code: 'review.not_found' },
  },
  'review.decide': {
    async works(bench) {
      const { client } = bench;
      const { wait, runId, payloadHash } = await openTask(bench, 'fine');
      const decision = { task: wait, action: 'approve', by: 'Ada' };
      await expect(client.review.decide({ ...decision, payloadHash: 'of something else' })).rejects.toMatchObject({
        code: 'run.decision',
      });
      expect(await client.review.decide({ ...decision, payloadHash })).toEqual({ runId, applied: true });
      await client.run.resume({ run: runId });
      await eventsOf(client, runId);
      expect(await client.run.trace({ run: runId })).toMatchObject({
        status: 'succeeded',
        outputs: { value: { value: 'fine' } },
        waits: [{ state: 'decided', decision: { action: 'approve', by: 'Ada' } }],
      });
    },
    shape: { task: 'wait_nothing', action: 'approve', by: 'Ada', payloadHash: 'aa' },
    refuses: [
      { input: { task: 'wait_nothing', action: 'approve', by: 'Ada' }, where: '$.payloadHash' },
      { input: { task: 'wait_nothing', action: 'approve', by: '', payloadHash: 'aa' }, where: '$.by' },
    ],
    fails: {
      input: { task: 'wait_nothing', action: 'approve', by: 'Ada', payloadHash: 'aa' },
      code: 'review.not_found',
    },
  },
};
