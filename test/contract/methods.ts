import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import { contract } from '../../app/core/contracts/index.ts';
import { ShownEvent, type ShownSignal } from '../../app/core/contracts/run-signal.ts';
import type { ErrorCode } from '../../app/core/errors/error-codes.ts';
import type { JsonObject } from '../../app/core/graph/json.ts';
import { type BenchWorkspace, SECRET } from './bench-workspace.ts';

export interface MethodBench extends BenchWorkspace {
  client: ContractClient;
}

type Procedures = { [D in keyof ContractClient]: `${D & string}.${keyof ContractClient[D] & string}` };
export type MethodName = Procedures[keyof Procedures];

export interface MethodRow {
  /** What the method does, through the wire. */
  works(bench: MethodBench): Promise<void>;
  /** An input of the right shape; together with a surplus key it must be refused. */
  shape: JsonObject;
  /** Inputs that do not fit, and the place that the error names. */
  refuses: { input: JsonObject; where: string }[];
  /** An input that fits and that the service refuses. */
  fails?: { input: JsonObject; code: ErrorCode };
}

/** Every method of the contract, read from the contract itself. */
export const methodNames = Object.entries(contract).flatMap(([domain, procedures]) =>
  Object.keys(procedures).map((name) => `${domain}.${name}` as MethodName),
);

export async function eventsOf(client: ContractClient, run: string, after = 0): Promise<ShownEvent[]> {
  const events: ShownEvent[] = [];
  for await (const signal of await client.run.events({ run, after }))
    if (signal.type === 'event') events.push(signal.event);
  return events;
}

/** Starts a run and waits until the host has stopped working on it. */
export async function finished(client: ContractClient, workflow: string, inputs: JsonObject): Promise<string> {
  const { runId } = await client.run.start({ workflow, inputs });
  await eventsOf(client, runId);
  return runId;
}

/** A run that holds at a model call which never answers. */
export async function heldRun({ client, provider, hold }: MethodBench): Promise<string> {
  hold();
  const { runId } = await client.run.start({ workflow: 'ask', inputs: { question: 'Why?' } });
  await expect.poll(() => provider.requests.length, { timeout: 20_000, interval: 10 }).toBe(1);
  return runId;
}

/** A run that was interrupted while a call was in flight, which was answered. */
export async function interruptedRun({ client, provider, sayLate }: MethodBench): Promise<string> {
  sayLate('Because.');
  const { runId } = await client.run.start({ workflow: 'ask', inputs: { question: 'Why?' } });
  await expect.poll(() => provider.requests.length, { timeout: 20_000, interval: 10 }).toBe(1);
  const watching = eventsOf(client, runId);
  expect(await client.run.interrupt({ run: runId })).toEqual({ runId });
  expect((await watching).some(({ type }) => type === 'run.finished')).toBe(false);
  return runId;
}

/** The key of an answer that was just kept. */
async function keptAnswer({ client, say }: MethodBench): Promise<string> {
  say('It was ', 'kept.');
  await finished(client, 'kept', { question: 'Is it kept?' });
  const [newest] = (await client.cache.list({ limit: 1 })).answers;
  if (!newest) throw new Error('nothing was kept');
  return newest.key;
}

async function ingested({ client }: MethodBench, collection: string) {
  for await (const one of await client.knowledge.ingest({ collection })) if (one.type === 'report') return one.report;
  throw new Error('the ingestion gave no report');
}

async function openTask({ client }: MethodBench, value: string) {
  const runId = await finished(client, 'review', { value });
  const [task] = await client.review.list({ runId });
  if (!task) throw new Error('no review task was opened');
  return task;
}

const run = { run: 'run_nothing' };
const noRun = { input: run, code: 'run.not_found' } as const;

/** Paths that no editor may write: outside, hidden, elsewhere, of another kind. */
const badFiles = [
  '../secret.flow.json',
  'workflows/../../secret.flow.json',
  '/etc/passwd.flow.json',
  'workflows/.hidden.flow.json',
  'workflows/.git/x.flow.json',
  'workflows\\x.flow.json',
  'workflows/a\0b.flow.json',
  'workflows/x.json',
  'documents/x.flow.json',
  'workflows/a:b.flow.json',
  '',
];
const emptyFlow = {
  ...{ format: 1 as const, id: 'wf_empty', name: 'Empty', nodes: [], edges: [] },
  ...{ inputs: {}, outputs: {}, resources: {} },
};
const unsaved = { file: 'workflows/echo.flow.json', slot: 'slot-of-one', base: 'a'.repeat(64) };
const slotOf = ({ file, slot }: typeof unsaved) => ({ file, slot });

async function copyOfEcho(client: ContractClient, title: string) {
  const { file, hash } = await client.workflow.duplicate({ file: 'workflows/echo.flow.json', title });
  const { workflow } = await client.workflow.open({ file });
  if (!workflow) throw new Error('the copy cannot be read');
  return { file, hash, workflow };
}

export const methods: { [M in MethodName]: MethodRow } = {
  'workflow.list': {
    async works({ client }) {
      const names = (await client.workflow.list({})).map(({ name }) => name);
      expect(names).toEqual(['ask', 'each', 'echo', 'found', 'kept', 'large', 'report', 'review', 'wrong']);
    },
    shape: {},
    refuses: [],
  },
  'workflow.read': {
    async works({ client }) {
      const { file, workflow, migrated } = await client.workflow.read({ workflow: 'echo' });
      expect({ file, migrated, id: workflow.id }).toEqual({
        file: 'workflows/echo.flow.json',
        migrated: false,
        id: 'wf_echo',
      });
      expect(workflow.edges).toHaveLength(1);
    },
    shape: { workflow: 'echo' },
    refuses: [
      ...['../secret.flow.json', '/etc/passwd', 'C:/x.flow.json', 'a/../../b', '..\\x', '~/x', 'a\0b', ''].map(
        (workflow) => ({ input: { workflow }, where: '$.workflow' }),
      ),
      { input: {}, where: '$.workflow' },
      { input: { workflow: 7 }, where: '$.workflow' },
    ],
    fails: { input: { workflow: 'ehco' }, code: 'workflow.missing' },
  },
  'workflow.validate': {
    async works({ client }) {
      expect((await client.workflow.validate({ workflow: 'ask' })).valid).toBe(true);
      const { valid, issues } = await client.workflow.validate({ workflow: 'wrong' });
      expect(valid).toBe(false);
      expect(issues).toMatchObject([{ code: 'workflow.unknown_node_type', path: '$.nodes[0].type', nodeId: 'odd' }]);
    },
    shape: { workflow: 'echo' },
    refuses: [{ input: { workflow: 'x'.repeat(301) }, where: '$.workflow' }],
    fails: { input: { workflow: 'gone' }, code: 'workflow.missing' },
  },
  'workflow.preview': {
    async works({ client }) {
      const { text } = await client.workflow.open({ file: 'workflows/echo.flow.json' });
      const { workflow, issues } = await client.workflow.preview({ text });
      expect([workflow?.nodes.length ?? 0, issues]).toEqual([expect.any(Number), []]);
      const hostile = await client.workflow.preview({ text: '{"format":1,"nodes":"<script>"}' });
      expect(hostile.workflow).toBeNull();
      expect(hostile.issues.length).toBeGreaterThan(0);
    },
    shape: { text: '{}' },
    refuses: [],
  },
  'workflow.diff': {
    async works({ client }) {
      expect(await client.workflow.diff({ before: 'echo', after: 'echo' })).toEqual({ logic: [], layout: [] });
      const { logic } = await client.workflow.diff({ before: 'echo', after: 'review' });
      expect(logic.map(({ kind, path }) => `${kind} ${path}`)).toContain('added nodes.ask');
    },
    shape: { before: 'echo', after: 'review' },
    refuses: [{ input: { before: 'echo', after: '../x' }, where: '$.after' }],
    fails: { input: { before: 'echo', after: 'gone' }, code: 'workflow.missing' },
  },
  'workflow.nodes': {
    async works({ client }) {
      const nodes = await client.workflow.nodes({});
      expect(nodes.length).toBeGreaterThan(15);
      const map = nodes.find(({ type }) => type === 'map');
      expect(map).toMatchObject({ inputs: { items: { type: 'list', required: true } }, effect: 'pure', inert: false });
      expect(map?.body?.sinks).toEqual({ result: { type: 'any' } });
      expect(map?.config).toMatchObject({ type: 'object', properties: { concurrency: { default: 8 } } });
    },
    shape: {},
    refuses: [],
  },
  'workflow.schema': {
    async works({ client }) {
      expect(await client.workflow.schema({})).toMatchObject({
        type: 'object',
        required: expect.arrayContaining(['id']),
      });
      expect(await client.workflow.schema({ of: 'workspace' })).toMatchObject({ title: 'Pipewright workspace' });
    },
    shape: { of: 'workflow' },
    refuses: [{ input: { of: 'everything' }, where: '$.of' }],
  },
  'workflow.open': {
    async works({ client, folder }) {
      const file = 'workflows/echo.flow.json';
      const opened = await client.workflow.open({ file });
      expect(opened).toMatchObject({ file, migrated: false, issues: [], workflow: { id: 'wf_echo' } });
      expect(opened.text).toBe(readFileSync(join(folder, file), 'utf8'));
      expect(opened.hash).toMatch(/^[0-9a-f]{64}$/);
      const wrong = await client.workflow.open({ file: 'workflows/wrong.flow.json' });
      expect(wrong.issues).toMatchObject([{ code: 'workflow.unknown_node_type', nodeId: 'odd' }]);
      writeFileSync(join(folder, 'workflows/torn.flow.json'), '{"format": 1, "nodes": [');
      const torn = await client.workflow.open({ file: 'workflows/torn.flow.json' });
      expect(torn).toMatchObject({ workflow: null, issues: [{ code: 'workflow.not_json' }] });
      rmSync(join(folder, 'workflows/torn.flow.json'));
    },
    shape: { file: 'workflows/echo.flow.json' },
    refuses: badFiles.map((file) => ({ input: { file }, where: '$.file' })),
    fails: { input: { file: 'workflows/gone.flow.json' }, code: 'workflow.missing' },
  },
  'workflow.check': {
    async works({ client }) {
      const { workflow } = await client.workflow.read({ workflow: 'echo' });
      expect(await client.workflow.check({ workflow })).toEqual({ valid: true, issues: [] });
      const broken = { ...workflow, edges: [] };
      expect(await client.workflow.check({ workflow: broken })).toMatchObject({
        valid: false,
        issues: [{ code: 'workflow.missing_input', nodeId: 'out' }],
      });
    },
    shape: { workflow: emptyFlow },
    refuses: [
      { input: { workflow: { ...emptyFlow, format: 2 } }, where: '$.workflow.format' },
      { input: { workflow: { ...emptyFlow, surplus: 1 } }, where: '$.workflow' },
    ],
  },
  'workflow.named': {
    async works({ client }) {
      const references = ['wf_echo', 'workflows/each.flow.json', 'ask', 'gone', '../secret.flow.json', ''];
      const named = await client.workflow.named({ references: [...references, 'wf_echo'] });
      expect(named.map(({ reference, file, id }) => `${reference} ${file} ${id}`)).toEqual([
        'wf_echo workflows/echo.flow.json wf_echo',
        'workflows/each.flow.json workflows/each.flow.json wf_each',
        'ask workflows/ask.flow.json wf_ask',
      ]);
      const { workflow } = await client.workflow.read({ workflow: 'ask' });
      expect(named[2]).toMatchObject({ name: workflow.name, inputs: workflow.inputs, outputs: workflow.outputs });
    },
    shape: { references: ['echo'] },
    refuses: [{ input: { references: ['x'.repeat(301)] }, where: '$.references[0]' }],
  },
  'workflow.save': {
    async works({ client, folder }) {
      const { file, hash, workflow } = await copyOfEcho(client, 'To be saved');
      const renamed = { ...workflow, name: 'Saved' };
      const saved = await client.workflow.save({ file, workflow: renamed, base: hash });
      expect(await client.workflow.open({ file })).toMatchObject({ ...saved, workflow: { name: 'Saved' } });
      // Someone else writes meanwhile: nothing of theirs is lost.
      writeFileSync(join(folder, file), JSON.stringify({ ...workflow, name: 'Theirs' }));
      const theirs = await client.workflow.open({ file });
      await expect(client.workflow.save({ file, workflow: renamed, base: saved.hash })).rejects.toMatchObject({
        code: 'file.conflict',
        data: { data: { hash: theirs.hash } },
      });
      expect((await client.workflow.open({ file })).workflow?.name).toBe('Theirs');
      await expect(client.workflow.save({ file, workflow: renamed, base: null })).rejects.toMatchObject({
        code: 'file.exists',
      });
      rmSync(join(folder, file));
      await expect(client.workflow.save({ file, workflow: renamed, base: theirs.hash })).rejects.toMatchObject({
        code: 'file.conflict',
        data: { data: { gone: true } },
      });
      await client.workflow.save({ file, workflow: renamed, base: null });
      rmSync(join(folder, file));
    },
    shape: { file: 'workflows/new.flow.json', workflow: emptyFlow, base: null },
    refuses: [
      { input: { file: 'workflows/x.flow.json', workflow: emptyFlow, base: 'abc' }, where: '$.base' },
      ...badFiles.map((file) => ({ input: { file, workflow: emptyFlow, base: null }, where: '$.file' })),
    ],
    fails: {
      input: { file: 'workflows/echo.flow.json', workflow: emptyFlow, base: '0'.repeat(64) },
      code: 'file.conflict',
    },
  },
  'workflow.create': {
    async works({ client, folder }) {
      const empty = await client.workflow.create({ title: 'Größer & besser' });
      expect(empty.file).toBe('workflows/groer-besser.flow.json'.replace('groer', 'gro-er'));
      expect((await client.workflow.open({ file: empty.file })).workflow).toMatchObject({
        name: 'Größer & besser',
        nodes: [],
      });
      const again = await client.workflow.create({ title: 'Größer & besser' });
      expect(again.file).not.toBe(empty.file);
      const made = await client.workflow.create({ title: 'Answers', from: { template: 'answer-from-documents' } });
      const opened = await client.workflow.open({ file: made.file });
      expect(opened.workflow?.nodes.length).toBeGreaterThan(5);
      expect(readFileSync(join(folder, 'prompts/answer-from-documents.md'), 'utf8')).toContain('# user');
      const ids = (await client.workflow.list({})).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { file } of [empty, again, made]) rmSync(join(folder, file));
      rmSync(join(folder, 'prompts/answer-from-documents.md'));
    },
    shape: { title: 'New' },
    refuses: [
      { input: { title: ' ' }, where: '$.title' },
      { input: { title: 'x', from: {} }, where: '$.from' },
    ],
    fails: { input: { title: 'New', from: { template: 'answer-from-document' } }, code: 'template.missing' },
  },
  'workflow.duplicate': {
    async works({ client, folder }) {
      const { file } = await client.workflow.duplicate({ file: 'workflows/echo.flow.json', title: 'Echo twice' });
      const { workflow } = await client.workflow.open({ file });
      expect(workflow).toMatchObject({ name: 'Echo twice', edges: [{ id: 'e1' }] });
      expect(workflow?.id).not.toBe('wf_echo');
      rmSync(join(folder, file));
    },
    shape: { file: 'workflows/echo.flow.json', title: 'x' },
    refuses: [{ input: { file: 'workflows/echo.flow.json' }, where: '$.title' }],
    fails: { input: { file: 'workflows/gone.flow.json', title: 'x' }, code: 'workflow.missing' },
  },
  'workflow.rename': {
    async works({ client, folder }) {
      const { file, hash, workflow } = await copyOfEcho(client, 'Old name');
      await client.workflow.save({ file, workflow: { ...workflow, description: 'changed' }, base: hash });
      const before = await client.workflow.history({ file });
      const to = 'workflows/deep/new-name.flow.json';
      await client.workflow.rename({ file, to });
      expect(await client.workflow.history({ file: to })).toEqual(before);
      await expect(client.workflow.open({ file })).rejects.toMatchObject({ code: 'workflow.missing' });
      await expect(client.workflow.rename({ file: to, to: 'workflows/echo.flow.json' })).rejects.toMatchObject({
        code: 'file.exists',
      });
      rmSync(join(folder, 'workflows/deep'), { recursive: true });
    },
    shape: { file: 'workflows/gone.flow.json', to: 'workflows/x.flow.json' },
    refuses: badFiles.map((to) => ({ input: { file: 'workflows/echo.flow.json', to }, where: '$.to' })),
    fails: { input: { file: 'workflows/gone.flow.json', to: 'workflows/x.flow.json' }, code: 'workflow.missing' },
  },
  'workflow.remove': {
    async works({ client, folder }) {
      const { file } = await copyOfEcho(client, 'To be removed');
      const { trash } = await client.workflow.remove({ file });
      expect(existsSync(join(folder, file))).toBe(false);
      expect(await client.workflow.trash({})).toMatchObject([{ trash, file }]);
      expect(await client.workflow.restore({ trash })).toEqual({ file });
      rmSync(join(folder, file));
    },
    shape: { file: 'workflows/gone.flow.json' },
    refuses: badFiles.map((file) => ({ input: { file }, where: '$.file' })),
    fails: { input: { file: 'workflows/gone.flow.json' }, code: 'workflow.missing' },
  },
  'workflow.trash': {
    async works({ client }) {
      expect(await client.workflow.trash({})).toEqual([]);
    },
    shape: {},
    refuses: [],
  },
  'workflow.restore': {
    async works({ client, folder }) {
      const first = await copyOfEcho(client, 'Twice there');
      const { trash } = await client.workflow.remove({ file: first.file });
      const second = await copyOfEcho(client, 'Twice there');
      expect(second.file).toBe(first.file);
      const { file } = await client.workflow.restore({ trash });
      expect(file).not.toBe(second.file);
      expect((await client.workflow.open({ file })).workflow?.name).toBe('Twice there');
      rmSync(join(folder, file));
      rmSync(join(folder, second.file));
    },
    shape: { trash: 'gone' },
    refuses: [{ input: { trash: '' }, where: '$.trash' }],
    fails: { input: { trash: '../../secret' }, code: 'history.missing' },
  },
  'workflow.history': {
    async works({ client, folder }) {
      const { file, hash, workflow } = await copyOfEcho(client, 'With a past');
      let base = hash;
      for (let n = 1; n <= 25; n += 1)
        base = (await client.workflow.save({ file, workflow: { ...workflow, description: `${n}` }, base })).hash;
      const versions = await client.workflow.history({ file });
      expect(versions).toHaveLength(26);
      expect(versions.map(({ at }) => at)).toEqual(versions.map(({ at }) => at).sort((a, b) => b - a));
      const [, second] = versions;
      const { workflow: old } = await client.workflow.version({ file, version: second?.version ?? '' });
      expect(old?.description).toBe('24');
      rmSync(join(folder, file));
    },
    shape: { file: 'workflows/echo.flow.json' },
    refuses: [{ input: { file: 'prompts/x.md' }, where: '$.file' }],
  },
  'workflow.version': {
    async works({ client, folder }) {
      const { file, hash } = await copyOfEcho(client, 'Versions');
      const [only] = await client.workflow.history({ file });
      const { text, workflow, issues } = await client.workflow.version({ file, version: only?.version ?? '' });
      expect(createHash('sha256').update(text).digest('hex')).toBe(hash);
      expect({ name: workflow?.name, issues }).toEqual({ name: 'Versions', issues: [] });
      rmSync(join(folder, file));
    },
    shape: { file: 'workflows/echo.flow.json', version: 'x' },
    refuses: [{ input: { file: 'workflows/echo.flow.json', version: '' }, where: '$.version' }],
    fails: { input: { file: 'workflows/echo.flow.json', version: '../x' }, code: 'history.missing' },
  },
  'workflow.watch': {
    async works({ client, folder }) {
      const stopping = new AbortController();
      const stream = await client.workflow.watch({}, { signal: stopping.signal });
      const next = async () => (await stream.next()).value;
      expect(await next()).toEqual({ type: 'watching', file: '' });
      const file = 'workflows/seen.flow.json';
      writeFileSync(join(folder, file), '{}');
      expect(await next()).toMatchObject({ type: 'added', file, hash: expect.any(String) });
      writeFileSync(join(folder, file), '{"longer": true}');
      expect(await next()).toMatchObject({ type: 'changed', file });
      rmSync(join(folder, file));
      expect(await next()).toEqual({ type: 'removed', file });
      stopping.abort();
    },
    shape: {},
    refuses: [],
  },
  'workflow.nodeDocs': {
    async works({ client }) {
      expect((await client.workflow.nodeDocs({ type: 'retriever' })).markdown).toContain('## Ports');
    },
    shape: { type: 'retriever' },
    refuses: [{ input: { type: '../secret' }, where: '$.type' }],
    fails: { input: { type: 'gone' }, code: 'cli.unknown' },
  },
  'run.start': {
    async works({ client }) {
      const { runId, workflowName } = await client.run.start({ workflow: 'each', inputs: { items: [1, 2, 3] } });
      expect(workflowName).toBe('each');
      expect((await eventsOf(client, runId)).at(-1)?.type).toBe('run.finished');
      expect((await client.run.trace({ run: runId })).outputs).toEqual({ results: { value: [2, 4, 6] } });
      const pinned = await client.run.start({ workflow: 'echo', inputs: { value: 1 }, pins: { in: { value: 'pin' } } });
      await eventsOf(client, pinned.runId);
      expect((await client.run.trace({ run: pinned.runId })).outputs).toEqual({ value: { value: 'pin' } });
      // What an earlier run gave, by reference.
      const again = await client.run.start({
        workflow: 'echo',
        inputs: { value: 2 },
        pinned: { in: { run: pinned.runId, step: 'in' } },
      });
      await eventsOf(client, again.runId);
      expect((await client.run.trace({ run: again.runId })).outputs).toEqual({ value: { value: 'pin' } });
      const gone = { in: { run: pinned.runId, step: 'nowhere' } };
      await expect(client.run.start({ workflow: 'echo', inputs: { value: 2 }, pinned: gone })).rejects.toMatchObject({
        code: 'run.step_not_found',
      });
    },
    shape: { workflow: 'echo', inputs: { value: 1 } },
    refuses: [
      { input: { workflow: 'echo', capture: 'some' }, where: '$.capture' },
      { input: { workflow: 'echo', from: { node: 'in' } }, where: '$.from.run' },
      { input: { workflow: 'echo', fork: { run: 'last', at: 'in', surplus: 1 } }, where: '$.fork' },
      { input: { workflow: 'echo', breakpoints: [{ at: 'in', when: 1 }] }, where: '$.breakpoints[0].when' },
    ],
    fails: { input: { workflow: 'each', inputs: { items: 'no list' } }, code: 'run.input' },
  },
  'run.resume': {
    async works(bench) {
      const { client, provider } = bench;
      const runId = await interruptedRun(bench);
      expect(await client.run.resume({ run: runId })).toEqual({ runId, workflowName: 'ask' });
      await eventsOf(client, runId);
      const { status, outputs, starts } = await client.run.trace({ run: runId });
      expect({ status, outputs, starts }).toEqual({
        status: 'succeeded',
        outputs: { text: { value: 'Because.' } },
        starts: 2,
      });
      // What was paid for is not asked again.
      expect(provider.requests).toHaveLength(1);
    },
    shape: run,
    refuses: [{ input: { run: '' }, where: '$.run' }],
    fails: noRun,
  },
  'run.cancel': {
    async works(bench) {
      const runId = await heldRun(bench);
      expect(await bench.client.run.cancel({ run: runId, reason: 'enough' })).toEqual({ runId });
      expect(await bench.client.run.trace({ run: runId })).toMatchObject({
        status: 'cancelled',
        cancelReason: 'enough',
      });
      await expect(bench.client.run.cancel({ run: runId, reason: 'again' })).rejects.toMatchObject({
        code: 'run.finished',
      });
      // Nobody works on this one.
      const interrupted = await interruptedRun(bench);
      await bench.client.run.cancel({ run: interrupted, reason: 'enough' });
      expect(await bench.client.run.trace({ run: interrupted })).toMatchObject({ status: 'cancelled' });
    },
    shape: { ...run, reason: 'enough' },
    refuses: [{ input: { ...run, reason: '' }, where: '$.reason' }],
    fails: { input: { ...run, reason: 'enough' }, code: 'run.not_found' },
  },
  'run.interrupt': {
    async works(bench) {
      const runId = await interruptedRun(bench);
      expect(await bench.client.run.trace({ run: runId })).toMatchObject({ status: 'running', interrupted: true });
    },
    shape: run,
    refuses: [{ input: { run: 'x'.repeat(101) }, where: '$.run' }],
    fails: noRun,
  },
  'run.evaluate': {
    async works({ client }) {
      const { runId } = await client.run.start({
        workflow: 'each',
        inputs: { items: [1, 2, 3] },
        breakpoints: [{ at: 'out' }],
      });
      await eventsOf(client, runId);
      const expressions = ['inputs.value.size()', 'outputs["in"].value[2]', 'step', 'outputs.gone', '1 +'];
      const { step, results } = await client.run.evaluate({ run: runId, expressions });
      expect({ step, results: results.slice(0, 3) }).toEqual({
        step: 'out',
        results: [{ value: 3 }, { value: 3 }, { value: 'out' }],
      });
      expect(results.slice(3).every((one) => 'fault' in one && one.fault.length > 5)).toBe(true);
    },
    shape: { run: 'last', step: 'out', expressions: ['1'] },
    refuses: [{ input: { run: 'last', expressions: [''] }, where: '$.expressions[0]' }],
    fails: { input: { run: 'run_gone', expressions: [] }, code: 'run.not_found' },
  },
  'run.breakAt': {
    async works(bench) {
      const { client, say } = bench;
      say('No', '.');
      const { runId } = await client.run.start({
        workflow: 'ask',
        inputs: { question: 'Well?' },
        breakpoints: [{ at: 'model', every: 1 }],
      });
      expect((await eventsOf(client, runId)).at(-1)?.type).toBe('run.waiting');
      const [stop] = await client.review.list({ runId });
      const decision = { task: stop?.wait ?? '', payloadHash: stop?.payloadHash ?? '', by: 'tester' };
      // Values are held to the ports' types before anything goes on.
      const inputs = { messages: 'no list' };
      await expect(client.review.decide({ ...decision, action: 'continue', values: { inputs } })).rejects.toMatchObject(
        { code: 'run.decision' },
      );
      await client.review.decide({ ...decision, action: 'step' });
      await client.run.resume({ run: runId });
      expect((await eventsOf(client, runId)).at(-1)?.type).toBe('run.waiting');
      // Nobody works on it: it is told when it goes on.
      await expect(client.run.breakAt({ run: runId, breakpoints: [] })).rejects.toMatchObject({
        code: 'run.not_running',
      });
    },
    shape: { run: 'last', breakpoints: [{ at: 'model', hit: 2, when: 'true' }] },
    refuses: [
      { input: { run: 'last', breakpoints: [{ at: 'model', hit: 0 }] }, where: '$.breakpoints[0].hit' },
      { input: { run: 'last', breakpoints: [{ at: 'model', node: 'model' }] }, where: '$.breakpoints[0]' },
    ],
    fails: { input: { run: 'run_gone', breakpoints: [] }, code: 'run.not_found' },
  },
  'run.replay': {
    async works({ client, say, provider }) {
      say('Yes', '.');
      const runId = await finished(client, 'ask', { question: 'Well?' });
      const report = await client.run.replay({ run: runId });
      expect(report).toMatchObject({ runId, recorded: 'succeeded', differences: [] });
      expect(report.steps).toBeGreaterThan(0);
      expect(provider.requests).toHaveLength(1);
    },
    shape: run,
    refuses: [{ input: { run: null }, where: '$.run' }],
    fails: noRun,
  },
  'run.list': {
    async works({ client }) {
      const first = await finished(client, 'echo', { value: 1 });
      const second = await finished(client, 'echo', { value: 2 });
      const listed = await client.run.list({ workflowId: 'wf_echo', limit: 2 });
      expect(listed.map(({ runId, status }) => `${runId} ${status}`)).toEqual([
        `${second} succeeded`,
        `${first} succeeded`,
      ]);
    },
    shape: { limit: 5 },
    refuses: [
      { input: { limit: 0 }, where: '$.limit' },
      { input: { status: 'odd' }, where: '$.status' },
    ],
  },
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
  'run.step': {
    async works({ client, say }) {
      say('One ', 'two.');
      const runId = await finished(client, 'ask', { question: 'Count' });
      const { step, inputs } = await client.run.step({ run: runId, step: 'model' });
      expect(step).toMatchObject({ node: 'model', state: 'succeeded', calls: [{ request: { value: {} } }] });
      const fed = await client.run.step({ run: runId, step: inputs[0]?.from.step ?? '' });
      expect(inputs[0]?.value).toEqual(fed.step.outputs[inputs[0]?.from.port ?? '']);
      expect(inputs[0]?.value).toBeDefined();
      expect(JSON.stringify([step, inputs])).not.toContain(SECRET);
      // What each turn of a container gets lies in no step; what lies outside can be reached from within.
      const each = await finished(client, 'each', { items: [1, 2] });
      const { steps } = await client.run.trace({ run: each, payloads: 'none' });
      const turn = steps.find(({ step: path }) => path.includes('[1]'))?.step ?? '';
      const inside = await client.run.step({ run: each, step: turn });
      expect(inside.inputs.some(({ from, value }) => from.perTurn === true && value === undefined)).toBe(true);
      // A large payload stays a reference until it is asked for.
      const value = 'x'.repeat(300_000);
      const large = await finished(client, 'echo', { value });
      const at = { run: large, step: 'in' };
      expect((await client.run.step(at)).step.outputs).toMatchObject({ value: { digest: expect.any(String) } });
      expect((await client.run.step({ ...at, large: true })).step.outputs).toEqual({ value: { value } });
      await expect(client.run.step({ run: large, step: 'gone' })).rejects.toMatchObject({ code: 'run.step_not_found' });
    },
    shape: { ...run, step: 'in' },
    refuses: [
      { input: { ...run, step: '' }, where: '$.step' },
      { input: { ...run, step: 'in', large: 1 }, where: '$.large' },
    ],
    fails: { input: { ...run, step: 'in' }, code: 'run.not_found' },
  },
  'run.watch': {
    async works({ client }) {
      const stopping = new AbortController();
      const stream = await client.run.watch({}, { signal: stopping.signal });
      expect((await stream.next()).value).toEqual({ type: 'watching' });
      await finished(client, 'echo', { value: 1 });
      expect((await stream.next()).value).toEqual({ type: 'changed' });
      stopping.abort();
    },
    shape: {},
    refuses: [],
  },
  'run.log': {
    async works({ client }) {
      const runId = await finished(client, 'echo', { value: 1 });
      const all = await eventsOf(client, runId);
      const read = async (after: number) => {
        const { events, ...rest } = await client.run.log({ run: runId, after });
        expect(rest).toEqual({ runId, more: false });
        return ShownEvent.array().parse(JSON.parse(events));
      };
      expect(await read(0)).toEqual(all);
      expect(await read(2)).toEqual(all.slice(2));
      expect(await read(all.length)).toEqual([]);
    },
    shape: run,
    refuses: [{ input: { ...run, after: -1 }, where: '$.after' }],
    fails: noRun,
  },
  'run.graph': {
    async works({ client, folder }) {
      const runId = await finished(client, 'echo', { value: 1 });
      const before = await client.run.graph({ run: runId });
      expect(before).toMatchObject({ runId, file: 'workflows/echo.flow.json', workflow: { name: 'echo' } });
      // What the run worked on stays, whatever becomes of the file.
      const file = join(folder, 'workflows/echo.flow.json');
      const text = readFileSync(file, 'utf8');
      rmSync(file);
      expect(await client.run.graph({ run: runId })).toEqual({ ...before, file: null });
      writeFileSync(file, text);
    },
    shape: run,
    refuses: [{ input: { run: '' }, where: '$.run' }],
    fails: noRun,
  },
  'run.search': {
    async works({ client, say }) {
      say('The answer ', 'is here.');
      const runId = await finished(client, 'ask', { question: 'Where is it?' });
      expect(await client.run.search({ run: runId, text: 'ANSWER IS' })).toMatchObject({ tooLarge: 0 });
      expect((await client.run.search({ run: runId, text: 'ANSWER IS' })).steps).toContain('model');
      expect((await client.run.search({ run: runId, text: 'nowhere at all' })).steps).toEqual([]);
      expect((await client.run.search({ run: runId, text: SECRET })).steps).toEqual([]);
      const large = await finished(client, 'echo', { value: 'x'.repeat(300_000) });
      expect(await client.run.search({ run: large, text: 'xxx' })).toMatchObject({ steps: [], tooLarge: 2 });
    },
    shape: { ...run, text: 'x' },
    refuses: [{ input: { ...run, text: ' ' }, where: '$.text' }],
    fails: { input: { ...run, text: 'x' }, code: 'run.not_found' },
  },
  'run.trace': {
    async works({ client, say }) {
      say('One ', 'two.');
      const runId = await finished(client, 'ask', { question: 'Count' });
      const trace = await client.run.trace({ run: runId });
      expect(trace.spent).toMatchObject({ inputTokens: 3, outputTokens: 2, nanoUsd: 7000 });
      const call = trace.steps.find(({ node }) => node === 'model')?.calls[0];
      expect(call).toMatchObject({ kind: 'model.generate', state: 'completed', request: { value: {} } });
      expect(JSON.stringify(trace)).not.toContain(SECRET);
      const bare = await client.run.trace({ run: runId, payloads: 'none' });
      expect(bare.steps.every(({ outputs }) => Object.keys(outputs).length === 0)).toBe(true);
      const one = await client.run.trace({ run: runId, payloads: { step: 'model' } });
      expect(one.steps.filter(({ outputs }) => Object.keys(outputs).length > 0).map(({ node }) => node)).toEqual([
        'model',
      ]);
    },
    shape: run,
    refuses: [{ input: { ...run, payloads: { step: '' } }, where: '$.payloads.step' }],
    fails: noRun,
  },
  'run.events': {
    async works({ client, say }) {
      say('One ', 'two ', 'three.');
      const { runId } = await client.run.start({ workflow: 'ask', inputs: { question: 'Count' } });
      const all = await eventsOf(client, runId);
      expect(all.map(({ seq }) => seq)).toEqual(all.map((_, at) => at + 1));
      expect(all.at(-1)?.type).toBe('run.finished');
      expect(await eventsOf(client, runId, 3)).toEqual(all.slice(3));
      expect(await eventsOf(client, runId, all.length)).toEqual([]);
    },
    shape: run,
    refuses: [
      { input: { ...run, after: -1 }, where: '$.after' },
      { input: { ...run, after: 1.5 }, where: '$.after' },
    ],
    fails: noRun,
  },
  'run.follow': {
    async works({ client, say }) {
      say('One ', 'two ', 'three.');
      const { runId } = await client.run.start({ workflow: 'ask', inputs: { question: 'Count' } });
      const pieces: ShownSignal[][] = [];
      for await (const piece of await client.run.follow({ run: runId })) pieces.push(piece);
      const all = pieces.flat().flatMap((one) => (one.type === 'event' ? [one.event] : []));
      expect(all).toEqual(await eventsOf(client, runId));
      expect(pieces.length).toBeLessThan(all.length);
    },
    shape: run,
    refuses: [{ input: { ...run, after: -1 }, where: '$.after' }],
    fails: noRun,
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
  'exporting.make': {
    async works({ client, folder }) {
      const { text, requires, ...about } = await client.exporting.make({ workflow: 'ask' });
      const file = JSON.parse(text);
      expect(about).toEqual({
        name: 'ask.export.json',
        workflow: { id: 'wf_ask', name: 'ask' },
        hash: file.hash,
        holds: { workflows: ['workflows/ask.flow.json'], prompts: ['prompts/plain.md'] },
      });
      expect(requires).toEqual(file.requires);
      expect(requires).toMatchObject({ profiles: [{ name: 'slow', secret: 'SLOW_KEY' }], secrets: ['SLOW_KEY'] });
      expect(text).not.toContain(SECRET);
      expect(file.prompts['prompts/plain.md']).toBe(readFileSync(join(folder, 'prompts/plain.md'), 'utf8'));
    },
    shape: { workflow: 'ask' },
    refuses: [{ input: { workflow: '../ask' }, where: '$.workflow' }],
    fails: { input: { workflow: 'gone' }, code: 'workflow.missing' },
  },
  'exporting.preview': {
    async works({ client, folder }) {
      const { text, hash } = await client.exporting.make({ workflow: 'report' });
      const before = readFileSync(join(folder, 'pipewright.json'), 'utf8');
      const preview = await client.exporting.preview({ text });
      expect(preview).toMatchObject({
        ...{ hash, inTheWay: [], requires: { grants: ['write:reports'] } },
        workflow: { id: 'wf_report' },
        report: { file: 'workflows/report.flow.json', added: { profiles: [], collections: [], tables: [] } },
      });
      const changed = JSON.parse(text);
      await expect(
        client.exporting.preview({ text: JSON.stringify({ ...changed, main: 'workflows/x.flow.json' }) }),
      ).rejects.toMatchObject({ code: 'export.tampered' });
      expect(readFileSync(join(folder, 'pipewright.json'), 'utf8')).toBe(before);
    },
    shape: { text: '{}', withProfiles: false },
    refuses: [
      { input: { text: '' }, where: '$.text' },
      { input: { text: '{}', withProfiles: 'yes' }, where: '$.withProfiles' },
      { input: { text: '{}', as: '../ask' }, where: '$.as' },
    ],
    fails: { input: { text: '{"export":1}' }, code: 'export.tampered' },
  },
  'exporting.take': {
    async works({ client, folder, host }) {
      const config = readFileSync(join(folder, 'pipewright.json'), 'utf8');
      const { text } = await client.exporting.make({ workflow: 'ask' });
      const path = join(folder, 'workflows/ask.flow.json');
      const mine = readFileSync(path, 'utf8');
      // What is here under that name with another content stays as it is.
      writeFileSync(path, mine.replace('"name":"ask"', '"name":"Mine"'));
      const ours = readFileSync(path, 'utf8');
      expect(ours).not.toBe(mine);
      const refused = client.exporting.take({ text });
      await expect(refused).rejects.toMatchObject({ code: 'export.exists' });
      const granted = host.grants.list();
      const report = await client.exporting.take({ text, rename: true });
      expect(report.file).toBe('workflows/ask-2.flow.json');
      expect(readFileSync(path, 'utf8')).toBe(ours);
      // Under a name that somebody chose, as the preview said.
      const asked = { text, rename: true, as: 'asked' };
      expect((await client.exporting.preview({ text, as: 'asked' })).report.file).toBe('workflows/asked.flow.json');
      const named = await client.exporting.take(asked);
      expect(named.file).toBe('workflows/asked.flow.json');
      rmSync(join(folder, named.file));
      expect(host.grants.list()).toEqual(granted);
      expect((await client.workflow.read({ workflow: 'ask-2' })).workflow.name).toBe('ask');
      writeFileSync(path, mine);
      rmSync(join(folder, report.file));
      writeFileSync(join(folder, 'pipewright.json'), config);
    },
    shape: { text: '{}', withProfiles: false, rename: false },
    refuses: [
      { input: { text: '{}', rename: 1 }, where: '$.rename' },
      { input: { text: '{}', as: 'a/b' }, where: '$.as' },
    ],
    fails: { input: { text: '{"export":9}' }, code: 'export.newer' },
  },
  'grants.needs': {
    async works({ client }) {
      expect(await client.grants.needs({ workflow: 'echo' })).toEqual([]);
      expect(await client.grants.needs({ workflow: 'report' })).toEqual([
        { ability: 'write', target: 'reports', granted: false },
      ]);
    },
    shape: { workflow: 'report' },
    refuses: [{ input: { workflow: '../report' }, where: '$.workflow' }],
    fails: { input: { workflow: 'gone' }, code: 'workflow.missing' },
  },
  'grants.add': {
    async works({ client, folder }) {
      const start = () => client.run.start({ workflow: 'report', inputs: { value: 'x' } });
      await expect(start()).rejects.toMatchObject({ code: 'grant.missing' });
      const grants = [{ ability: 'write' as const, target: 'reports/' }];
      const plain = [{ ability: 'write', target: 'reports' }];
      expect(await client.grants.add({ workflow: 'report', grants })).toEqual({ added: plain });
      expect(await client.grants.add({ workflow: 'report', grants })).toEqual({ added: [] });
      await eventsOf(client, (await start()).runId);
      expect(readFileSync(join(folder, 'reports/a.txt'), 'utf8')).toBe('x');
      const [record] = await client.grants.list({});
      expect(await client.grants.revoke({ workflow: record?.workflow ?? '' })).toEqual({ revoked: plain });
    },
    shape: { workflow: 'report', grants: [{ ability: 'write', target: 'reports' }] },
    refuses: [
      { input: { workflow: 'report', grants: [] }, where: '$.grants' },
      { input: { workflow: 'report', grants: [{ ability: 'run', target: 'x' }] }, where: '$.grants[0].ability' },
    ],
    fails: {
      input: { workflow: 'report', grants: [{ ability: 'network', target: 'a.example' }] },
      code: 'grant.invalid',
    },
  },
  'grants.list': {
    async works({ client }) {
      await client.grants.add({ workflow: 'report', grants: [{ ability: 'write', target: 'reports' }] });
      const list = await client.grants.list({});
      expect(list).toMatchObject([{ name: 'report', grants: [{ ability: 'write', target: 'reports' }] }]);
      await client.grants.revoke({ workflow: list[0]?.workflow ?? '' });
      expect(await client.grants.list({})).toEqual([]);
    },
    shape: {},
    refuses: [],
  },
  'grants.revoke': {
    async works({ client }) {
      const grants = [{ ability: 'write' as const, target: 'reports' }];
      await client.grants.add({ workflow: 'report', grants });
      const [record] = await client.grants.list({});
      const workflow = record?.workflow ?? '';
      const others = [{ ability: 'secret' as const, target: 'KEY' }];
      expect(await client.grants.revoke({ workflow, grants: others })).toEqual({ revoked: [] });
      expect(await client.grants.revoke({ workflow, grants })).toEqual({ revoked: grants });
    },
    shape: { workflow: 'a'.repeat(64) },
    refuses: [{ input: { workflow: 'abc' }, where: '$.workflow' }],
    fails: {
      input: { workflow: 'a'.repeat(64), grants: [{ ability: 'network', target: 'a b' }] },
      code: 'grant.invalid',
    },
  },
  'cassette.list': {
    async works({ client, folder }) {
      mkdirSync(join(folder, 'tests/deep'), { recursive: true });
      writeFileSync(join(folder, 'tests/deep/listed.cassette.json'), '{}');
      try {
        expect(await client.cassette.list({})).toContainEqual({
          name: 'listed',
          file: 'tests/deep/listed.cassette.json',
        });
      } finally {
        rmSync(join(folder, 'tests/deep'), { recursive: true });
      }
    },
    shape: {},
    refuses: [],
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
  'cassette.record': {
    async works({ client, say, folder }) {
      say('As ', 'recorded.');
      const runId = await finished(client, 'ask', { question: 'How?' });
      expect(await client.cassette.record({ run: runId, name: 'how', replace: true })).toMatchObject({
        file: 'tests/how.cassette.json',
        runId,
        workflow: { id: 'wf_ask', name: 'ask' },
        status: 'succeeded',
        calls: 1,
      });
      const text = readFileSync(join(folder, 'tests/how.cassette.json'), 'utf8');
      expect(text).toContain('As recorded.');
      expect(text).not.toContain(SECRET);
      await expect(client.cassette.record({ run: runId, name: 'how' })).rejects.toMatchObject({
        code: 'cassette.exists',
      });
    },
    shape: { ...run, name: 'how' },
    refuses: [
      ...['../how', 'a/b', '.hidden', '', 'C:x'].map((name) => ({ input: { ...run, name }, where: '$.name' })),
      { input: { name: 'how' }, where: '$.run' },
    ],
    fails: { input: { ...run, name: 'how' }, code: 'run.not_found' },
  },
  'cassette.test': {
    async works({ client, say, provider, folder }) {
      say('As tried.');
      const runId = await finished(client, 'ask', { question: 'What?' });
      await client.cassette.record({ run: runId, name: 'what', replace: true });
      const asked = provider.requests.length;
      const report = await client.cassette.test({ cassettes: ['what'] });
      expect(report).toMatchObject({ same: 1, differs: 0, invalid: 0, cassettes: [{ outcome: 'same', calls: 1 }] });
      expect(provider.requests).toHaveLength(asked);
      const file = join(folder, 'tests/what.cassette.json');
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll('As tried.', 'As changed.'));
      const { cassettes } = await client.cassette.test({ cassettes: ['what'], update: true });
      expect(cassettes).toMatchObject([{ outcome: 'same', differences: [] }]);
      writeFileSync(file, readFileSync(file, 'utf8').replace('As changed.', 'As nobody said.'));
      const [differing] = (await client.cassette.test({ cassettes: ['what'] })).cassettes;
      expect(differing).toMatchObject({ outcome: 'differs', differences: [{ kind: 'output', at: 'text' }] });
      rmSync(file);
    },
    shape: { cassettes: ['what'] },
    refuses: [
      { input: { cassettes: ['../what'] }, where: '$.cassettes[0]' },
      { input: { update: 1 }, where: '$.update' },
    ],
    fails: { input: { cassettes: ['nowhere'] }, code: 'cassette.missing' },
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
  'template.list': {
    async works({ client }) {
      const templates = await client.template.list({});
      expect(templates.map(({ id }) => id)).toContain('answer-from-documents');
      expect(templates.every(({ title, description, nodes }) => title && description && nodes > 0)).toBe(true);
    },
    shape: {},
    refuses: [],
  },
  'template.read': {
    async works({ client }) {
      for (const { id } of await client.template.list({})) {
        const { workflow } = await client.template.read({ id });
        const { issues } = await client.workflow.check({ workflow });
        // What a workspace has of its own may be missing, and nothing else.
        const others = issues.filter(
          ({ code, message }) => !/resource|prompt/.test(code) && !/no prompt/.test(message),
        );
        expect(others).toEqual([]);
      }
    },
    shape: { id: 'answer-from-documents' },
    refuses: [{ input: { id: '' }, where: '$.id' }],
    fails: { input: { id: '../samples/x' }, code: 'template.missing' },
  },
  'recovery.put': {
    async works({ client }) {
      await client.recovery.put({ ...unsaved, workflow: { ...emptyFlow, name: 'First' } });
      await client.recovery.put({ ...unsaved, workflow: { ...emptyFlow, name: 'Second' } });
      await client.recovery.put({ ...unsaved, slot: 'slot-of-another', workflow: emptyFlow });
      expect(await client.recovery.list({})).toHaveLength(2);
      expect((await client.recovery.get(slotOf(unsaved))).workflow.name).toBe('Second');
      await client.recovery.drop(slotOf(unsaved));
      await client.recovery.drop({ file: unsaved.file, slot: 'slot-of-another' });
    },
    shape: { file: 'workflows/x.flow.json', slot: 'slot-0001', base: '0'.repeat(64), workflow: emptyFlow },
    refuses: [{ input: { ...unsaved, slot: '../x', workflow: emptyFlow }, where: '$.slot' }],
  },
  'recovery.list': {
    async works({ client }) {
      await client.recovery.drop({ file: 'workflows/x.flow.json', slot: 'slot-0001' });
      expect(await client.recovery.list({})).toEqual([]);
    },
    shape: {},
    refuses: [],
  },
  'recovery.get': {
    async works({ client }) {
      await client.recovery.put({ ...unsaved, workflow: emptyFlow });
      const { workflow, ...facts } = await client.recovery.get(slotOf(unsaved));
      expect(facts).toMatchObject(unsaved);
      expect(workflow.id).toBe(emptyFlow.id);
      await client.recovery.drop(slotOf(unsaved));
    },
    shape: { file: 'workflows/x.flow.json', slot: 'slot-0001' },
    refuses: [{ input: { file: 'x', slot: 'slot-0001' }, where: '$.file' }],
    fails: { input: { file: 'workflows/x.flow.json', slot: 'slot-none' }, code: 'recovery.missing' },
  },
  'recovery.drop': {
    async works({ client }) {
      await client.recovery.drop({ file: 'workflows/never.flow.json', slot: 'slot-0001' });
      await client.recovery.put({ ...unsaved, workflow: emptyFlow });
      await client.recovery.drop(slotOf(unsaved));
      expect(await client.recovery.list({})).toEqual([]);
    },
    shape: { file: 'workflows/x.flow.json', slot: 'slot-0001' },
    refuses: [{ input: { file: 'workflows/x.flow.json', slot: 'x' }, where: '$.slot' }],
  },
  'search.find': {
    async works({ client, folder }) {
      const { file, hash } = await copyOfEcho(client, 'Heron here');
      writeFileSync(join(folder, 'prompts/heron.md'), '---\nvariables: [heron]\n---\n# user\nSay heron.\n');
      const query = { text: 'HERON' };
      const { files, more } = await client.search.find({ query, kinds: ['names', 'prompts'] });
      expect(more).toBe(false);
      expect(files.map((one) => [one.file, one.title, one.hits.length])).toEqual([
        [file, 'Heron here', 1],
        ['prompts/heron.md', 'prompts/heron.md', 1],
      ]);
      expect(files[0]).toMatchObject({
        hash,
        hits: [{ place: { of: 'workflow', id: 'name' }, start: 0, match: 'Heron' }],
      });
      // What a prompt's variables are called hangs together with the workflows that fill them.
      expect(files[1]?.hits[0]).toMatchObject({ line: 5, before: 'Say ', match: 'heron', after: '.' });
      expect((await client.search.find({ query, kinds: ['names'], skip: [file] })).files).toEqual([]);
      const exact = { query: { ...query, matchCase: true }, kinds: ['names' as const] };
      expect((await client.search.find(exact)).files).toEqual([]);
      for (const one of [file, 'prompts/heron.md']) rmSync(join(folder, one));
    },
    shape: { query: { text: 'x' }, kinds: ['names'] },
    refuses: [
      { input: { query: { text: '' }, kinds: ['names'] }, where: '$.query.text' },
      { input: { query: { text: 'x' }, kinds: [] }, where: '$.kinds' },
      { input: { query: { text: 'x' }, kinds: ['ids'] }, where: '$.kinds[0]' },
    ],
    fails: { input: { query: { text: '(', regex: true }, kinds: ['names'] }, code: 'regex.syntax' },
  },
  'search.replace': {
    async works({ client, folder }) {
      const { file, hash } = await copyOfEcho(client, 'Heron here');
      const query = { text: 'heron' };
      const kinds = ['names' as const];
      const [done, missed] = await client.search.replace({
        ...{ query, kinds, replacement: 'Crane' },
        files: [
          { file, base: hash },
          { file: 'workflows/echo.flow.json', base: '0'.repeat(64) },
        ],
      });
      expect(done).toEqual({ file, count: 1, left: 0 });
      expect(missed).toMatchObject({ count: 0, fault: { code: 'file.conflict' } });
      const { text, workflow, hash: now } = await client.workflow.open({ file });
      expect(workflow?.name).toBe('Crane here');
      // Nothing else was touched, and what it was can be had back.
      const [, before] = await client.workflow.history({ file });
      const old = await client.workflow.version({ file, version: before?.version ?? '' });
      expect(old.text.replace('Heron', 'Crane')).toBe(text);
      const nowhere = { place: { of: 'workflow' as const, id: 'name' }, start: 3 };
      expect(
        await client.search.replace({
          ...{ query: { text: 'crane' }, kinds, replacement: 'x' },
          files: [{ file, base: now, only: [nowhere] }],
        }),
      ).toEqual([{ file, count: 0, left: 0 }]);
      rmSync(join(folder, file));
    },
    shape: {
      ...{ query: { text: 'x' }, kinds: ['names'], replacement: 'y' },
      files: [{ file: 'workflows/gone.flow.json', base: '0'.repeat(64) }],
    },
    refuses: badFiles.map((file) => ({
      input: { query: { text: 'x' }, kinds: ['names'], replacement: 'y', files: [{ file, base: '0'.repeat(64) }] },
      where: '$.files[0].file',
    })),
    fails: {
      input: {
        ...{ query: { text: '(', regex: true }, kinds: ['names'], replacement: 'y' },
        files: [{ file: 'workflows/echo.flow.json', base: '0'.repeat(64) }],
      },
      code: 'regex.syntax',
    },
  },
  'workspace.info': {
    async works({ client, folder }) {
      const info = await client.workspace.info({});
      expect(info).toMatchObject({ name: 'Bench', folder, capture: 'full' });
      expect(info.tables).toEqual([{ name: 'customers', file: 'tables/customers.csv' }]);
      expect(JSON.stringify(info)).not.toMatch(/SLOW_KEY|http:/);
    },
    shape: {},
    refuses: [],
  },
  'workspace.profiles': {
    async works({ client, host }) {
      const status = async () => (await client.workspace.profiles({})).find(({ name }) => name === 'slow');
      expect(await client.workspace.profiles({})).toContainEqual({
        ...{ name: 'local-embedder', use: 'embedding', provider: 'built-in', model: 'hashing-embedder' },
        ...{ builtIn: true, fallbacks: [] },
      });
      expect(host.config.profiles['slow']).toMatchObject({ provider: 'openai-compatible' });
      expect(await status()).toMatchObject({ name: 'slow', builtIn: false });
      expect(JSON.stringify(await status())).not.toMatch(/http:|sk-/);
    },
    shape: {},
    refuses: [],
  },
  'workspace.doctor': {
    async works({ client }) {
      await finished(client, 'echo', { value: 1 });
      const { findings } = await client.workspace.doctor({});
      expect(findings.find(({ check }) => check === 'database')).toMatchObject({ severity: 'ok' });
      expect(findings.find(({ severity }) => severity === 'error')).toMatchObject({ check: 'workflows' });
      const { rebuilt } = await client.workspace.doctor({ rebuild: true });
      expect(rebuilt?.runs).toBeGreaterThan(0);
    },
    shape: {},
    refuses: [{ input: { rebuild: 'yes' }, where: '$.rebuild' }],
  },
  'workspace.about': {
    async works({ client, folder }) {
      const about = await client.workspace.about({});
      expect(about.versions.map(({ of }) => of)).toEqual(['Pipewright', 'Node', 'SQLite', 'LanceDB']);
      for (const { version } of about.versions) expect(version).toMatch(/^\d+\.\d+/);
      expect(about.folders).toEqual({ workspace: folder, profile: join(folder, 'home') });
    },
    shape: {},
    refuses: [],
  },
  'workspace.licence': {
    async works({ client }) {
      expect(await client.workspace.licence({ package: 'nothing', version: '1.0.0' })).toEqual({ text: null });
    },
    shape: { package: 'zod', version: '1.0.0' },
    refuses: [{ input: { package: 'zod' }, where: '$.version' }],
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
  'secret.list': {
    async works({ client }) {
      const { vault, secrets } = await client.secret.list({});
      expect(vault).toMatchObject({ lock: 'key file', open: true, keychainProblem: null });
      expect(secrets).toContainEqual({ name: 'SLOW_KEY', source: 'environment', hosts: [], profiles: ['slow'] });
    },
    shape: {},
    refuses: [],
  },
  'secret.set': {
    async works({ client, folder }) {
      await client.secret.set({ name: 'CRM_TOKEN', value: 'crm-value-1234', hosts: ['https://crm.example/'] });
      const list = await client.secret.list({});
      expect(list.secrets).toContainEqual({
        ...{ name: 'CRM_TOKEN', source: 'vault', hosts: ['crm.example'], profiles: [] },
      });
      expect(JSON.stringify(list)).not.toContain('crm-value');
      expect(readFileSync(join(folder, 'home/vault.json'), 'utf8')).not.toContain('crm-value');
      // It is taken out of what is shown from now on, though the host was opened before it was set.
      const given = { workflow: 'echo', inputs: { value: 'it says crm-value-1234' }, capture: 'redacted' } as const;
      const { runId } = await client.run.start(given);
      await eventsOf(client, runId);
      expect((await client.run.trace({ run: runId })).outputs).toEqual({ value: { value: 'it says [secret]' } });
      await expect(
        client.secret.set({ name: 'CRM_TOKEN', value: 'two\nlines', hosts: ['crm.example'] }),
      ).rejects.toMatchObject({ code: 'secret.invalid' });
      await client.secret.remove({ name: 'CRM_TOKEN' });
    },
    shape: { name: 'CRM_TOKEN', value: 'x', hosts: ['crm.example'] },
    refuses: [
      { input: { name: 'CRM_TOKEN', value: 'x', hosts: [] }, where: '$.hosts' },
      { input: { name: '', value: 'x', hosts: ['a.example'] }, where: '$.name' },
    ],
    fails: { input: { name: 'crm token', value: 'x', hosts: ['a.example'] }, code: 'grant.invalid' },
  },
  'secret.bindTo': {
    async works({ client }) {
      await client.secret.bindTo({ name: 'BOUND', hosts: ['a.example', '*.b.example'] });
      expect((await client.secret.list({})).secrets).toContainEqual({
        ...{ name: 'BOUND', source: null, hosts: ['a.example', '*.b.example'], profiles: [] },
      });
      expect(await client.secret.remove({ name: 'BOUND' })).toEqual({ removed: true });
    },
    shape: { name: 'BOUND', hosts: ['a.example'] },
    refuses: [{ input: { name: 'BOUND', hosts: 'a.example' }, where: '$.hosts' }],
    fails: { input: { name: 'BOUND', hosts: ['a b'] }, code: 'grant.invalid' },
  },
  'secret.remove': {
    async works({ client }) {
      expect(await client.secret.remove({ name: 'NOT_THERE' })).toEqual({ removed: false });
    },
    shape: { name: 'NOT_THERE' },
    refuses: [{ input: { name: 7 }, where: '$.name' }],
    fails: { input: { name: 'not there' }, code: 'grant.invalid' },
  },
  'secret.unlock': {
    async works({ client }) {
      await client.secret.set({ name: 'CRM_TOKEN', value: 'crm-value-1234', hosts: ['crm.example'] });
      await expect(client.secret.unlock({ passphrase: 'correct horse battery' })).rejects.toMatchObject({
        code: 'secret.invalid',
      });
      await client.secret.remove({ name: 'CRM_TOKEN' });
    },
    shape: { passphrase: 'correct horse battery' },
    refuses: [{ input: { passphrase: '' }, where: '$.passphrase' }],
  },
  'run.count': {
    async works({ client }) {
      await finished(client, 'echo', { value: 1 });
      const { runs } = await client.run.count({ workflowId: 'wf_echo' });
      expect(runs).toBeGreaterThan(0);
      expect(await client.run.count({ workflowId: 'wf_nothing' })).toEqual({ runs: 0 });
    },
    shape: { limit: 1 },
    refuses: [{ input: { sort: 'best' }, where: '$.sort' }],
  },
  'run.pin': {
    async works({ client }) {
      const runId = await finished(client, 'echo', { value: 1 });
      await client.run.pin({ runs: [runId], pinned: true });
      expect((await client.run.list({ pinned: true })).map((one) => one.runId)).toEqual([runId]);
      await client.run.pin({ runs: [runId], pinned: false });
      expect(await client.run.list({ pinned: true })).toEqual([]);
    },
    shape: { runs: ['run_nothing'], pinned: true },
    refuses: [{ input: { runs: [], pinned: true }, where: '$.runs' }],
    fails: { input: { runs: ['run_nothing'], pinned: true }, code: 'run.not_found' },
  },
  'run.weigh': {
    async works({ client }) {
      const runId = await finished(client, 'echo', { value: 1 });
      const { runs, kept, bytes } = await client.run.weigh({ runs: [runId] });
      expect([runs, kept]).toEqual([[runId], []]);
      expect(bytes).toBeGreaterThan(100);
      expect((await client.run.trace({ run: runId })).status).toBe('succeeded');
    },
    shape: { runs: ['run_nothing'] },
    refuses: [{ input: { runs: 'run_nothing' }, where: '$.runs' }],
    fails: { input: { runs: ['run_nothing'] }, code: 'run.not_found' },
  },
  'run.remove': {
    async works({ client }) {
      const [gone, stays] = [
        await finished(client, 'echo', { value: 1 }),
        await finished(client, 'review', { value: 1 }),
      ];
      expect(await client.run.remove({ runs: [gone, stays] })).toMatchObject({
        runs: [gone],
        kept: [{ runId: stays, because: 'open' }],
      });
      await expect(client.run.trace({ run: gone })).rejects.toMatchObject({ code: 'run.not_found' });
      await client.run.cancel({ run: stays, reason: 'over' });
    },
    shape: { runs: ['run_nothing'] },
    refuses: [{ input: { runs: [''] }, where: '$.runs[0]' }],
    fails: { input: { runs: ['run_nothing'] }, code: 'run.not_found' },
  },
  'session.list': {
    async works({ client, host }) {
      const sessions = await host.sessions();
      await sessions.append({ space: 'listed', session: 'ada', user: 'Hello', assistant: 'Hello Ada' });
      await sessions.append({ space: 'other', session: 'bob', user: 'Hello', assistant: 'Hello Bob' });
      expect(await client.session.list({ space: 'listed' })).toMatchObject([
        { space: 'listed', session: 'ada', turns: 1, summarised: 0, personal: false },
      ]);
      expect((await client.session.list({ limit: 1 })).map((one) => one.session)).toEqual(['bob']);
    },
    shape: { space: 'chat' },
    refuses: [
      { input: { space: '../x' }, where: '$.space' },
      { input: { limit: 0 }, where: '$.limit' },
    ],
  },
  'session.show': {
    async works({ client, host }) {
      const sessions = await host.sessions();
      const key = { space: 'shown', session: `s-${Math.random()}` };
      const about = { personal: true, runId: 'run_1', step: 'talk', call: 'c1' } as never;
      expect(await client.session.show(key)).toBeNull();
      await sessions.append({ ...key, user: `My key is ${SECRET}.`, assistant: 'Keep it.' });
      await sessions.append({ ...key, user: 'I am ill.', assistant: 'Get well.' }, { about });
      const shown = await client.session.show(key);
      expect(shown?.turns).toBe(2);
      // Neither a secret that was said nor what is personal comes along.
      expect(JSON.stringify(shown)).not.toContain(SECRET);
      expect(shown?.history).toMatchObject([
        { turn: 1, assistant: 'Keep it.' },
        { turn: 2, personal: true },
      ]);
      expect(shown?.history[1]).not.toHaveProperty('user');
      expect((await client.session.show({ ...key, limit: 1 }))?.history.map(({ turn }) => turn)).toEqual([2]);
    },
    shape: { space: 'chat', session: 'ada' },
    refuses: [
      { input: { space: 'chat' }, where: '$.session' },
      { input: { space: 'a b', session: 'x' }, where: '$.space' },
    ],
  },
  'session.remove': {
    async works({ client, host }) {
      const sessions = await host.sessions();
      const key = { space: 'gone', session: 'ada' };
      await sessions.append({ ...key, user: 'Hello', assistant: 'Hello Ada' });
      await sessions.append({ space: 'gone', session: 'bob', user: 'Hello', assistant: 'Hello Bob' });
      expect(await client.session.remove(key)).toEqual({ removed: true });
      expect(await client.session.remove(key)).toEqual({ removed: false });
      expect((await client.session.list({ space: 'gone' })).map(({ session }) => session)).toEqual(['bob']);
    },
    shape: { space: 'chat', session: 'nobody' },
    refuses: [{ input: { space: 'chat', session: '' }, where: '$.session' }],
  },
  'storage.usage': {
    async works({ client }) {
      await finished(client, 'echo', { value: 1 });
      const { parts, runs, keeping } = await client.storage.usage({});
      const bytes = Object.fromEntries(parts.map((one) => [one.part, one.bytes]));
      expect(bytes['runs']).toBeGreaterThan(10_000);
      expect(runs).toBeGreaterThan(0);
      expect(keeping).toEqual({ payloadDays: 0, limits: {} });
      expect(parts.filter((one) => !one.cleanable).map((one) => one.part)).toEqual(['collections', 'ledger']);
    },
    shape: {},
    refuses: [],
  },
  'storage.preview': {
    async works({ client }) {
      await finished(client, 'echo', { value: 1 });
      await finished(client, 'echo', { value: 2 });
      const { runs, bytes } = await client.storage.preview({ limits: { runs: 1 } });
      const all = (await client.run.count({})).runs;
      expect(runs.length).toBeGreaterThan(0);
      expect(runs.length).toBeLessThan(all);
      expect(bytes).toBeGreaterThan(0);
      expect((await client.run.count({})).runs).toBe(all);
    },
    shape: { limits: {} },
    refuses: [{ input: { limits: { days: 0 } }, where: '$.limits.days' }],
  },
  'storage.keep': {
    async works({ client, folder }) {
      const file = join(folder, 'pipewright.json');
      const before = readFileSync(file, 'utf8');
      await client.storage.keep({ payloadDays: 30, limits: { runs: 1_000_000 } });
      const after = JSON.parse(readFileSync(file, 'utf8'));
      expect(after).toEqual({ ...JSON.parse(before), retentionDays: 30, keepRuns: { runs: 1_000_000 } });
      expect((await client.storage.usage({})).keeping).toEqual({ payloadDays: 30, limits: { runs: 1_000_000 } });
      await client.storage.keep({ payloadDays: 0, limits: {} });
      writeFileSync(file, before);
    },
    shape: { payloadDays: 0, limits: {} },
    refuses: [{ input: { payloadDays: -1, limits: {} }, where: '$.payloadDays' }],
  },
  'storage.clean': {
    async works({ client }) {
      const old = await finished(client, 'echo', { value: 1 });
      const open = await finished(client, 'review', { value: 1 });
      const newest = await finished(client, 'echo', { value: 2 });
      await client.storage.keep({ payloadDays: 0, limits: { runs: 1 } });
      const seen: string[] = [];
      for await (const one of await client.storage.clean({ part: 'runs' })) {
        seen.push(one.type);
        if (one.type === 'report') expect(one.report).toMatchObject({ part: 'runs', stopped: false });
      }
      expect(seen[0]).toBe('progress');
      expect(seen.at(-1)).toBe('report');
      await expect(client.run.trace({ run: old })).rejects.toMatchObject({ code: 'run.not_found' });
      for (const run of [open, newest]) expect((await client.run.trace({ run, payloads: 'none' })).runId).toBe(run);
      await client.run.cancel({ run: open, reason: 'over' });
      await client.storage.keep({ payloadDays: 0, limits: {} });
    },
    shape: { part: 'trash' },
    refuses: [{ input: { part: 'everything' }, where: '$.part' }],
  },
  'run.importFile': {
    async works({ client }) {
      const parent = await finished(client, 'echo', { value: 'looked back at' });
      const { text } = await client.run.exported({ run: parent });
      const imported = await client.run.importFile({ text });
      expect(imported).toMatchObject({ parent, workflowName: 'echo' });
      const [row] = await client.run.list({ search: imported.runId });
      expect(row).toMatchObject({ status: 'succeeded', origin: { parent, kind: 'imported' } });
      const events = await eventsOf(client, imported.runId);
      expect(events.at(-1)).toMatchObject({ type: 'run.finished', outputs: { value: { value: 'looked back at' } } });
      await expect(client.run.replay({ run: imported.runId })).rejects.toMatchObject({ code: 'run.not_replayable' });
    },
    shape: { text: '{}' },
    refuses: [{ input: { text: '' }, where: '$.text' }],
    fails: { input: { text: '{"kind":"pipewright-run"}' }, code: 'export.invalid' },
  },
  'run.exported': {
    async works({ client, folder, say }) {
      say(`${SECRET} is the key; write to `, 'ada@example.com.');
      const question = `Who has ${SECRET}? ${'ask ada@example.com '.repeat(300)}`;
      const runId = await finished(client, 'ask', { question });
      const { text } = await client.run.exported({ run: runId });
      const exported = JSON.parse(text);
      expect(exported).toMatchObject({ format: 1, kind: 'pipewright-run', run: { runId, workflowId: 'wf_ask' } });
      expect(exported.events.map(({ type }: { type: string }) => type)).toContain('run.finished');
      expect(exported.snapshot.prompts.plain).toContain('{{ question }}');
      expect(exported.snapshot.profiles.slow).toEqual({ use: 'chat', provider: 'openai-compatible', model: 'slow-1' });
      // The long question lies beside the log, and is shown all the same.
      const values = JSON.stringify(exported.values);
      expect(values).toContain('Who has [secret]?');
      for (const hidden of [SECRET, 'ada@example.com', folder, 'http://', 'SLOW_KEY'])
        expect(text).not.toContain(hidden);
    },
    shape: run,
    refuses: [{ input: { run: '' }, where: '$.run' }],
    fails: noRun,
  },
};
