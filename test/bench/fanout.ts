import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { openWorkspaceStore } from '../../app/adapters/sqlite/workspace-store.ts';
import type { Workflow } from '../../app/core/graph/workflow.ts';
import type { Registry } from '../../app/core/nodekit/define-node.ts';
import { createEngine } from '../../app/engine/engine.ts';
import { registry } from '../../nodes/registry.ts';
import { testRegistry } from '../kit/engine-nodes.ts';
import { modelResponse, snapshotOf, testHost, testPorts } from '../kit/engine-ports.ts';
import { graph } from '../kit/graph.ts';
import { type Contestant, figureOf, takeTurns } from './measure.ts';
import type { BenchReport } from './report.ts';
import { settleWal } from './settle-wal.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const WIDTH = 200;
const MS = 20;
const branches = Array.from({ length: WIDTH }, (_, i) => `b${i}`);

async function answer(): Promise<string> {
  await sleep(MS);
  return 'an answer of the model';
}

/** One step, 200 nodes that each make one paid call, one step that joins them. */
const testNodes = (): Workflow =>
  graph(
    [
      { id: 'in', type: 't-input', config: { name: 'x' } },
      { id: 'first', type: 't-text', config: { id: 'first' } },
      ...branches.map((id) => ({ id, type: 't-call', config: { id } })),
      { id: 'join', type: 't-text', config: { id: 'join' } },
      { id: 'out', type: 't-output', config: { name: 'y' } },
    ],
    ['in > first', ...branches.flatMap((id) => [`first > ${id}`, `${id} > join`]), 'join > out.value'],
  );

const chat = { messages: [{ role: 'user', template: '{{ text }}' }], variables: ['text'] };
const reply = { profile: 'paid', citations: 'none' };

const modelNodes = (): Workflow =>
  graph(
    [
      { id: 'in', type: 'input', config: { name: 'x' } },
      { id: 'first', type: 'prompt', config: chat },
      ...branches.map((id) => ({ id, type: 'model', config: reply })),
      { id: 'join', type: 'merge', config: { mode: 'all' } },
      { id: 'out', type: 'output', config: { name: 'y' } },
    ],
    [
      'in.value > first.text',
      ...branches.flatMap((id) => [`first.messages > ${id}.messages`, `${id}.text > join.values`]),
      'join.value > out.value',
    ],
  );

/** A list of 200 items, a map over them with a prompt and a model inside. */
const mapNode = (): Workflow =>
  graph(
    [
      { id: 'in', type: 'input', config: { name: 'x' } },
      { id: 'each', type: 'map', config: { concurrency: WIDTH } },
      { id: 'ask', type: 'prompt', config: chat, parent: 'each' },
      { id: 'answer', type: 'model', config: reply, parent: 'each' },
      { id: 'out', type: 'output', config: { name: 'y' } },
    ],
    [
      'in.value > each.items',
      'each.item > ask.text',
      'ask.messages > answer.messages',
      'answer.text > each.result',
      'each.results > out.value',
    ],
  );

/** The same over a journal on disk, each step a paid call; gives how many values joined. */
export function fanoutEngine(folder: string): () => Promise<number> {
  const store = openWorkspaceStore({ folder, keyFile: join(folder, 'personal.key'), now: () => Date.now() });
  settleWal(store.database.raw);
  const host = testHost({ generate: async () => modelResponse(await answer()) });
  const engine = createEngine(testPorts(store.journal, { registry: testRegistry, host }));
  const snapshot = snapshotOf(testNodes());
  return async () => {
    const { outputs } = await (await engine.start(snapshot, { x: 'x' })).result;
    return String(outputs['y']).split(',').length;
  };
}

/** 200 parallel steps of 20 ms beside a promise loop that does no more than wait. */
export async function fanout(): Promise<BenchReport> {
  return inTemporaryFolder(async (folder) => {
    const bare: Contestant = {
      name: 'bare promise loop',
      async run() {
        await Promise.all(branches.map(answer));
        return undefined;
      },
    };
    const db = new Database(join(folder, 'bare.db'));
    db.exec(
      'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE steps (run, seq, body, PRIMARY KEY (run, seq))',
    );
    settleWal(db);
    const insert = db.prepare('INSERT INTO steps VALUES (?, ?, ?)');
    let run = 0;
    const bareRows: Contestant = {
      name: 'bare + SQLite, row a step, FULL',
      async run() {
        run += 1;
        const rows = branches.map(async (id, i) => {
          const value = await answer();
          insert.run(run, i, JSON.stringify({ step: id, at: Date.now(), outputs: { value } }));
        });
        await Promise.all(rows);
        return undefined;
      },
    };
    const stores: { close(): void }[] = [db];
    const host = testHost({ generate: async () => modelResponse(await answer()) });
    const engine = (
      name: string,
      workflow: Workflow,
      nodes: Registry,
      input: string | string[],
      effect: 'read' | 'paid' = 'paid',
    ): Contestant => {
      const store = openWorkspaceStore({
        folder: join(folder, `${stores.length}`),
        keyFile: join(folder, 'personal.key'),
        now: () => Date.now(),
      });
      settleWal(store.database.raw);
      stores.push(store);
      const ports = testPorts(store.journal, { registry: nodes, host });
      // What works on this machine without cost is read, not paid for: recorded, and not waited for.
      const running = createEngine({ ...ports, isBuiltIn: () => effect === 'read' });
      const snapshot = snapshotOf(workflow);
      return {
        name,
        async run() {
          const { status, error } = await (await running.start(snapshot, { x: input })).result;
          if (status !== 'succeeded') throw new Error(`${name}: the run ${status}: ${error?.message ?? ''}`);
          return undefined;
        },
      };
    };
    const durable = [
      engine('200 test nodes, one read call each', testNodes(), testRegistry, 'x', 'read'),
      engine('200 test nodes, one paid call each', testNodes(), testRegistry, 'x'),
      engine('200 model nodes', modelNodes(), registry, 'x'),
      engine('map over 200 items, prompt and model inside', mapNode(), registry, branches),
    ];
    const series = await takeTurns([bare, bareRows, ...durable], { rounds: 31, warmUp: 5 });
    for (const store of stores) store.close();
    const baseline = series.get(bare.name);
    return {
      figures: [
        figureOf(baseline, { unit: 'ms', cpu: true }),
        figureOf(series.get(bareRows.name), { unit: 'ms', cpu: true, baseline }),
        ...durable.map(({ name }) =>
          figureOf(series.get(name), { unit: 'ms', cpu: true, baseline, target: { atMost: 1.6, of: 'ratio' } }),
        ),
      ],
      remarks: [
        '',
        `${WIDTH} steps that each wait ${MS} ms in a call. Paid ones: every intent is on the disk before its call and every answer before its step goes on. Read ones are recorded and not waited for.`,
        'The bare loop keeps nothing.',
      ],
      details: { rounds: [...series.values()] },
    };
  });
}
