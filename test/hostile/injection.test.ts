import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../app/index.ts';
import { registry } from '../../nodes/registry.ts';
import { dialects } from '../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../kit/providers/provider-server.ts';
import { injections, PRODUCT } from './corpus/injections.ts';

/**
 * Text of strangers goes in by every door at once (an input, a cell and a file of a table, a document, its front matter and
 * name, an answer of a model, a session and what was said in it) and through every node that evaluates something. It must
 * come out as it went in, and nothing else may have happened.
 */
const openai = dialects.find(({ provider }) => provider === 'openai-compatible') as (typeof dialects)[number];
const root = mkdtempSync(join(tmpdir(), 'pipewright-injection-'));
const folder = join(root, 'workspace');
const canary = join(root, 'canary');
let server: ProviderServer;
let workspace: Workspace;

const node = (id: string, type: string, config: object, parent?: string) => ({
  id,
  type,
  version: 1,
  config,
  ...(parent && { parent }),
});
const edge = (wire: string, i: number) => {
  const [from = [], to = []] = wire.split(' > ').map((end) => end.split('.'));
  return { id: `e${i}`, from: { node: from[0], port: from[1] }, to: { node: to[0], port: to[1] } };
};
const asIs = { messages: [{ role: 'user', template: '{{ v }}' }], variables: ['v'] };

const workflow = (name: string, inputs: string[], outputs: string[], nodes: object[], wires: string[]) => ({
  format: 1,
  id: `wf_${name}`,
  name,
  inputs: Object.fromEntries(inputs.map((one) => [one, { type: 'text' }])),
  outputs: Object.fromEntries(outputs.map((one) => [one, { type: 'any' }])),
  resources: { profiles: { echo: { name: 'echo' } }, collections: { docs: { name: 'docs' } } },
  nodes: [
    ...inputs.map((one) => node(one, 'input', { name: one })),
    ...nodes,
    ...outputs.map((one) => node(one, 'output', { name: one })),
  ],
  edges: wires.map(edge),
});

/** What comes from files, each text through every node that evaluates something. */
const files = workflow(
  'files',
  [],
  ['sources', 'gone', 'after'],
  [
    node('rows', 'query', { sql: 'SELECT text FROM cells ORDER BY id' }),
    node('load', 'load-documents', { patterns: ['*.md'] }),
    node('listed', 'transform', {
      expression: 'rows.map(r, r.text) + docs.map(d, d.text) + docs.map(d, d.file) + docs.map(d, d.metadata.note)',
      variables: ['rows', 'docs'],
    }),
    node('each', 'map', { concurrency: 8 }),
    node('plain', 'transform', { language: 'template', expression: '{{ value }}' }, 'each'),
    node('cel', 'transform', { expression: 'value' }, 'each'),
    node(
      'sql',
      'query',
      { sql: 'SELECT :v AS v, (SELECT count(*) FROM cells WHERE text = :v) AS n', params: ['v'] },
      'each',
    ),
    node('code', 'code', { code: 'return { result: inputs.value };', timeoutMs: 10_000 }, 'each'),
    node('prompted', 'prompt', asIs, 'each'),
    node('group', 'aggregate', { operation: 'group', key: 'item' }, 'each'),
    node('parts', 'split', { by: 'separator', separator: '\u241e', trim: false, dropEmpty: false }, 'each'),
    node('route', 'router', { branches: [{ name: 'empty', when: 'size(value) == 0' }] }, 'each'),
    node('search', 'retriever', { collection: 'docs', mode: 'text', k: 3 }, 'each'),
    node('both', 'retriever', { collection: 'docs', mode: 'hybrid', k: 3 }, 'each'),
    node('rank', 'reranker', {}, 'each'),
    node('log', 'log', { message: '{{ value }}' }, 'each'),
    node(
      'together',
      'transform',
      {
        expression:
          '{"plain": plain, "cel": same, "sql": sql.v, "code": code, "prompt": prompted[0].content, "group": group[0].key, "split": parts[0], "route": route, "log": logged, "found": size(found)}',
        variables: ['plain', 'same', 'sql', 'code', 'prompted', 'group', 'parts', 'route', 'logged', 'found'],
      },
      'each',
    ),
    node('size', 'transform', { expression: 'string(size(value))' }),
    node('count', 'query', { sql: 'SELECT count(*) AS n FROM cells WHERE :wait IS NOT NULL', params: ['wait'] }),
  ],
  [
    'rows.rows > listed.rows',
    'load.documents > listed.docs',
    'listed.value > each.items',
    ...[
      'plain.value',
      'cel.value',
      'sql.v',
      'code.value',
      'prompted.v',
      'group.items',
      'parts.value',
      'route.value',
    ].map((into) => `each.item > ${into}`),
    ...['search.query', 'both.query', 'rank.query', 'log.value'].map((into) => `each.item > ${into}`),
    'search.chunks > rank.chunks',
    'both.chunks > rank.chunks',
    'plain.value > together.plain',
    'cel.value > together.same',
    'sql.first > together.sql',
    'code.result > together.code',
    'prompted.messages > together.prompted',
    'group.result > together.group',
    'parts.parts > together.parts',
    'route.default > together.route',
    'log.value > together.logged',
    'rank.chunks > together.found',
    'together.value > each.result',
    'each.results > size.value',
    'size.value > count.wait',
    'listed.value > sources.value',
    'each.results > gone.value',
    'count.first > after.value',
  ],
);

/** What is said: by the caller, in a session, by a model. */
const talk = workflow(
  'talk',
  ['text', 'session'],
  ['reply', 'said', 'again'],
  [
    node('memory', 'chat-memory', { space: 'injection' }),
    node('ask', 'prompt', asIs, 'memory'),
    node('model', 'model', { profile: 'echo', citations: 'none', streaming: false, reasks: 0 }, 'memory'),
    node('template', 'transform', { language: 'template', expression: '{{ value }}{{ text }}', variables: ['text'] }),
  ],
  [
    'session.value > memory.session',
    'text.value > memory.message',
    'memory.history > ask.history',
    'memory.message > ask.v',
    'ask.messages > model.messages',
    'model.text > memory.reply',
    'memory.reply > reply.value',
    'memory.messages > said.value',
    'memory.reply > template.value',
    'text.value > template.text',
    'template.value > again.value',
  ],
);

/** What a model has called: the argument of a tool, through the nodes inside and back into the conversation. */
const tools = workflow(
  'tools',
  ['text'],
  ['answer', 'calls'],
  [
    node('clerk', 'agent', { profile: 'echo', streaming: false, maxTurns: 2 }),
    node(
      'look',
      'tool',
      { name: 'look', description: 'Looks.', parameters: { type: 'object', properties: { v: { type: 'string' } } } },
      'clerk',
    ),
    node('sql', 'query', { sql: 'SELECT :v AS v, (SELECT count(*) FROM cells) AS n', params: ['v'] }, 'look'),
    node('plain', 'transform', { language: 'template', expression: '{{ value.v }}' }, 'look'),
  ],
  [
    'text.value > clerk.task',
    'look.v > sql.v',
    'sql.first > plain.value',
    'plain.value > look.result',
    'clerk.text > answer.value',
    'clerk.calls > calls.value',
  ],
);

const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
/** As a name of a file that every system here takes. */
const fileName = (i: number, text: string) => `${i} ${text.replace(/[/\\\0]/g, '_').slice(0, 60)}.md`;
/** Front matter knows no escapes for control characters. */
const isPlain = (text: string) => !/\p{Cc}/u.test(text.replaceAll('\n', ''));
const write = (path: string, text: string | object) =>
  writeFileSync(join(folder, path), typeof text === 'string' ? text : JSON.stringify(text));

beforeAll(async () => {
  server = await startProviderServer();
  for (const name of ['workflows', 'tables', 'documents']) mkdirSync(join(folder, name), { recursive: true });
  write('workflows/files.flow.json', files);
  write('workflows/talk.flow.json', talk);
  write('workflows/tools.flow.json', tools);
  write('pipewright.json', {
    format: 1,
    name: 'Injection',
    profiles: {
      echo: { use: 'chat', provider: 'openai-compatible', model: 'm', baseUrl: `${server.url}/v1` },
      embedder: { use: 'embedding', provider: 'built-in', model: 'hashing-embedder' },
    },
    collections: { docs: { documents: ['documents/*.md'], embedder: 'embedder' } },
    tables: { cells: { file: 'tables/cells.csv' } },
  });
  workspace = await openWorkspace(folder, { env: {}, profileDir: join(root, 'profile') });
});
afterAll(async () => {
  await workspace.close();
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

const texts = injections.map((form) => form.replaceAll('CANARY', canary));
const outputsOf = async (name: string, inputs: { [input: string]: string } = {}) => {
  const run = await workspace.run(name, inputs);
  const { status, error, outputs } = await run.result;
  expect([status, error]).toEqual(['succeeded', undefined]);
  const traced = JSON.stringify([await workspace.trace(run.runId), outputs]);
  expect(traced + JSON.stringify(server.requests.map(({ body }) => body))).not.toContain(PRODUCT);
  // biome-ignore lint/suspicious/noExplicitAny: outputs of two workflows, looked at below
  return outputs as any;
};
function expectNothingHappened() {
  expect(existsSync(canary)).toBe(false);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect((globalThis as { polluted?: unknown }).polluted).toBeUndefined();
}

describe('text of strangers stays text', () => {
  it('from tables, documents, their front matter and their names, behind every node', async () => {
    write('tables/cells.csv', `id,text\n${texts.map((text, i) => `${i},${cell(text)}`).join('\n')}\n`);
    for (const [i, text] of texts.entries())
      write(`documents/${fileName(i, text)}`, `---\nnote: ${JSON.stringify(text)}\n---\nSaid: ${text}\n`);
    await workspace.ingest('docs');
    const { sources, gone, after } = await outputsOf('files');
    expect(sources).toHaveLength(texts.length * 4);
    expect(sources.slice(0, texts.length)).toEqual(texts);
    expect(sources).toEqual(expect.arrayContaining(texts.filter(isPlain)));
    for (const [i, { found, ...same }] of gone.entries()) {
      for (const [by, value] of Object.entries(same)) expect(value, `${sources[i]} by ${by}`).toBe(sources[i]);
      expect(found, sources[i]).toBeTypeOf('number');
    }
    expect(after).toEqual({ n: texts.length });
    expectNothingHappened();
  });

  it.each(texts.map((text, i) => [text.slice(0, 80), text, i] as const))(
    'as %j said in a session',
    async (_, text, i) => {
      server.answerBy(() => openai.answer({ pieces: [text] }));
      const session = `${i} ${text}`.trim().slice(0, 200);
      // The second turn gets the first one as its history.
      for (const turn of [1, 2]) {
        const { reply, said, again } = await outputsOf('talk', { text, session });
        expect([reply, again]).toEqual([text, text + text]);
        expect(said.map(({ role, content }: { role: string; content: string }) => [role, content])).toEqual(
          Array.from({ length: turn * 2 }, (__, k) => [k % 2 === 0 ? 'user' : 'assistant', text]),
        );
        expect(server.requests.at(-1)?.body.messages).toEqual(said.slice(0, -1));
      }
      expectNothingHappened();
    },
  );

  it.each(texts.map((text) => [text.slice(0, 80), text] as const))(
    'as %j that a model calls a tool with',
    async (_, text) => {
      server.answerBy(({ body }) =>
        body.messages.some(({ role }: { role: string }) => role === 'tool')
          ? openai.answer({ pieces: [text] })
          : openai.answer({
              pieces: [],
              calls: [{ id: 'call_1', name: 'look', arguments: JSON.stringify({ v: text }) }],
            }),
      );
      const { answer, calls } = await outputsOf('tools', { text });
      expect(answer).toBe(text);
      expect(calls).toMatchObject([{ tool: 'look', arguments: { v: text }, outcome: 'done' }]);
      const [, second] = server.requests;
      const given = second?.body.messages.filter(({ role }: { role: string }) => role === 'tool');
      expect(given).toHaveLength(1);
      expect(given[0].content).toContain(text);
      expectNothingHappened();
    },
  );

  it('in every way that is known of', () => {
    expect(new Set(injections).size).toBeGreaterThanOrEqual(50);
    expect(injections.join()).not.toContain(PRODUCT);
  });

  it('would be noticed if it were evaluated', async () => {
    const made = node('made', 'transform', { language: 'template', expression: injections[0] });
    write('workflows/planted.flow.json', workflow('planted', [], ['out'], [made], ['made.value > out.value']));
    const { outputs } = await (await workspace.run('planted')).result;
    expect(outputs).toEqual({ out: PRODUCT });
  });

  it('can be wired into no field that is evaluated, of any node', async () => {
    const evaluated = new Set(['template', 'expression', 'sql', 'code']);
    const fields = [...registry.values()].flatMap(({ manifest }) =>
      Object.entries(manifest.form ?? {}).flatMap(([field, form]) =>
        form && (evaluated.has(form.widget) || form.code === true)
          ? [{ type: manifest.type, field, config: manifest.examples?.[0]?.config ?? {} }]
          : [],
      ),
    );
    expect(fields.map(({ type }) => type)).toEqual(expect.arrayContaining(['transform', 'query', 'code', 'prompt']));
    for (const { type, field, config } of fields) {
      const wired = workflow(
        'wired',
        ['text'],
        [],
        [node('target', type, config)],
        [`text.value > target.config/${field}`],
      );
      write('workflows/wired.flow.json', wired);
      const { valid, issues } = await workspace.validate('workflows/wired.flow.json');
      expect(valid, `${type}.${field}`).toBe(false);
      expect(
        issues.map(({ code }) => code),
        `${type}.${field}`,
      ).toContain('workflow.edge_endpoint');
    }
  });
});
