import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorkspaceStore } from '../../app/adapters/sqlite/workspace-store.ts';
import { errorClasses } from '../../app/core/errors/error-classes.ts';
import { createEngine } from '../../app/engine/engine.ts';
import { type ErrorWire, isAppError, openWorkspace, type Workspace } from '../../app/index.ts';
import { registry } from '../../nodes/registry.ts';
import { snapshotOf, testPorts } from '../kit/engine-ports.ts';
import { graph } from '../kit/graph.ts';

const key = 'sk-seeded-canary-5f1c0a9e';
const root = mkdtempSync(join(tmpdir(), 'pipewright-bad-'));
const folder = join(root, 'workspace');
const profileDir = join(root, 'profile');
const write = (path: string, content: string | object) =>
  writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
const server = createServer((request, response) => {
  const refusal = {
    error: {
      message: `Incorrect API key provided: ${request.headers.authorization}`,
      type: 'invalid_request_error',
      code: 'invalid_api_key',
    },
  };
  response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify(refusal));
});

const config = (more: object = {}) => ({
  format: 1,
  name: 'Bad input',
  profiles: {
    reader: { use: 'chat', provider: 'built-in', model: 'extractive-reader' },
    embedder: { use: 'embedding', provider: 'built-in', model: 'hashing-embedder' },
    refused: {
      use: 'chat',
      provider: 'openai-compatible',
      model: 'm',
      secret: 'BAD_KEY',
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    },
    nowhere: {
      use: 'chat',
      provider: 'openai-compatible',
      model: 'm',
      secret: 'BAD_KEY',
      baseUrl: 'http://127.0.0.1:1/v1',
    },
    keyless: {
      use: 'chat',
      provider: 'openai-compatible',
      model: 'm',
      secret: 'NO_SUCH_KEY',
      baseUrl: 'http://127.0.0.1:1/v1',
    },
  },
  collections: { docs: { documents: ['documents/*.md'], embedder: 'embedder' } },
  tables: {
    customers: { file: 'tables/customers.csv' },
    ragged: { file: 'tables/ragged.csv' },
    gone: { file: 'tables/gone.csv' },
  },
  ...more,
});

type Step = [type: string, config: object, port: string, out: string];
/** A workflow of one node between input and output. */
function flowOf([type, nodeConfig, port, out]: Step, policy: object = { retry: { attempts: 1 } }) {
  return {
    format: 1,
    id: 'wf_bad-input',
    name: 'Bad input',
    inputs: { x: { type: 'text' } },
    outputs: { y: { type: 'any' } },
    nodes: [
      { id: 'in', type: 'input', version: 1, config: { name: 'x' } },
      {
        id: 'ask',
        type: 'prompt',
        version: 1,
        config: { messages: [{ role: 'user', template: '{{ x }}' }], variables: ['x'] },
      },
      { id: 'work', type, version: 1, config: nodeConfig, policy },
      { id: 'out', type: 'output', version: 1, config: { name: 'y' } },
    ],
    edges: [
      { id: 'e1', from: { node: 'in', port: 'value' }, to: { node: 'ask', port: 'x' } },
      ...(port === ''
        ? []
        : [
            {
              id: 'e2',
              from: { node: port === 'messages' ? 'ask' : 'in', port: port === 'messages' ? 'messages' : 'value' },
              to: { node: 'work', port },
            },
          ]),
      { id: 'e3', from: { node: 'work', port: out }, to: { node: 'out', port: 'value' } },
    ],
  };
}

const opened: Workspace[] = [];
async function open(): Promise<Workspace> {
  const workspace = await openWorkspace(folder, { env: { BAD_KEY: key }, profileDir });
  opened.push(workspace);
  return workspace;
}

/** The error of a run, of whatever kind: refused before it began, or failed. */
async function run(step: Step, inputs: { [name: string]: string } = { x: 'hello' }, policy?: object) {
  write('workflows/bad.flow.json', flowOf(step, policy));
  return runFile(inputs);
}
async function runFile(inputs: { [name: string]: string } = { x: 'hello' }): Promise<ErrorWire | undefined> {
  const started = await (await open()).run('bad', inputs);
  const { error } = await started.result;
  return error;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  for (const name of ['workflows', 'documents', 'tables', 'prompts'])
    mkdirSync(join(folder, name), { recursive: true });
  write('pipewright.json', config());
  write('documents/a.md', '# A page\n\nThe workshop opens at eight.\n');
  write('tables/customers.csv', 'id,name\n1,Ada\n');
  write('tables/ragged.csv', 'id,name\n1,Ada\n2,"Bob\n3,Cy,more\n');
});
afterAll(async () => {
  for (const workspace of opened) await workspace.close();
  await new Promise((resolve) => server.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

interface Row {
  what: string;
  code: string;
  where: string | RegExp;
  bring(): Promise<unknown>;
}

const model = (profile: string): Step => ['model', { profile, citations: 'none' }, 'messages', 'text'];
const query = (sql: string): Step => ['query', { sql }, '', 'table'];

const rows: Row[] = [
  {
    what: 'a collection that is not there, in a search',
    code: 'collection.missing',
    where: 'dcos',
    bring: async () => (await open()).search('dcos', 'x'),
  },
  {
    what: 'a collection that is not there, in a run',
    code: 'collection.missing',
    where: 'manuals',
    bring: () => run(['retriever', { collection: 'manuals', mode: 'text' }, 'query', 'chunks']),
  },
  {
    what: 'a collection made by another embedder',
    code: 'collection.embedder',
    where: 'docs',
    bring: async () => {
      await (await open()).ingest('docs');
      const { profiles } = config();
      write(
        'pipewright.json',
        config({ profiles: { ...profiles, embedder: { ...profiles.embedder, dimensions: 128 } } }),
      );
      try {
        return await (await open()).search('docs', 'when does it open?');
      } finally {
        write('pipewright.json', config());
      }
    },
  },
  {
    what: 'a key that the provider refuses',
    code: 'provider.auth',
    where: 'refused',
    bring: () => run(model('refused')),
  },
  {
    what: 'a key that is not there',
    code: 'profile.key_missing',
    where: /keyless|NO_SUCH_KEY/,
    bring: () => run(model('keyless')),
  },
  {
    what: 'a host that cannot be reached',
    code: 'provider.unreachable',
    where: '127.0.0.1',
    bring: () => run(model('nowhere')),
  },
  {
    what: 'a profile that is not there',
    code: 'workflow.resource',
    where: '$.nodes[2].config.profile',
    bring: () => run(model('raeder')),
  },
  {
    what: 'a malformed CSV file',
    code: 'table.malformed',
    where: 'tables/ragged.csv',
    bring: () => run(query('SELECT * FROM ragged')),
  },
  {
    what: 'a CSV file that is not there',
    code: 'table.missing',
    where: 'tables/gone.csv',
    bring: () => run(query('SELECT * FROM gone')),
  },
  {
    what: 'a table that is not there',
    code: 'table.missing',
    where: 'sql',
    bring: () => run(query('SELECT * FROM costumers')),
  },
  {
    what: 'SQL that writes',
    code: 'workflow.node_check',
    where: '$.nodes[2].config.sql',
    bring: () => run(query('DELETE FROM customers')),
  },
  {
    what: 'an input that is not given',
    code: 'run.input',
    where: 'input x',
    bring: () => run(['transform', { expression: 'value' }, 'value', 'value'], {}),
  },
  {
    what: 'an input that is not declared',
    code: 'run.input',
    where: 'input z',
    bring: () => run(['transform', { expression: 'value' }, 'value', 'value'], { x: 'a', z: 'b' }),
  },
  {
    what: 'an unknown node',
    code: 'workflow.unknown_node_type',
    where: '$.nodes[2].type',
    bring: () => run(['trasform', {}, 'value', 'value']),
  },
  {
    what: 'a cyclic graph',
    code: 'workflow.cycle',
    where: '$.edges[',
    bring: async () => {
      const flow = flowOf(['merge', {}, 'values', 'value'], {});
      flow.nodes.push({ id: 'back', type: 'merge', version: 1, config: {} } as never);
      flow.edges.push({ id: 'e4', from: { node: 'work', port: 'value' }, to: { node: 'back', port: 'values' } });
      flow.edges.push({ id: 'e5', from: { node: 'back', port: 'value' }, to: { node: 'work', port: 'values' } });
      write('workflows/bad.flow.json', flow);
      return runFile();
    },
  },
  {
    what: 'a workflow that is no JSON',
    code: 'workflow.not_json',
    where: 'line 2, column 1',
    bring: async () => {
      write('workflows/bad.flow.json', '{"format": 1,\n}');
      return runFile();
    },
  },
  {
    what: 'an expression that fails on its value',
    code: 'expression.failed',
    where: 'line 1, column 1',
    bring: () => run(['transform', { expression: 'value / 0' }, 'value', 'value']),
  },
  {
    what: 'a value of the wrong type',
    code: 'step.input',
    where: 'work',
    bring: () => run(['map', {}, 'items', 'results'], { x: 'no list' }, {}),
  },
  {
    what: 'a workspace that is not there',
    code: 'workspace.missing',
    where: root,
    bring: () => openWorkspace(join(root, 'nowhere'), { profileDir }),
  },
  {
    what: 'a workspace file with an unknown field',
    code: 'workspace.invalid',
    where: 'pipewright.json',
    bring: async () => {
      write('pipewright.json', config({ apiKey: key }));
      try {
        return await openWorkspace(folder, { profileDir });
      } finally {
        write('pipewright.json', config());
      }
    },
  },
  {
    what: 'a database that another process has locked',
    code: 'storage.locked',
    where: 'pipewright.db',
    bring: async () => {
      await run(['transform', { expression: 'value' }, 'value', 'value']);
      for (const workspace of opened.splice(0)) await workspace.close();
      const other = new Database(join(folder, '.pipewright/pipewright.db'));
      other.pragma('locking_mode=EXCLUSIVE');
      other.exec('BEGIN EXCLUSIVE');
      try {
        return await runFile();
      } finally {
        other.exec('ROLLBACK');
        other.close();
      }
    },
  },
  {
    what: 'a full disk',
    code: 'storage.full',
    where: 'pipewright.db',
    bring: async () => {
      const store = openWorkspaceStore({
        folder: join(root, 'full'),
        keyFile: join(profileDir, 'k'),
        now: () => Date.now(),
      });
      try {
        // What SQLite sees of a disk that is full: no page can be added.
        const pages = store.database.raw.pragma('page_count', { simple: true }) as number;
        store.database.raw.pragma(`max_page_count=${pages}`);
        const workflow = graph(
          [
            { id: 'in', type: 'input', config: { name: 'x' } },
            { id: 'out', type: 'output', config: { name: 'y' } },
          ],
          ['in.value > out.value'],
        );
        const engine = createEngine(testPorts(store.journal, { registry }));
        const started = await engine.start(snapshotOf(workflow), {
          x: Array.from({ length: 20_000 }, (_, i) => `${i}${Math.sin(i)}`),
        });
        return (await started.result).error;
      } finally {
        store.close();
      }
    },
  },
];

it.each(rows)('$what: $code with place and remedy', { timeout: 60_000 }, async ({ code, where, bring }) => {
  const outcome = await bring().catch((thrown: unknown) => thrown);
  const wire = (isAppError(outcome) ? outcome.toWire() : outcome) as ErrorWire;
  expect(wire).toMatchObject({ code, class: expect.any(String), message: expect.stringMatching(/\S/) });
  expect(Object.hasOwn(errorClasses, wire.class)).toBe(true);
  expect(wire.remedy).toMatch(/\S{3}/);
  if (typeof where === 'string') expect(wire.where).toContain(where);
  else expect(wire.where).toMatch(where);
  const text = JSON.stringify(wire);
  expect(text).not.toContain(key);
  expect(text).not.toMatch(/\\n\s+at |node_modules|\.ts:\d+/);
});

it('wrote the key nowhere', async () => {
  for (const workspace of opened.splice(0)) await workspace.close();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toContain('pipewright.db');
  for (const { parentPath, name } of files)
    expect(readFileSync(join(parentPath, name), 'latin1').includes(key), name).toBe(false);
});
