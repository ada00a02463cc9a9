import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import { contract } from '../../app/core/contracts/index.ts';
import type { ShownEvent } from '../../app/core/contracts/run-signal.ts';
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
      expect(names).toEqual(['ask', 'each', 'echo', 'kept', 'large', 'report', 'review', 'wrong']);
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
};
