import { getEventMeta } from '@orpc/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import type { ShownEvent } from '../../app/core/contracts/run-signal.ts';
import { fromWireError } from '../../app/core/contracts/wire-error.ts';
import type { AppError } from '../../app/core/errors/app-error.ts';
import type { Json } from '../../app/core/graph/json.ts';
import { type BenchWorkspace, MANY, NOTES, openBenchWorkspace } from './bench-workspace.ts';
import { eventsOf, finished, heldRun } from './methods/bench-runs.ts';
import type { MethodBench, MethodName } from './methods/method-row.ts';
import { methodNames, methods } from './methods.ts';
import { type Connection, type Served, transports } from './transports.ts';

/** Calls a method by its name, as a client that keeps to no type would; an event stream is read to its end. */
async function call(client: ContractClient, method: string, input: unknown): Promise<unknown> {
  const [domain, name] = method.split('.') as [string, string];
  const domains = client as unknown as { [domain: string]: { [name: string]: (input: unknown) => Promise<unknown> } };
  const output = await domains[domain]?.[name]?.(input);
  if (typeof output !== 'object' || output === null || !(Symbol.asyncIterator in output)) return output;
  const all: unknown[] = [];
  for await (const one of output as AsyncIterable<unknown>) all.push(one);
  return all;
}

async function errorOf(work: Promise<unknown>): Promise<AppError> {
  const thrown = await work.then(
    () => {
      throw new Error('the call was not refused');
    },
    (error: unknown) => error,
  );
  expect(thrown).toMatchObject({ defined: true });
  return fromWireError(thrown);
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe.each(transports)('the contract over $name', (transport) => {
  let workspace: BenchWorkspace;
  let served: Served;
  let connection: Connection;
  let bench: MethodBench;

  beforeAll(async () => {
    workspace = await openBenchWorkspace();
    served = await transport.serve(workspace.service);
    connection = await served.connect();
    bench = { ...workspace, client: connection.client };
  });
  afterAll(async () => {
    await served.close();
    await workspace.close();
  });

  it('has a row for every method, and a handler', () => {
    expect(Object.keys(methods).sort()).toEqual([...methodNames].sort());
    const { router } = workspace.service as unknown as {
      router: { [domain: string]: { [name: string]: { '~orpc': { handler?: unknown } } } };
    };
    const handled = Object.entries(router).flatMap(([domain, procedures]) =>
      Object.entries(procedures)
        .filter(([, procedure]) => typeof procedure['~orpc'].handler === 'function')
        .map(([name]) => `${domain}.${name}`),
    );
    expect(handled.sort()).toEqual([...methodNames].sort());
  });

  it.each(methodNames)('%s works', (method: MethodName) => methods[method].works(bench));

  it.each(methodNames)('%s refuses an unknown key', async (method: MethodName) => {
    const error = await errorOf(call(bench.client, method, { ...methods[method].shape, surplus: true }));
    expect(error).toMatchObject({ code: 'host.bad_request', where: '$' });
    expect(error.message).toContain('surplus');
    expect(error.remedy).toBeTruthy();
  });

  const bad = methodNames.flatMap((method) => methods[method].refuses.map((one) => ({ method, ...one })));
  it.each(bad)('$method refuses $input', async ({ method, input, where }) => {
    expect(await errorOf(call(bench.client, method, input))).toMatchObject({ code: 'host.bad_request', where });
  });

  it.each(methodNames)('%s refuses what is no object', async (method: MethodName) => {
    for (const input of [null, 7, 'text', [{}]])
      expect(await errorOf(call(bench.client, method, input))).toMatchObject({ code: 'host.bad_request', where: '$' });
  });

  const failing = methodNames.flatMap((method) => {
    const { fails } = methods[method];
    return fails ? [{ method, ...fails }] : [];
  });
  it.each(failing)('$method hands on $code', async ({ method, input, code }) => {
    const error = await errorOf(call(bench.client, method, input));
    expect(error.code).toBe(code);
    expect(error.message).not.toBe('');
    expect(error.where).toBeTruthy();
    expect(error.remedy).toBeTruthy();
    expect(error.stack?.includes('app/services')).toBe(false);
  });

  it('carries the facts of an error', async () => {
    const error = await errorOf(bench.client.run.start({ workflow: 'wrong' }));
    expect(error).toMatchObject({ code: 'workflow.unknown_node_type', class: 'invalid_request' });
    expect(error.where).toContain('workflows/wrong.flow.json at $.nodes[0].type');
    expect(error.data).toMatchObject({ issues: [{ nodeId: 'odd', path: '$.nodes[0].type' }] });
  });

  it('says nothing of an error that is none of ours', async () => {
    const { workflows } = workspace.host.editing;
    const { list } = workflows;
    workflows.list = () => Promise.reject(new Error(`ENOENT: no such file, open '${workspace.folder}/secret'`));
    try {
      const thrown = await bench.client.workflow.list({}).catch((error: unknown) => error);
      expect(fromWireError(thrown)).toMatchObject({ code: 'internal', class: 'internal' });
      expect(JSON.stringify(thrown)).not.toContain(workspace.folder);
      expect(JSON.stringify(thrown)).not.toMatch(/ENOENT|\.ts:\d/);
    } finally {
      workflows.list = list;
    }
  });

  it('refuses a method that is not there and names the nearest', async () => {
    const error = await errorOf(call(bench.client, 'workflow.lits', {}));
    expect(error).toMatchObject({ code: 'host.unknown_method', where: 'workflow.lits' });
    expect(error.message).toContain('workflow.list');
    for (const method of ['constructor.name', '__proto__.list', 'workflow.constructor', 'run.__proto__'])
      expect((await errorOf(call(bench.client, method, {}))).code).toBe('host.unknown_method');
  });

  it('refuses an input that is nested too deep, and goes on', async () => {
    let value: Json = 1;
    for (let depth = 0; depth < 200; depth += 1) value = [value];
    const error = await errorOf(bench.client.run.start({ workflow: 'echo', inputs: { value } }));
    expect(error).toMatchObject({ code: 'host.bad_request', where: '$' });
    expect((await bench.client.workspace.info({})).name).toBe('Bench');
  });

  it('changes no prototype', async () => {
    const inputs = JSON.parse('{"value":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}');
    await finished(bench.client, 'echo', inputs).catch(() => undefined);
    await call(bench.client, 'run.start', JSON.parse('{"workflow":"echo","__proto__":{"polluted":1}}')).catch(() => 0);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('carries a large input and a large output whole', async () => {
    const text = 'größer '.repeat(100_000);
    const runId = await finished(bench.client, 'echo', { value: text });
    expect((await bench.client.run.trace({ run: runId })).outputs).toEqual({ value: { value: text } });
    const { workflow } = await bench.client.workflow.read({ workflow: 'large' });
    expect(workflow.layout?.notes?.map(({ text: note }) => note.length)).toEqual(Array(NOTES).fill(20_000));
  });

  it('delivers the events of a run in order, to two clients at once, with the provisional text between', async () => {
    const other = await served.connect();
    bench.say(...numbers(50).map((n) => `${n} `));
    const { runId } = await bench.client.run.start({ workflow: 'ask', inputs: { question: 'Count' } });
    const watch = async (client: ContractClient) => {
      const events: ShownEvent[] = [];
      let text = '';
      for await (const signal of await client.run.events({ run: runId })) {
        if (signal.type === 'event') events.push(signal.event);
        else if (signal.type === 'delta') text += signal.text;
      }
      return { events, text };
    };
    const [mine, theirs] = await Promise.all([watch(bench.client), watch(other.client)]);
    expect(theirs.events).toEqual(mine.events);
    expect(mine.events.map(({ seq }) => seq)).toEqual(mine.events.map((_, at) => at + 1));
    expect(mine.text).toBe(
      numbers(50)
        .map((n) => `${n} `)
        .join(''),
    );
    other.drop();
  });

  it('goes on after a broken connection without gap or repetition', async () => {
    const { runId } = await bench.client.run.start({ workflow: 'each', inputs: { items: numbers(300) } });
    const seen: number[] = [];
    let lastEventId: string | undefined;
    for (let breaks = 0; ; breaks += 1) {
      const { client, drop } = await served.connect();
      const stream = await client.run.events({ run: runId }, lastEventId === undefined ? {} : { lastEventId });
      let ended = true;
      try {
        for await (const signal of stream) {
          if (signal.type !== 'event') continue;
          seen.push(signal.event.seq);
          lastEventId = getEventMeta(signal)?.id;
          if (seen.length % 60 === 0) {
            ended = false;
            break;
          }
        }
      } finally {
        drop();
      }
      if (ended || breaks > 20) break;
    }
    const { lastSeq, status } = await bench.client.run.trace({ run: runId, payloads: 'none' });
    expect(status).toBe('succeeded');
    expect(lastSeq).toBeGreaterThan(300);
    expect(seen).toEqual(numbers(lastSeq).map((n) => n + 1));
  });

  it('leaves a run alone when the client that started it goes', async () => {
    const other = await served.connect();
    const runId = await heldRun({ ...bench, client: other.client });
    other.drop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await bench.client.run.trace({ run: runId })).interrupted).toBe(false);
    await bench.client.run.cancel({ run: runId, reason: 'over' });
  });

  it.each(['return', 'abort', 'disconnect'] as const)(
    'stops an ingestion when its reader ends it by %s',
    async (how) => {
      const { client, drop } = await served.connect();
      const stopping = new AbortController();
      const stream = await client.knowledge.ingest({ collection: 'many', rebuild: true }, { signal: stopping.signal });
      for (let one = await stream.next(); !one.done; one = await stream.next())
        if (one.value.type === 'progress' && one.value.progress.phase === 'load') break;
      if (how === 'return') await stream.return?.();
      else if (how === 'abort') stopping.abort();
      else drop();
      // It has let go of the collection: otherwise the next one would be refused as busy.
      const again = async () => {
        for await (const one of await bench.client.knowledge.ingest({ collection: 'many' }))
          if (one.type === 'report') return one.report;
        return undefined;
      };
      await expect.poll(again, { timeout: 20_000 }).toMatchObject({ files: MANY, unchanged: MANY });
      drop();
    },
  );

  it.each(['return', 'abort', 'disconnect'] as const)('tells the service when a reader ends by %s', async (how) => {
    const { knowledge } = workspace.host;
    const { ingest } = knowledge;
    const { promise: told, resolve } = Promise.withResolvers<void>();
    // It would go on for ever.
    knowledge.ingest = (_, { onProgress, signal } = {}) => {
      onProgress?.({ phase: 'load', done: 0, total: 1 });
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          resolve();
          reject(signal.reason);
        });
      });
    };
    try {
      const { client, drop } = await served.connect();
      const stopping = new AbortController();
      const stream = await client.knowledge.ingest({ collection: 'many' }, { signal: stopping.signal });
      await stream.next();
      if (how === 'return') await stream.return?.();
      else if (how === 'abort') stopping.abort();
      else drop();
      await told;
    } finally {
      knowledge.ingest = ingest;
    }
  });

  it('frees the place of an event stream that is ended early, and limits how many there are', async () => {
    const runId = await heldRun(bench);
    const { client, drop } = await served.connect();
    const open = async () => {
      const stream = await client.run.events({ run: runId });
      await stream.next();
      return stream;
    };
    const streams = await Promise.all(numbers(64).map(open));
    expect(await errorOf(client.workspace.info({}))).toMatchObject({ code: 'host.too_many_calls' });
    await Promise.all(streams.slice(0, 10).map((stream) => stream.return?.()));
    await expect.poll(() => client.workspace.info({}).then(({ name }) => name, String)).toBe('Bench');
    await Promise.all(numbers(10).map(open));
    drop();
    const over = await finished(bench.client, 'echo', { value: 1 });
    for (let reads = 0; reads < 70; reads += 1) await eventsOf(bench.client, over);
    expect((await bench.client.workspace.info({})).name).toBe('Bench');
    await bench.client.run.cancel({ run: runId, reason: 'over' });
  });
});
