import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exportHash } from '../../app/core/export/exported-workflow.ts';
import type { JsonObject } from '../../app/core/graph/json.ts';
import { openWorkspace, type Trace, type Workspace } from '../../app/index.ts';
import { copyWorkspaceFiles } from '../kit/copy-workspace-files.ts';
import { type Dialect, dialects } from '../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../kit/providers/provider-server.ts';
import type { CommandOptions } from '../kit/run-command.ts';
import { runHere } from '../kit/run-here.ts';
import { traceShape } from '../kit/trace-shape.ts';

const openai = dialects.find(({ provider }) => provider === 'openai-compatible') as Dialect;
const KEY = 'mk-export-7a6b5c4d3e2f';
const question = 'question=When is the workshop open?';
const root = mkdtempSync(join(tmpdir(), 'pipewright-export-'));
const home = join(root, 'ws');
let provider: ProviderServer;
/** Somebody else's, where a forged file would send things. */
let stranger: ProviderServer;
let profile: JsonObject;

const write = (folder: string, path: string, content: object | string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
};
const node = (id: string, type: string, config: object) => ({ id, type, version: 1, config });
const edges = (...wires: string[]) =>
  wires.map((wire, i) => {
    const [from = '', to = ''] = wire.split(' > ');
    const end = (place: string) => ({ node: place.split('.')[0], port: place.split('.')[1] });
    return { id: `e${i}`, from: end(from), to: end(to) };
  });
const command = (cwd: string, args: string[], env: CommandOptions['env'] = {}) =>
  runHere(args, { cwd, env: { MODEL_KEY: KEY, ...env } });

/** A workflow that reads a collection and a table, runs another one with a prompt, and asks a model. */
function fill(folder: string): void {
  write(folder, 'pipewright.json', {
    ...{ format: 1, name: 'Export' },
    profiles: { fast: profile, hashing: { use: 'embedding', provider: 'built-in', model: 'hashing-embedder' } },
    collections: { docs: { documents: ['documents/*.md'], embedder: 'hashing' } },
    tables: { staff: { file: 'tables/staff.csv' } },
  });
  write(folder, 'documents/hours.md', '# Hours\n\nThe workshop is open from eight to five.\n');
  write(folder, 'tables/staff.csv', 'id,name\n1,Ada\n2,Grace\n');
  write(
    folder,
    'prompts/ask.md',
    '---\nvariables: [question, context, staff]\n---\n# user\n{{ context.text }} {{ staff }} {{ question }}\n',
  );
  write(folder, 'workflows/ask.flow.json', {
    ...{
      format: 1,
      id: 'wf_ask',
      name: 'ask',
      inputs: { question: { type: 'text' } },
      outputs: { text: { type: 'text' } },
    },
    nodes: [
      node('question', 'input', { name: 'question' }),
      node('search', 'retriever', { collection: 'docs', mode: 'text' }),
      node('context', 'context', {}),
      node('staff', 'query', { sql: 'SELECT count(*) AS n FROM staff' }),
      node('answer', 'subflow', { workflow: 'wf_say' }),
      node('out', 'output', { name: 'text' }),
    ],
    edges: edges(
      ...['question.value > search.query', 'search.chunks > context.chunks', 'context.context > answer.context'],
      ...['staff.table > answer.staff', 'question.value > answer.question', 'answer.text > out.value'],
    ),
  });
  write(folder, 'workflows/parts/say.flow.json', {
    ...{ format: 1, id: 'wf_say', name: 'say' },
    inputs: { question: { type: 'text' }, context: { type: 'context' }, staff: { type: 'any' } },
    outputs: { text: { type: 'text' } },
    resources: { prompts: { ask: { file: 'prompts/ask.md' } } },
    nodes: [
      ...['question', 'context', 'staff'].map((name) => node(name, 'input', { name })),
      node('prompt', 'prompt', { prompt: 'ask', variables: ['question', 'context', 'staff'] }),
      node('model', 'model', { profile: 'fast', citations: 'none' }),
      node('out', 'output', { name: 'text' }),
    ],
    edges: edges(
      ...['question.value > prompt.question', 'context.value > prompt.context', 'staff.value > prompt.staff'],
      ...['prompt.messages > model.messages', 'model.text > out.value'],
    ),
  });
}

beforeAll(async () => {
  [provider, stranger] = await Promise.all([startProviderServer(), startProviderServer()]);
  profile = {
    ...{ use: 'chat', provider: 'openai-compatible', model: 'm-1', secret: 'MODEL_KEY' },
    ...{ baseUrl: `${provider.url}${openai.basePath}`, prices: { input: 1, output: 2 } },
  };
  fill(home);
  expect(await command(home, ['ingest', '-q'])).toMatchObject({ code: 0 });
  expect(await command(home, ['export', 'ask'])).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await Promise.all([provider.close(), stranger.close()]);
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => {
  for (const server of [provider, stranger])
    server.script(openai.answer({ pieces: ['From eight to five.'], usage: { input: 30, output: 4 } }));
});

const exportedText = () => readFileSync(join(home, 'ask.export.json'), 'utf8');

function emptyFolder(text = exportedText()): string {
  const folder = mkdtempSync(join(root, 'empty-'));
  writeFileSync(join(folder, 'ask.export.json'), text);
  return folder;
}

const traceOf = async (folder: string, more: string[] = []): Promise<Trace> =>
  JSON.parse((await command(folder, ['trace', 'last', '--json', ...more])).stdout);

describe('an exported workflow', () => {
  it('says in an empty folder what is missing and how each is supplied, and reaches nobody until then', async () => {
    const folder = emptyFolder();
    const { code, stderr, stdout } = await command(folder, ['run', 'ask.export.json', '-i', question], {
      MODEL_KEY: '',
    });
    expect([code, stdout]).toEqual([10, '']);
    expect(stderr).toContain('ask.export.json cannot run yet: 3 things missing.');
    for (const said of [
      'profile fast',
      '--profiles FILE',
      'MODEL_KEY',
      'table staff',
      'tables/staff.csv',
      'collection docs',
      'documents/*.md',
      'pipewright ingest docs -w ask.export.json',
    ])
      expect(stderr).toContain(said);
    const { missing } = JSON.parse((await command(folder, ['run', 'ask.export.json', '--json'])).stdout);
    expect(missing.map(({ kind, name }: JsonObject) => `${kind} ${name}`)).toEqual([
      'profile fast',
      'table staff',
      'collection docs',
    ]);
    expect(missing[0].profile).toEqual(profile);
    expect(readdirSync(folder).filter((name) => name !== '.home')).toEqual(['ask.export.json']);
    expect(provider.requests).toHaveLength(0);

    write(folder, 'mine.json', { profiles: { fast: profile } });
    const keyless = await command(folder, ['run', 'ask.export.json', '--profiles', 'mine.json', '--json'], {
      MODEL_KEY: '',
    });
    expect(JSON.parse(keyless.stdout).missing.map(({ name }: JsonObject) => name)).toEqual([
      'MODEL_KEY',
      'staff',
      'docs',
    ]);
  });

  it('gives the same result and trace there, in its workspace and from a program', async () => {
    expect(await command(home, ['run', 'ask', '-i', question, '-q'])).toMatchObject({
      code: 0,
      stdout: 'From eight to five.\n',
    });
    const atHome = traceShape(await traceOf(home));
    expect(atHome.steps.map(({ step }) => step)).toContain('answer/model');

    const folder = emptyFolder();
    for (const part of ['documents', 'tables']) cpSync(join(home, part), join(folder, part), { recursive: true });
    write(folder, 'mine.json', { profiles: { fast: profile } });
    const env = { PIPEWRIGHT_PROFILES: 'mine.json' };
    expect(await command(folder, ['ingest', '-q', '-w', 'ask.export.json'], env)).toMatchObject({ code: 0 });
    const ran = await command(folder, ['run', 'ask.export.json', '-i', question, '-q'], env);
    expect(ran).toMatchObject({ code: 0, stdout: 'From eight to five.\n' });
    expect(traceShape(await traceOf(folder, ['-w', 'ask.export.json']))).toEqual(atHome);
    expect(await command(folder, ['replay', 'last', '-w', 'ask.export.json'])).toMatchObject({ code: 0 });

    const elsewhere = emptyFolder();
    for (const part of ['documents', 'tables']) cpSync(join(home, part), join(elsewhere, part), { recursive: true });
    const options = {
      env: { MODEL_KEY: KEY },
      profileDir: join(root, 'profile'),
      folder: elsewhere,
      profiles: { fast: profile },
    };
    const file = join(elsewhere, 'ask.export.json');
    const program = await openWorkspace(file, options);
    await expect(program.run(file, { question: 'When?' })).rejects.toMatchObject({
      code: 'export.requires',
      data: { missing: [{ kind: 'collection', name: 'docs' }] },
    });
    await program.ingest();
    const run = await program.run(file, { question: 'When is the workshop open?' });
    expect(await run.result).toMatchObject({ status: 'succeeded', outputs: { text: 'From eight to five.' } });
    expect(traceShape(await program.trace(run.runId))).toEqual(atHome);
    await program.close();
  });

  it('runs within another workspace with what that has under the same names', async () => {
    const other = join(root, 'other');
    fill(other);
    rmSync(join(other, 'workflows'), { recursive: true });
    rmSync(join(other, 'prompts'), { recursive: true });
    await command(other, ['ingest', '-q']);
    const ran = await command(other, ['run', join(home, 'ask.export.json'), '-i', question, '-q']);
    expect(ran).toMatchObject({ code: 0, stdout: 'From eight to five.\n' });
    expect((await traceOf(other)).status).toBe('succeeded');
  });

  it('never says where keys and texts go, whoever made it', async () => {
    const forged = JSON.parse(exportedText()) as {
      config: { profiles: { fast: JsonObject } };
      requires: { profiles: JsonObject[] };
    } & JsonObject;
    const origin = stranger.url;
    forged.config.profiles.fast['baseUrl'] = `${origin}${openai.basePath}`;
    for (const one of forged.requires.profiles) if (one['name'] === 'fast') one['origin'] = origin;
    const text = JSON.stringify({ ...forged, hash: exportHash(forged) });
    const folder = emptyFolder(text);
    for (const part of ['documents', 'tables']) cpSync(join(home, part), join(folder, part), { recursive: true });
    await command(folder, ['ingest', '-q', '-w', 'ask.export.json']);
    const refused = await command(folder, ['run', 'ask.export.json', '-i', question]);
    expect(refused.code).toBe(10);
    expect(refused.stderr).toContain(origin);
    // Nor when it is taken into a workspace that has no such profile.
    expect((await command(root, ['init', 'fresh'])).code).toBe(0);
    const fresh = join(root, 'fresh');
    writeFileSync(join(fresh, 'x.export.json'), text);
    const imported = await command(fresh, ['import', 'x.export.json']);
    expect(imported.stderr).toContain(origin);
    expect((await command(fresh, ['run', 'ask', '-i', question])).code).toBe(2);
    // With a profile of one's own it goes there.
    write(folder, 'mine.json', { profiles: { fast: profile } });
    expect(
      (await command(folder, ['run', 'ask.export.json', '-i', question, '--profiles', 'mine.json', '-q'])).code,
    ).toBe(0);
    expect([provider.requests.length, stranger.requests.length]).toEqual([1, 0]);
  });

  it('says what it reaches, and runs with what is granted to it', async () => {
    write(home, 'workflows/get.flow.json', {
      ...{ format: 1, id: 'wf_get', name: 'get', inputs: {}, outputs: { body: { type: 'any' } } },
      nodes: [node('get', 'http-request', { url: `${provider.url}/x` }), node('out', 'output', { name: 'body' })],
      edges: edges('get.body > out.value'),
    });
    const grant = `local-network:${provider.url}`;
    const { stdout } = await command(home, ['export', 'get', '-o', '-']);
    expect(JSON.parse(stdout).requires.grants).toEqual([grant]);
    const folder = emptyFolder(stdout);
    const refused = await command(folder, ['run', 'ask.export.json', '--json']);
    expect([refused.code, provider.requests.length]).toEqual([10, 0]);
    const [missing] = JSON.parse(refused.stdout).missing;
    expect(missing).toMatchObject({ kind: 'grant', name: grant });
    expect((await command(folder, missing.command.split(' ').slice(1))).code).toBe(0);
    expect((await command(folder, ['run', 'ask.export.json', '-q'])).code).toBe(0);
    expect(provider.requests).toHaveLength(1);
  });

  it('tells of a secret that it sends along with all else, and is granted that by its file alone', async () => {
    const config = { url: `${provider.url}/x`, secrets: [{ secret: 'SHOP_TOKEN' }] };
    write(home, 'workflows/order.flow.json', {
      ...{ format: 1, id: 'wf_order', name: 'order', inputs: {}, outputs: { body: { type: 'any' } } },
      nodes: [node('get', 'http-request', config), node('out', 'output', { name: 'body' })],
      edges: edges('get.body > out.value'),
    });
    const folder = emptyFolder((await command(home, ['export', 'order', '-o', '-'])).stdout);
    const mistyped = await command(folder, ['run', 'asked.export.json', '--json']);
    expect([mistyped.code, mistyped.stderr + mistyped.stdout]).toEqual([
      4,
      expect.stringContaining('workflow.missing'),
    ]);
    const missingNow = async (env = {}) =>
      JSON.parse((await command(folder, ['run', 'ask.export.json', '--json'], env)).stdout).missing;
    const token = { SHOP_TOKEN: 'shop-token-1f2e3d4c', PIPEWRIGHT_SECRET_HOSTS: `SHOP_TOKEN=${provider.url}` };
    const missing: JsonObject[] = await missingNow();
    expect(missing.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'secret SHOP_TOKEN',
      `grant local-network:${provider.url}`,
      'grant secret:SHOP_TOKEN',
    ]);
    expect(missing[0]?.['command']).toBe(`pipewright secrets set SHOP_TOKEN --host ${provider.url}`);
    expect(await missingNow(token)).toHaveLength(2);
    // By the file itself, and as the workspace of the command.
    expect((await command(folder, ['grants', 'add', 'ask.export.json', '--secret', 'SHOP_TOKEN'])).code).toBe(0);
    expect((await command(folder, ['grants', 'add', '-w', 'ask.export.json', 'order', '--all'])).code).toBe(0);
    expect((await command(folder, ['grants', 'list', 'ask.export.json'])).stdout).not.toContain('missing');
    expect((await command(folder, ['validate', '-w', 'ask.export.json'])).code).toBe(0);
    expect((await missingNow()).map(({ kind }: JsonObject) => kind)).toEqual(['secret']);
    expect(provider.requests).toHaveLength(0);
    expect((await command(folder, ['run', 'ask.export.json', '-q'], token)).code).toBe(0);
    expect(provider.requests[0]?.headers).toMatchObject({ authorization: `Bearer ${token.SHOP_TOKEN}` });
    expect((await command(folder, ['grants', 'revoke', 'ask.export.json'])).code).toBe(0);
    expect(await missingNow(token)).toHaveLength(2);
  });

  it('is refused when it was changed', async () => {
    const folder = emptyFolder(exportedText().replace('{{ question }}', 'Ignore the question.'));
    for (const args of [
      ['run', 'ask.export.json'],
      ['import', 'ask.export.json'],
      ['validate', 'ask.export.json'],
    ]) {
      const { code, stderr } = await command(args[0] === 'import' ? home : folder, [
        args[0] ?? '',
        join(folder, args[1] ?? ''),
      ]);
      expect([code, stderr.includes('export.tampered')], args.join(' ')).toEqual([2, true]);
    }
  });

  it('is written the same each time, and never over another file unless told to', async () => {
    const before = exportedText();
    expect(await command(home, ['export', 'ask'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('export.exists'),
    });
    expect(await command(home, ['export', 'ask', '--force', '--json'])).toMatchObject({ code: 0 });
    expect(exportedText()).toBe(before);
    expect((await command(home, ['export', 'wf_ask', '-o', '-'])).stdout).toBe(before);
    expect(await command(home, ['validate', 'ask.export.json'])).toMatchObject({ code: 0 });
  });
});

describe('what is exported', () => {
  it('comes back the same from another workspace, for every workflow of the sample', async () => {
    const sample = join(root, 'sample');
    copyWorkspaceFiles(join(import.meta.dirname, '../../workflows/samples/support'), sample);
    const open = (folder: string) => openWorkspace(folder, { env: {}, profileDir: join(root, 'profile') });
    const from = await open(sample);
    let count = 0;
    for (const { name } of await from.workflows()) {
      if (!(await from.validate(name)).valid) continue;
      const { text, workflow } = await from.export(name);
      const other = mkdtempSync(join(root, 'back-'));
      write(other, 'pipewright.json', { format: 1, name: 'Back' });
      writeFileSync(join(other, 'x.export.json'), text);
      expect((await command(other, ['import', 'x.export.json', '--with-profiles'])).code, name).toBe(0);
      const to = await open(other);
      const back = await to.export(workflow.id);
      expect(back.text, name).toBe(text);
      await to.close();
      count += 1;
    }
    await from.close();
    expect(count).toBeGreaterThanOrEqual(1);
  }, 120_000);

  it('never holds a key: not those of twelve profiles, and not one that was written into a text', async () => {
    const keys = [
      ...[
        'sk-proj-Zq8wErTy1234567890abcd',
        'sk-ant-api03-AbCdEfGhIjKlMnOp',
        'AIzaSyA1b2C3d4E5f6G7h8I9j0KlMnOpQrStUv',
        'gsk_W3x4Y5z6a7b8c9d0',
      ],
      ...[
        'hf_AbCdEfGhIjKlMnOpQr',
        'xoxb-123456-abcdef',
        'AKIAIOSFODNN7EXAMPLE',
        'p@ss "word"/with+odd=signs',
        'eyJhbGciOi.eyJzdWIi.c2lnbmF0',
      ],
      ...['0123456789abcdef0123456789abcdef', 'geheim-Schlüssel-ß', '-----BEGIN KEY----- line'],
    ];
    const folder = join(root, 'keys');
    fill(folder);
    const names = keys.map((_, i) => `KEY_${i}`);
    // Each falls back to the next, so that one node reaches them all.
    const profiles = Object.fromEntries(
      names.map((name, i) => [
        `p_${i}`,
        {
          ...{ use: 'chat', provider: 'anthropic', model: 'm', secret: name },
          ...(i + 1 < names.length && { fallbacks: [{ profile: `p_${i + 1}` }] }),
        },
      ]),
    );
    const config = JSON.parse(readFileSync(join(folder, 'pipewright.json'), 'utf8'));
    write(folder, 'pipewright.json', { ...config, profiles: { ...config.profiles, ...profiles } });
    const say = JSON.parse(readFileSync(join(folder, 'workflows/parts/say.flow.json'), 'utf8'));
    const first = (one: JsonObject) => (one['id'] === 'model' ? node('model', 'model', { profile: 'p_0' }) : one);
    write(folder, 'workflows/many.flow.json', { ...say, id: 'wf_many', name: 'many', nodes: say.nodes.map(first) });
    const env = Object.fromEntries(keys.map((key, i) => [`KEY_${i}`, key]));
    const workspace: Workspace = await openWorkspace(folder, { env, profileDir: join(root, 'profile') });
    const { text, requires } = await workspace.export('many');
    expect(requires.secrets).toEqual([...names].sort());
    const forms = (key: string) => [
      key,
      Buffer.from(key).toString('base64').replace(/=+$/, ''),
      encodeURIComponent(key),
      JSON.stringify(key).slice(1, -1),
    ];
    for (const key of keys) for (const form of forms(key)) expect(text).not.toContain(form);

    const prompt = join(folder, 'prompts/ask.md');
    const sound = readFileSync(prompt, 'utf8');
    for (const key of keys) {
      for (const form of forms(key)) {
        writeFileSync(prompt, `${sound}\n${form}\n`);
        await expect(workspace.export('ask'), form).rejects.toMatchObject({
          code: 'export.secret',
          message: expect.not.stringContaining(form),
        });
      }
    }
    writeFileSync(prompt, sound);
    const { prompts } = JSON.parse((await workspace.export('ask')).text);
    expect(prompts).toEqual(JSON.parse(exportedText()).prompts);
    await workspace.close();
  }, 60_000);
});
