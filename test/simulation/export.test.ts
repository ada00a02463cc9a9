import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../app/core/graph/json.ts';
import { openHost } from '../../app/hosts/compose.ts';
import { createContractService } from '../../app/hosts/contract-router.ts';
import { openWorkspace, type Trace } from '../../app/index.ts';
import { type Connection, type Served, transports } from '../contract/transports.ts';
import { dialects } from '../kit/providers/dialects.ts';
import { type ProviderServer, type ReceivedRequest, startProviderServer } from '../kit/providers/provider-server.ts';
import { realWorkflow } from '../kit/real-workflow.ts';
import { runHere } from '../kit/run-here.ts';
import { traceShape } from '../kit/trace-shape.ts';
import { seededRandom, textHash } from './seeded-random.ts';

const openai = dialects.find(({ provider }) => provider === 'openai-compatible') as (typeof dialects)[number];
const root = mkdtempSync(join(tmpdir(), 'pipewright-round-trip-'));
let provider: ProviderServer;
let profiles: JsonObject;

const write = (folder: string, path: string, content: Json) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
};
const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

/** Says something that only depends on what it was asked: JSON where that is wanted, a call of the tool that writes at first. */
function answer({ body }: ReceivedRequest) {
  const usage = { input: 30, output: 4 };
  const said = `Answer ${textHash(JSON.stringify(body.messages))}`;
  const schema = body.response_format?.json_schema?.schema as JsonObject | undefined;
  if (schema) return openai.answer({ pieces: [JSON.stringify(instanceOf(schema, said))], usage });
  const tools = (body.tools ?? []) as { function: { name: string; parameters: JsonObject } }[];
  const tool = (tools.find(({ function: { name } }) => name.startsWith('write')) ?? tools[0])?.function;
  if (!tool || body.messages.some(({ role }: { role: string }) => role === 'tool'))
    return openai.answer({ pieces: [said], usage });
  const call = { id: 'call_1', name: tool.name, arguments: JSON.stringify(instanceOf(tool.parameters, said)) };
  return openai.answer({ pieces: [], calls: [call], usage });
}

/** A value that fits a schema of the kinds that templates use. */
function instanceOf(schema: JsonObject, said: string): Json {
  const {
    type,
    properties,
    items,
    pattern,
    enum: values,
    anyOf,
  } = schema as {
    type?: string | string[];
    properties?: { [name: string]: JsonObject };
    items?: JsonObject;
    pattern?: string;
    enum?: Json[];
    anyOf?: JsonObject[];
  };
  if (values) return values[0] ?? null;
  if (anyOf) return instanceOf(anyOf[0] ?? {}, said);
  const kind = Array.isArray(type) ? type[0] : type;
  if (kind === 'object')
    return Object.fromEntries(Object.entries(properties ?? {}).map(([name, one]) => [name, instanceOf(one, said)]));
  if (kind === 'array') return [instanceOf(items ?? {}, said)];
  if (kind === 'number' || kind === 'integer') return 1;
  if (kind === 'boolean') return true;
  // The one pattern that a template has is that of an order.
  return pattern === undefined ? said : 'T-104';
}

beforeAll(async () => {
  provider = await startProviderServer();
  provider.answerBy(answer);
  profiles = {
    fast: {
      ...{ use: 'chat', provider: 'openai-compatible', model: 'm-1', prices: { input: 1, output: 2 } },
      baseUrl: `${provider.url}${openai.basePath}`,
    },
  };
});
afterAll(async () => {
  await provider.close();
  rmSync(root, { recursive: true, force: true });
});

describe('fifty workflows over the nodes that are shipped', () => {
  const home = join(root, 'home');
  const count = 50;
  const seeds = Array.from({ length: count }, (_, i) => i + 1);
  const inner = seeds.slice(0, 5).map((seed) => realWorkflow({ id: `wf_inner-${seed}`, random: seededRandom(-seed) }));
  const outer = seeds.map((seed) =>
    realWorkflow({
      id: `wf_outer-${seed}`,
      random: seededRandom(seed),
      subflows: inner.map((_, i) => `wf_inner-${i + 1}`),
    }),
  );
  const material = (folder: string) => {
    write(
      folder,
      'documents/hours.md',
      '# Hours\n\nThe workshop is open from eight to five.\n\n# Keys\n\nAda has the key.\n',
    );
    write(folder, 'tables/staff.csv', 'id,name\n1,Ada\n2,Grace\n');
  };
  let served: Served;
  let socket: Connection;
  let close: () => Promise<void>;
  let forget: () => Promise<unknown>;

  beforeAll(async () => {
    material(home);
    write(home, 'prompts/ask.md', '---\nvariables: [text]\n---\n# user\nWhat is “{{ text }}”?\n');
    write(home, 'pipewright.json', {
      ...{ format: 1, name: 'Home' },
      profiles: { ...profiles, hashing: { use: 'embedding', provider: 'built-in', model: 'hashing-embedder' } },
      collections: { docs: { documents: ['documents/*.md'], embedder: 'hashing' } },
      tables: { staff: { file: 'tables/staff.csv' } },
    });
    for (const { workflow } of [...inner, ...outer]) write(home, `workflows/${workflow['id']}.flow.json`, workflow);
    const workspace = await openWorkspace(home, { env: {}, profileDir: join(root, 'profile') });
    await workspace.ingest();
    await workspace.close();
    const host = await openHost({ folder: home, env: {}, profileDir: join(root, 'profile') });
    const service = createContractService(host);
    served = await (transports.find(({ name }) => name === 'WebSocket') as (typeof transports)[number]).serve(service);
    socket = await served.connect();
    forget = async () => host.clearValues();
    close = async () => {
      socket.drop();
      await served.close();
      await service.close();
      await host.close();
    };
  }, 60_000);
  afterAll(() => close?.());

  it('hold every kind of step that works without a person', () => {
    const types = new Set([...inner, ...outer].flatMap((one) => one.types));
    for (const type of [
      ...['input', 'output', 'transform', 'log', 'code', 'validator', 'router', 'merge', 'split', 'map', 'aggregate'],
      ...['loop', 'cache', 'retriever', 'context', 'prompt', 'model', 'query', 'subflow'],
    ])
      expect(types, type).toContain(type);
    // The same numbers give the same workflow.
    expect(realWorkflow({ id: 'wf_one-more', random: seededRandom(1) })).toEqual(
      realWorkflow({ id: 'wf_one-more', random: seededRandom(1) }),
    );
  });

  it.each(seeds)(
    '%i: by socket at home, by the command and from a program elsewhere: same result, same trace',
    async (seed) => {
      const { workflow, inputs } = outer[seed - 1] as (typeof outer)[number];
      const id = workflow['id'] as string;
      // The others begin in empty folders: nothing that an earlier workflow left at home may answer here.
      await forget();
      const { runId } = await socket.client.run.start({ workflow: id, inputs: asJson(inputs) as JsonObject });
      let traced: Trace;
      do traced = (await socket.client.run.trace({ run: runId })) as unknown as Trace;
      while (traced.status === 'running');
      const atHome = asJson(traceShape(traced)) as JsonObject;
      expect(atHome['status'], JSON.stringify(atHome)).toBe('succeeded');

      const at = { env: {}, profileDir: join(root, 'profile') };
      const from = await openWorkspace(home, at);
      const { text, requires } = await from.export(id);
      await from.close();
      const elsewhere = (): [string, string] => {
        const folder = mkdtempSync(join(root, `${id}-`));
        const file = join(folder, `${id}.export.json`);
        writeFileSync(file, text);
        material(folder);
        return [folder, file];
      };

      const [byCommand, file] = elsewhere();
      write(byCommand, 'mine.json', { profiles });
      const options = { cwd: byCommand, env: { PIPEWRIGHT_PROFILES: 'mine.json' } };
      const command = (...args: string[]) => runHere(args, options);
      write(byCommand, 'inputs.json', inputs);
      const reads = requires.collections.length > 0;
      if (reads) expect(await command('ingest', '-q', '-w', file)).toMatchObject({ code: 0 });
      const ran = await command('run', file, '--inputs', 'inputs.json', '--json');
      expect(ran).toMatchObject({ code: 0 });
      const shown = JSON.parse((await command('trace', 'last', '--json', '-w', file)).stdout) as Trace;
      expect(asJson(traceShape(shown))).toEqual(atHome);
      const values = Object.entries(shown.outputs).map(([name, ref]) => [name, (ref as { value?: Json }).value]);
      expect(JSON.parse(ran.stdout).outputs).toEqual(Object.fromEntries(values));

      const [folder, other] = elsewhere();
      const program = await openWorkspace(other, { ...at, folder, profiles } as never);
      if (reads) await program.ingest();
      const run = await program.run(other, inputs);
      expect((await run.result).status).toBe('succeeded');
      expect(asJson(traceShape(await program.trace(run.runId)))).toEqual(atHome);
      expect((await program.replay(run.runId)).differences).toEqual([]);
      await program.close();
    },
  );
});

describe('the templates', () => {
  const ids = globSync('*', { cwd: join(import.meta.dirname, '../../workflows/templates') }).sort();

  it.each(ids)('%s: as its README says, at home and from one file: same results, same traces', async (id) => {
    const made = await runHere(
      ['init', id, '--template', id, '--base-url', `${provider.url}/v1`, '--secret', 'MY_KEY'],
      { cwd: root },
    );
    expect(made).toMatchObject({ code: 0 });
    const home = join(root, id);
    // Nobody knows what models cost at a server of one's own.
    const config = JSON.parse(readFileSync(join(home, 'pipewright.json'), 'utf8'));
    for (const profile of Object.values<JsonObject>(config.profiles))
      if (profile['use'] === 'chat') profile['prices'] = { input: 1, output: 1 };
    write(home, 'pipewright.json', config);
    // Which of two equal rows asks and which finds the answer kept is chance where they are worked on side by side.
    const flow = join(home, `workflows/${id}.flow.json`);
    writeFileSync(flow, readFileSync(flow, 'utf8').replace(/"concurrency": \d+/g, '"concurrency": 1'));
    expect(made.stderr.includes('`prices`')).toBe(['agent-with-approval', 'batch-over-table'].includes(id));
    const env = { MY_KEY: 'sk-of-the-test' };
    const [, block = ''] = /```sh\n([\s\S]*?)\n```/.exec(readFileSync(join(home, 'README.md'), 'utf8')) ?? [];
    const lines = block
      .split('\n')
      .map((line) => (line.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => word.replaceAll('"', '')))
      .filter(([program]) => program === 'pipewright');
    const file = `${id}.export.json`;
    const elsewhere = mkdtempSync(join(root, `${id}-`));

    /** Works through the README, and tells after each run how it went. */
    async function walk(cwd: string, isExported: boolean): Promise<Json> {
      const command = (...args: string[]) => runHere(args, { cwd, env });
      const place = isExported ? ['-w', file, '--profiles', 'mine.json'] : [];
      const told: unknown[] = [];
      for (const [, name = '', ...rest] of lines) {
        if (name === 'trace' || name === 'sessions' || rest[0] === 'show') continue;
        const args =
          isExported && name === 'run' ? [name, file, ...rest.slice(1), ...place.slice(2)] : [name, ...rest, ...place];
        const { code, stderr } = await command(...args);
        expect([0, 3], `${args.join(' ')}: ${stderr}`).toContain(code);
        if (name !== 'run' && rest[0] !== 'decide') continue;
        const { stdout } = await command('trace', 'last', '--json', ...(isExported ? ['-w', file] : []));
        // Times, and the version of a collection, are of one place.
        const timeless = stdout.replace(/"(ageMs|at)": \d+/g, '"$1": 0').replace(/"[0-9a-f]{16}(\.\d+)"/g, '"v$1"');
        told.push({ code, ...traceShape(JSON.parse(timeless)) });
      }
      return asJson(told);
    }

    const atHome = await walk(home, false);
    const { stdout } = await runHere(['export', id, '-o', '-'], { cwd: home, env });
    writeFileSync(join(elsewhere, file), stdout);
    for (const part of ['documents', 'tables'])
      if (existsSync(join(home, part))) cpSync(join(home, part), join(elsewhere, part), { recursive: true });
    write(elsewhere, 'mine.json', { profiles: config.profiles });
    expect(await walk(elsewhere, true)).toEqual(atHome);
    expect((atHome as Json[]).length).toBeGreaterThan(0);
  });
});
