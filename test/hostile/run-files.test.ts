import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAppError } from '../../app/core/errors/app-error.ts';
import { type Host, openHost } from '../../app/hosts/compose.ts';
import { programValues } from '../../app/services/run/program-values.ts';
import { runCommand } from '../kit/run-command.ts';

const root = mkdtempSync(join(tmpdir(), 'pipewright-run-files-'));
const end = (place: string) => {
  const [node = '', port = ''] = place.split('.');
  return { node, port };
};
const node = (id: string, type: string, config: object, more: object = {}) => ({
  id,
  type,
  version: 1,
  config,
  ...more,
});
/** Remembers its work for other runs, and has values of all sizes. */
const flow = {
  ...{ format: 1, id: 'wf_twice', name: 'Twice', resources: {} },
  inputs: { text: { type: 'text' } },
  outputs: { twice: { type: 'any' } },
  nodes: [
    node('in', 'input', { name: 'text' }),
    node('twice', 'transform', { expression: 'value + value' }, { policy: { cache: { ttlMs: 3_600_000 } } }),
    node('out', 'output', { name: 'twice' }),
  ],
  edges: [
    { id: 'a', from: end('in.value'), to: end('twice.value') },
    { id: 'b', from: end('twice.value'), to: end('out.value') },
  ],
};
const LONG = 'A long text. '.repeat(400);

type Events = { [member: string]: unknown }[];
interface RunFile {
  [member: string]: unknown;
  run: { runId: string };
  events: Events;
  values: { [digest: string]: unknown };
}

async function workspace(name: string): Promise<{ folder: string; host: Host }> {
  const folder = join(root, name);
  const write = (path: string, content: object) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify(content));
  };
  write('pipewright.json', { format: 1, name });
  write('workflows/twice.flow.json', flow);
  return { folder, host: await openHost({ folder, env: {}, profileDir: join(root, `${name}-home`) }) };
}

let there: Host;
let here: Host;
let folder: string;
/** A run that was exported elsewhere. */
let exported: RunFile;

beforeAll(async () => {
  there = (await workspace('there')).host;
  ({ host: here, folder } = await workspace('here'));
  const runs = await there.runs();
  const started = await runs.start({ workflow: 'twice', ...programValues({ inputs: { text: LONG } }) });
  await started.result;
  exported = JSON.parse(JSON.stringify(await runs.exportRun(started.runId))) as RunFile;
});
afterAll(async () => {
  await there.close();
  await here.close();
  rmSync(root, { recursive: true, force: true });
});

const take = async (file: unknown) =>
  (await here.runs()).importRun(typeof file === 'string' ? file : JSON.stringify(file));
const copy = () => structuredClone(exported);
const changed = (change: (file: RunFile) => unknown) => {
  const file = copy();
  change(file);
  return file;
};

describe('the file of a run', () => {
  it('comes in as a run of its own, marked, with all its values, and is only looked at', async () => {
    const runs = await here.runs();
    const { runId, parent } = await take(exported);
    expect(parent).toBe(exported.run.runId);
    expect(runId).not.toBe(parent);
    const [row] = runs.list({ search: runId });
    expect(row).toMatchObject({ status: 'succeeded', workflowName: 'Twice', origin: { parent, kind: 'imported' } });
    const trace = await runs.trace(runId);
    expect(trace.outputs).toEqual({ twice: { value: LONG + LONG } });
    expect((await runs.step(runId, 'in', { large: true })).step.outputs).toEqual({ value: { value: LONG } });
    expect((await runs.graph(runId)).workflow.nodes.map(({ id }) => id)).toEqual(['in', 'twice', 'out']);
    for (const attempt of [
      () => runs.replay(runId),
      () => runs.resume(runId),
      () => here.cassettes().record({ runId }),
      () => runs.start({ fork: { run: runId, at: 'twice' } }),
      () => runs.start({ workflow: 'twice', from: { run: runId, node: 'twice' } }),
      () => runs.start({ workflow: 'twice', pinned: { twice: { run: runId, step: 'twice' } } }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'run.not_replayable' });
    expect((await here.examine()).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('feeds no run here: what it says of equal work is not believed', async () => {
    const forged = changed(({ events }) => {
      for (const event of events)
        if (event['type'] === 'step.finished' && event['step'] === 'twice')
          event['outputs'] = { value: { value: 'forged' } };
    });
    expect(JSON.stringify(forged.events)).toContain('"shared":true');
    await take(forged);
    const run = await (await here.runs()).start({ workflow: 'twice', ...programValues({ inputs: { text: LONG } }) });
    expect(await run.result).toMatchObject({ status: 'succeeded', outputs: { twice: LONG + LONG } });
  });

  it('opens no review and stands for no run that is here', async () => {
    const runs = await here.runs();
    const own = await runs.start({ workflow: 'twice', ...programValues({ inputs: { text: 'own' } }) });
    await own.result;
    const before = await runs.trace(own.runId);
    await take(changed((file) => Object.assign(file.run, { runId: own.runId })));
    await take(
      changed(({ events }) => {
        const last = events.at(-1) as Events[number];
        const waiting = { type: 'step.waiting', step: 'twice', wait: 'w1', kind: 'review', title: 'Approve this' };
        events.splice(-1, 0, {
          ...{ ...waiting, payload: { value: 1 }, payloadHash: 'x', actions: ['approve'] },
          ...{ seq: last['seq'], at: last['at'] },
        });
        last['seq'] = Number(last['seq']) + 1;
      }),
    );
    expect(await runs.trace(own.runId)).toEqual(before);
    expect((await here.reviews()).list({ all: false })).toEqual([]);
  });

  it('shows what is withheld or missing as gone, and believes no digest', async () => {
    const digests = Object.keys(exported.values);
    expect(digests.length).toBeGreaterThan(0);
    const runs = await here.runs();
    const without = await take(changed((file) => Object.assign(file, { values: {} })));
    expect((await runs.trace(without.runId)).outputs['twice']).toEqual({ withheld: 'purged' });
    const swapped = await take(
      changed((file) => {
        for (const digest of digests) file.values[digest] = { value: `instead ${'x'.repeat(3000)}` };
      }),
    );
    expect(JSON.stringify((await runs.trace(swapped.runId)).outputs)).toContain('instead');
    // The true values of the first run lie under the same digests.
    const first = await take(exported);
    expect((await runs.trace(first.runId)).outputs).toEqual({ twice: { value: LONG + LONG } });
  });

  const refused: [string, () => unknown][] = [
    ['is no JSON', () => '{'],
    ['is something else', () => ({ ...copy(), kind: 'pipewright-cassette' })],
    ['has a member that nobody knows', () => ({ ...copy(), more: 1 })],
    ['misses an event', () => changed(({ events }) => void events.splice(1, 1))],
    ['has no end', () => changed(({ events }) => void events.pop())],
    ['goes on after its end', () => changed(({ events }) => events.push({ ...events.at(-1), seq: events.length + 1 }))],
    ['begins twice', () => changed(({ events }) => events.splice(1, 1, { ...events[0], seq: 2 }))],
    ['has a time that is none', () => changed(({ events }) => Object.assign(events[0] ?? {}, { at: 9e15 }))],
    ['has an event that nobody knows', () => changed(({ events }) => Object.assign(events[1] ?? {}, { type: 'x' }))],
    ['is called as no run is', () => changed((file) => Object.assign(file.run, { runId: '../run_1' }))],
    ['says a thing twice', () => JSON.stringify(copy()).replace('"format":1', '"format":1,"format":1')],
    [
      'means what an object is',
      () => JSON.stringify(copy()).replace('"values":{', '"values":{"__proto__":{"value":1},'),
    ],
    [
      'is too deep',
      () => JSON.stringify(copy()).replace('"values":{', `"values":{"d":{"value":${'['.repeat(90)}${']'.repeat(90)}},`),
    ],
  ];
  it.each(refused)('is refused when it %s', async (_, make) => {
    const before = (await here.runs()).count({});
    await expect(take(make())).rejects.toMatchObject({ code: 'export.invalid' });
    expect((await here.runs()).count({})).toBe(before);
  });

  it('of a newer release is told as such', async () => {
    await expect(take({ ...copy(), format: 2 })).rejects.toMatchObject({ code: 'export.newer' });
  });

  it('with anything in it changed is refused or can be looked at: nothing trips over it', async () => {
    const runs = await here.runs();
    const junk = fc.constantFrom<unknown>(null, true, -1, 1e300, '', 'x', 'run.created', [], {}, [[]], { value: null });
    /** A place of the file, by one number at each level. */
    const place = fc.array(fc.nat(1000), { minLength: 1, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(place, fc.option(junk, { nil: undefined }), async (way, value) => {
        const file = copy();
        let at: unknown = file;
        for (const [depth, step] of way.entries()) {
          if (typeof at !== 'object' || at === null || Object.keys(at).length === 0) break;
          const keys = Object.keys(at);
          const key = keys[step % keys.length] as string;
          const parent = at as { [key: string]: unknown };
          const isLeaf = typeof parent[key] !== 'object' || parent[key] === null;
          if (depth === way.length - 1 || isLeaf) {
            if (value === undefined) delete parent[key];
            else parent[key] = value;
            break;
          }
          at = parent[key];
        }
        try {
          const { runId } = await take(file);
          await runs.trace(runId);
          await runs.graph(runId);
          await runs.exportRun(runId);
          await runs.search(runId, 'long');
          await (await here.insight()).why(runId, {});
          await (await here.insight()).retrieval(runId);
          expect(runs.list({ search: runId })).toHaveLength(1);
        } catch (thrown) {
          if (!isAppError(thrown) || !['export.invalid', 'export.newer', 'run.step_not_found'].includes(thrown.code))
            throw thrown;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is taken in by the command, which says how to look at it', async () => {
    const file = join(root, 'run.json');
    writeFileSync(file, JSON.stringify(exported));
    const { code, stdout, stderr } = await runCommand(['runs', 'import', file, '--json'], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { runId, parent } = JSON.parse(stdout);
    expect(parent).toBe(exported.run.runId);
    expect((await (await here.runs()).trace(runId)).status).toBe('succeeded');
    expect(readFileSync(file, 'utf8')).toBe(JSON.stringify(exported));
  });
});
