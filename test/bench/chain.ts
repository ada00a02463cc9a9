import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openWorkspaceStore } from '../../app/adapters/sqlite/workspace-store.ts';
import type { Workflow } from '../../app/core/graph/workflow.ts';
import type { Registry } from '../../app/core/nodekit/define-node.ts';
import type { RunEvent } from '../../app/core/run/events.ts';
import { createEngine } from '../../app/engine/engine.ts';
import type { Journal, JournalBatch } from '../../app/engine/journal.ts';
import { registry } from '../../nodes/registry.ts';
import { testRegistry } from '../kit/engine-nodes.ts';
import { modelResponse, snapshotOf, testHost, testPorts } from '../kit/engine-ports.ts';
import { type GraphNode, graph } from '../kit/graph.ts';
import { type Contestant, figureOf, takeTurns } from './measure.ts';
import type { BenchReport, Target } from './report.ts';
import { settleWal } from './settle-wal.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

export const STEPS = 100;

/** `STEPS` steps between an input and an output, the i-th made by `make`. Wires lead from value to the port `into`. */
function chainOf(
  kind: '' | 't-',
  make: (i: number) => GraphNode & { into: string; from?: string },
  steps = STEPS,
): Workflow {
  const middle = Array.from({ length: steps }, (_, i) => make(i));
  const wires = middle.map(({ id, into }, i) => {
    const before = middle[i - 1];
    return `${before ? `${before.id}.${before.from ?? 'value'}` : 'in.value'} > ${id}.${into}`;
  });
  const last = middle.at(-1);
  return graph(
    [
      { id: 'in', type: `${kind}input`, config: { name: 'x' } },
      ...middle.map(({ into: _into, from: _from, ...node }) => node),
      { id: 'out', type: `${kind}output`, config: { name: 'y' } },
    ],
    [...wires, `${last?.id}.${last?.from ?? 'value'} > out.value`],
  );
}

/** The cheapest step there is: text that grows by its own name. */
export const textChain = (steps = STEPS): Workflow =>
  chainOf('t-', (i) => ({ id: `n${i}`, type: 't-text', config: { id: `n${i % 100}` }, into: 'values' }), steps);
const paidChain = (every: number): Workflow =>
  chainOf('t-', (i) => {
    const type = i % every === every - 1 ? 't-call' : 't-text';
    return { id: `n${i}`, type, config: { id: `n${i}` }, into: 'values' };
  });
const celChain = (): Workflow =>
  chainOf('', (i) => ({ id: `n${i}`, type: 'transform', config: { expression: 'value + 1' }, into: 'value' }));
const mergeChain = (): Workflow =>
  chainOf('', (i) => ({ id: `n${i}`, type: 'merge', config: { mode: 'any' }, into: 'values' }));
/** transform, prompt, model, transform, and again. */
const modelChain = (): Workflow =>
  chainOf('', (i) => {
    const id = `n${i}`;
    if (i % 4 === 1) {
      const config = { messages: [{ role: 'user', template: 'Go on: {{ text }}' }], variables: ['text'] };
      return { id, type: 'prompt', config, into: 'text', from: 'messages' };
    }
    if (i % 4 === 2)
      return { id, type: 'model', config: { profile: 'paid', citations: 'none' }, into: 'messages', from: 'text' };
    return { id, type: 'transform', config: { expression: 'value' }, into: 'value' };
  });

/** A journal that gets every step by itself, each waiting for the disk, where the engine would send many at once. */
export function everyStepDurable(journal: Journal): Journal {
  /** The first piece begins the run where it is new. */
  async function write(batch: Omit<JournalBatch, 'fence'>, fence: number, owner?: string): Promise<void> {
    for (const [i, events] of byStep(batch.events).entries()) {
      const piece = { ...batch, events, values: i === 0 ? batch.values : [] };
      if (i === 0 && owner !== undefined) await journal.create({ ...piece, owner });
      else await journal.append({ ...piece, fence });
    }
  }
  return {
    ...journal,
    append: ({ fence, ...batch }) => write(batch, fence),
    async create({ owner, ...batch }) {
      await write(batch, 1, owner);
      return { fence: 1 };
    },
  };
}

/** The events cut behind the end of each step. */
function byStep(events: readonly RunEvent[]): RunEvent[][] {
  const pieces: RunEvent[][] = [[]];
  events.forEach((event, i) => {
    pieces.at(-1)?.push(event);
    if (event.type === 'step.finished' && i < events.length - 1) pieces.push([]);
  });
  return pieces;
}

interface EngineVariant {
  wrap?: (journal: Journal) => Journal;
  /** The store is as in a process that has just begun. */
  fresh?: boolean;
}

function engineContestant(
  name: string,
  folder: string,
  workflow: Workflow,
  nodes: Registry,
  input: string | number,
  { wrap = (journal) => journal, fresh = false }: EngineVariant = {},
): Contestant & { close(): void } {
  const store = openWorkspaceStore({
    folder: join(folder, name.replaceAll(/\W+/g, '-')),
    keyFile: join(folder, 'personal.key'),
    now: () => Date.now(),
  });
  if (!fresh) settleWal(store.database.raw);
  const host = testHost({ generate: async () => modelResponse('an answer of the model') });
  const engine = createEngine(testPorts(wrap(store.journal), { registry: nodes, host }));
  const snapshot = snapshotOf(workflow);
  return {
    name,
    async run() {
      const { result } = await engine.start(snapshot, { x: input });
      const { status, error } = await result;
      if (status !== 'succeeded') throw new Error(`${name}: the run ${status}: ${error?.message ?? ''}`);
      return undefined;
    },
    close: () => store.close(),
  };
}

/** Runs a workflow of test nodes over a journal on disk; gives what it gave. */
export function stepEngine(
  folder: string,
  workflow: Workflow,
  wrap: EngineVariant['wrap'] = (journal) => journal,
): (input: string) => Promise<unknown> {
  const store = openWorkspaceStore({ folder, keyFile: join(folder, 'personal.key'), now: () => Date.now() });
  settleWal(store.database.raw);
  const engine = createEngine(testPorts(wrap(store.journal), { host: testHost({}) }));
  const snapshot = snapshotOf(workflow);
  return async (input) => (await (await engine.start(snapshot, { x: input })).result).outputs['y'];
}

const text = (i: number, value: string): string => `n${i}(${value})`;

function bareLoop(): number {
  let value = 'x';
  for (let i = 0; i < STEPS; i += 1) value = text(i, value);
  return value.length;
}

/** The same steps with a row each, as somebody would write them who needs no engine. */
function bareSqlite(name: string, folder: string, everyStep: boolean): Contestant & { close(): void } {
  const db = new Database(join(folder, `${everyStep ? 'rows' : 'run'}.db`));
  db.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE steps (run, seq, body, PRIMARY KEY (run, seq))',
  );
  settleWal(db);
  const insert = db.prepare('INSERT INTO steps VALUES (?, ?, ?)');
  let run = 0;
  return {
    name,
    run() {
      run += 1;
      let value = 'x';
      if (!everyStep) db.exec('BEGIN IMMEDIATE');
      for (let i = 0; i < STEPS; i += 1) {
        value = text(i, value);
        insert.run(run, i, JSON.stringify({ step: `n${i}`, at: Date.now(), outputs: { value } }));
      }
      if (!everyStep) db.exec('COMMIT');
      return undefined;
    },
    close: () => db.close(),
  };
}

/** Microseconds a step of a chain of 100 steps, traced, journal on disk, beside loops without an engine. */
export async function chain(): Promise<BenchReport> {
  return inTemporaryFolder(async (folder) => {
    const bare = 'bare loop';
    const bareRun = 'bare + SQLite, one transaction a run';
    const bareRows = 'bare + SQLite, FULL commit a step';
    const engine = (
      name: string,
      workflow: Workflow,
      nodes: Registry,
      input: string | number,
      variant?: EngineVariant,
    ) => engineContestant(name, folder, workflow, nodes, input, variant);
    // Both targets were set where a row a step took 4.2 µs in one transaction and 140 µs each in a transaction of its own.
    const oneCommit = { against: bareRun, target: { atMost: 25, of: 'value', baselineThere: 4.2 } } as const;
    const paidCall = { against: bareRows, target: { atMost: 150, of: 'value', baselineThere: 140 } } as const;
    const durable: (ReturnType<typeof engine> & { against: string; target?: Target })[] = [
      { ...engine('test nodes, one commit a run', textChain(), testRegistry, 'x'), ...oneCommit },
      { ...engine('transform (CEL), one commit a run', celChain(), registry, 1), ...oneCommit },
      { ...engine('merge, one commit a run', mergeChain(), registry, 'x'), ...oneCommit },
      {
        ...engine('test nodes, FULL commit a step', textChain(), testRegistry, 'x', { wrap: everyStepDurable }),
        against: bareRows,
      },
      {
        ...engine('transform (CEL), FULL commit a step', celChain(), registry, 1, { wrap: everyStepDurable }),
        against: bareRows,
      },
      { ...engine('test nodes, paid call every 4 steps', paidChain(4), testRegistry, 'x'), ...paidCall },
      { ...engine('prompt, model …, paid call every 4 steps', modelChain(), registry, 'x'), ...paidCall },
      {
        ...engine('the same, in a store just opened', modelChain(), registry, 'x', { fresh: true }),
        against: bareRows,
      },
      { ...engine('test nodes, paid call every step', paidChain(1), testRegistry, 'x'), against: bareRows },
    ];
    const sqlite = [bareSqlite(bareRun, folder, false), bareSqlite(bareRows, folder, true)];
    const loop: Contestant = { name: bare, run: () => (bareLoop() === 0 ? 0 : undefined) };
    const series = await takeTurns([loop, ...sqlite, ...durable], { rounds: 41, warmUp: 15 });
    for (const { close } of [...sqlite, ...durable]) close();

    const scale = 1000 / STEPS;
    const unit = 'µs a step';
    const figures = [
      figureOf(series.get(bare), { unit, scale, cpu: true }),
      ...sqlite.map(({ name }) => figureOf(series.get(name), { unit, scale, cpu: true, baseline: series.get(bare) })),
      ...durable.map(({ name, against, target }) =>
        figureOf(series.get(name), {
          unit,
          scale,
          cpu: true,
          baseline: series.get(against),
          ...(target && { target }),
        }),
      ),
    ];
    const firsts = durable.map(({ name }) => `${name} ${(series.get(name)?.firstMs ?? 0).toFixed(1)}`);
    return {
      figures,
      remarks: [
        '',
        `${STEPS} steps between an input and an output, which count to them. Every step leaves its event, its row for the trace and its memo key.`,
        'FULL commit a step: the journal is given each step by itself and waits for the disk before the next.',
        'A paid call is answered at once in this process; its intent and its answer are committed before and after: two waits for the disk.',
        'Databases are past the first 4 MB of their log, as in a process that has run for a while, but for the row that says otherwise.',
        `First run in this process, ms: ${firsts.join('; ')}.`,
      ],
      details: { rounds: [...series.values()] },
    };
  });
}
