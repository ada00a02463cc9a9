import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { userVault } from '../../app/hosts/vault.ts';
import { openWorkspace, type Workspace } from '../../app/index.ts';
import { type Echoed, type EchoServer, encodedForms, startEchoServer } from '../kit/echo-server.ts';
import { runCommand } from '../kit/run-command.ts';

/** Twelve secrets of the shapes that are met, in the environment, a secrets file and the vault. */
const secrets = {
  OPENAI_API_KEY: 'sk-proj-Qm3vB7xLr0aTz9Wd2Kc8Yf5Hn1Jp6Gs4',
  ANTHROPIC_API_KEY: 'sk-ant-api03-u8Rk2Vb5Nq7Xy1Tz4Wc9Mf3Hj6Lp0Gs',
  GOOGLE_API_KEY: 'AIzaSyD4f7Kq1Wz8Xr3Vb6Nm0Tc5Yh2Jg9Lp',
  GITHUB_TOKEN: 'ghp_R7tY2uI9oP4aS6dF1gH8jK3lZ5xC0vB',
  SLACK_HOOK: 'T0AB12CD3/B0EF45GH6/xYz9Wv8Ut7Sr6Qp5On4Ml3Kj',
  JWT: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwaXBld3JpZ2h0In0.dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  UUID_KEY: '5f0c1d7e-93ab-4c52-8e6f-1b2a3c4d5e6f',
  HEX_KEY: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b',
  PASSWORD: `p@ss "w\\ord'+/=%&<>~`,
  BASE64_KEY: '+/Zm9vYmFyK2Jhei9xdXg+Pz8/Cg==',
  PLAIN_WORDS: 'correct horse battery staple',
  LONG_KEY: `long-${'0123456789abcdef'.repeat(12)}-end`,
} as const;
type Name = keyof typeof secrets;
const names = Object.keys(secrets) as Name[];
/** Keys of model profiles; the others are put into requests. */
const keys = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GOOGLE_API_KEY', 'GITHUB_TOKEN', 'UUID_KEY'] as const;

const root = mkdtempSync(join(tmpdir(), 'pipewright-seeded-'));
const folder = join(root, 'ws');
const profileDir = join(root, 'home');
let server: EchoServer;
let workspace: Workspace;
let env: { [name: string]: string };
/** Everything that people or files get to see. */
const shown: string[] = [];

/** What it was sent, in every form that a server may send it back. */
function echo({ headers, path, body }: Echoed): string {
  const all = Object.values(headers).concat(path);
  const words = all.flatMap((text) => [text, text.replace(/^\w+ /, '')]);
  const basic = words.map((text) => Buffer.from(`user:${text}:x`).toString('base64'));
  return JSON.stringify({ words, forms: words.flatMap(encodedForms), basic, body, nested: JSON.stringify({ words }) });
}
const sse = (text: string) => {
  const chunk = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const pieces = text.match(/[\s\S]{1,7}/g) ?? [];
  return `${pieces.map((content) => chunk({ content }, null)).join('')}${chunk({}, 'stop')}data: [DONE]\n\n`;
};

const node = (id: string, type: string, config: object, more: object = {}) => ({
  id,
  type,
  version: 1,
  config,
  ...more,
});
const wire = (from: string, to: string) => {
  const end = (text: string) => ({ node: text.split('.')[0], port: text.split('.')[1] });
  return { id: `${from}-${to}`.replaceAll('.', '-'), from: end(from), to: end(to) };
};
const once = { policy: { retry: { attempts: 1 } } };
const save = (name: string, nodes: object[], edges: object[], outputs: object = {}) =>
  writeFileSync(
    join(folder, `workflows/${name}.flow.json`),
    JSON.stringify({ format: 1, id: `wf_${name}`, name, nodes, edges, outputs }),
  );

beforeAll(async () => {
  server = await startEchoServer();
  for (const part of ['workflows', 'documents']) mkdirSync(join(folder, part), { recursive: true });
  const profiles = Object.fromEntries(
    keys.map((secret, i) => {
      const provider = ['openai-compatible', 'anthropic', 'google', 'openai-compatible', 'openai-compatible'][i];
      return [
        `p${i}`,
        { use: 'chat', provider, model: 'm', secret, baseUrl: server.origin, retry: { attempts: 1 }, breaker: false },
      ];
    }),
  );
  writeFileSync(join(folder, 'pipewright.json'), JSON.stringify({ format: 1, name: 'w', profiles }));
  mkdirSync(profileDir, { recursive: true });
  const file = join(root, 'secrets.env');
  writeFileSync(file, `HEX_KEY=${secrets.HEX_KEY}\nPLAIN_WORDS=${secrets.PLAIN_WORDS}\nJWT=${secrets.JWT}\n`);
  chmodSync(file, 0o600);
  const vault = userVault(profileDir, {});
  for (const name of ['SLACK_HOOK', 'PASSWORD', 'BASE64_KEY', 'LONG_KEY'] as const)
    vault.set(name, secrets[name], [server.origin]);
  env = {
    ...Object.fromEntries(keys.map((name) => [name, secrets[name]])),
    PIPEWRIGHT_SECRETS_FILE: file,
    PIPEWRIGHT_SECRET_HOSTS: [...keys, 'HEX_KEY', 'PLAIN_WORDS', 'JWT'].map((n) => `${n}=${server.origin}`).join(' '),
    PIPEWRIGHT_GRANTS: [`local-network:${server.origin}`, ...names.map((name) => `secret:${name}`), 'write:out'].join(
      ' ',
    ),
  };
  workspace = await openWorkspace(folder, { env, profileDir });
});
afterAll(async () => {
  await workspace.close();
  server.close();
  rmSync(root, { recursive: true, force: true });
});

/** Runs a workflow, failed or not, and keeps all that it shows. */
async function run(name: string): Promise<void> {
  const started = await workspace.run(name);
  for await (const signal of started.events) shown.push(JSON.stringify(signal));
  const result = await started.result;
  shown.push(JSON.stringify(result));
  shown.push(JSON.stringify(await workspace.trace(started.runId)));
  if (result.status === 'failed') shown.push(String(result.error?.message), JSON.stringify(result.error));
  else await workspace.record(started.runId, { invented: true, replace: true });
}
/** Deltas of a run as a reader puts them together. */
const streamed = () =>
  shown.flatMap((text) => (text.startsWith('{"type":"delta"') ? String(JSON.parse(text).text) : [])).join('');

it('models that echo their key, in answers and in failures of every kind', async () => {
  for (const [i] of keys.entries()) {
    const nodes = [
      node('say', 'prompt', { messages: [{ role: 'user', template: 'Hello' }] }),
      node('ask', 'model', { profile: `p${i}`, reasks: 0 }, once),
      node('out', 'output', { name: 'out' }),
    ];
    save(`model${i}`, nodes, [wire('say.messages', 'ask.messages'), wire('ask.text', 'out.value')], {
      out: { type: 'text' },
    });
  }
  for (const status of [400, 401, 403, 404, 429, 500, 503]) {
    server.answer = (request) => ({
      status,
      headers: { 'content-type': 'application/json', 'x-echo': encodeURIComponent(echo(request)).slice(0, 4000) },
      body: JSON.stringify({ error: { message: echo(request), type: echo(request), code: echo(request) } }),
    });
    for (const i of keys.keys()) await run(`model${i}`);
  }
  for (const body of [
    echo,
    () => '{',
    (r: Echoed) => `data: ${echo(r)}\n\n`,
    (r: Echoed) => `event: x\ndata: {${echo(r)}`,
  ]) {
    server.answer = (request) => ({ headers: { 'content-type': 'text/event-stream' }, body: body(request) });
    for (const i of keys.keys()) await run(`model${i}`);
  }
  server.answer = (request) => ({
    headers: { 'content-type': 'text/event-stream' },
    body: sse(`so: ${echo(request)}`),
  });
  await run('model0');
  expect(streamed()).toContain('so: {"words":');
  expect(server.seen.length).toBeGreaterThan(50);
});

it('requests whose server echoes what it got, as text, JSON and bytes, and writes it to a file and a log', async () => {
  for (const [i, name] of names.entries()) {
    save(
      `http${i}`,
      [
        node('ask', 'http-request', { url: `${server.origin}/a`, secrets: [{ secret: name }] }, once),
        node('log', 'log', { message: 'got {{ value }}', level: 'info' }),
        node('keep', 'write-file', { folder: 'out', file: `${i}.txt`, mode: 'append' }),
        node(
          'tell',
          'notify',
          { channel: 'slack', url: `${server.origin}/h`, urlSecret: name, text: 'x', variables: [] },
          once,
        ),
      ],
      [wire('ask.body', 'log.value'), wire('ask.body', 'keep.content')],
    );
  }
  for (const [type, status] of [
    ['text/plain', 200],
    ['application/json', 200],
    ['application/octet-stream', 200],
    ['text/html; charset=utf-16le', 200],
    ['text/plain', 401],
    ['application/json', 500],
  ] as const) {
    server.answer = (request) => {
      const body = echo(request);
      const headers = { 'content-type': type, 'x-echo': encodeURIComponent(body).slice(0, 2000) };
      return { status, headers, body: type.includes('utf-16') ? Buffer.from(body, 'utf16le') : body };
    };
    for (const i of names.keys()) await run(`http${i}`);
  }
  const reached = names.filter((name) =>
    server.seen.some((one) => JSON.stringify(one).includes(JSON.stringify(secrets[name]).slice(1, -1))),
  );
  expect(reached).toEqual(names);
});

it('the command, its errors, its events and its exports', async () => {
  server.answer = (request) => ({ status: 401, body: JSON.stringify({ error: { message: echo(request) } }) });
  const command = (args: string[]) => runCommand(args, { cwd: folder, env: { ...env, PIPEWRIGHT_HOME: profileDir } });
  for (const args of [
    ['run', 'model0', '--events'],
    ['run', 'http8', '--json'],
    ['run', 'http8'],
    ['trace', 'last', '--step', 'ask'],
    ['trace', 'last', '--json'],
    ['trace', 'last', '--logs'],
    ['runs', '--json'],
    ['doctor', '--json'],
    ['secrets', 'list', '--json'],
    ['grants', 'list', 'http8', '--json'],
    ['record', '--of', 'last', '--force'],
  ]) {
    const { stdout, stderr } = await command(args);
    shown.push(stdout, stderr);
  }
});

/** Values in the database may be packed. */
function unpacked(bytes: Buffer): Buffer[] {
  return [inflateSync, gunzipSync, zstdDecompressSync].flatMap((unpack) => {
    try {
      return [unpack(bytes) as Buffer];
    } catch {
      return [];
    }
  });
}

it('none of the twelve is anywhere, in any form', async () => {
  await workspace.close();
  const { default: Database } = await import('better-sqlite3');
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const kept = files.flatMap((one) => {
    const path = join(one.parentPath, one.name);
    if (path === join(root, 'secrets.env') || path === join(profileDir, 'vault.key')) return [];
    const bytes = readFileSync(path);
    const texts = [bytes, ...unpacked(bytes)].map((each) => ({ where: path, text: each.toString('latin1') }));
    if (!path.endsWith('.db')) return texts;
    const database = new Database(path, { readonly: true });
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
    for (const table of tables) {
      for (const row of database.prepare(`SELECT * FROM "${table}"`).raw().iterate() as IterableIterator<unknown[]>) {
        for (const value of row) {
          if (typeof value === 'string') texts.push({ where: `${path} ${table}`, text: value });
          if (!Buffer.isBuffer(value)) continue;
          for (const each of [value, ...unpacked(value)])
            texts.push({ where: `${path} ${table}`, text: each.toString('utf8') });
        }
      }
    }
    database.close();
    return texts;
  });
  expect(kept.some(({ where }) => where.endsWith('pipewright.db events'))).toBe(true);
  expect(kept.some(({ where }) => where.includes('/out/'))).toBe(true);
  const texts = [...kept, ...shown.map((text) => ({ where: 'shown', text })), { where: 'deltas', text: streamed() }];
  const found: string[] = [];
  for (const name of names) {
    for (const form of encodedForms(secrets[name])) {
      if (form.length < 8) continue;
      for (const { where, text } of texts) if (text.includes(form)) found.push(`${name} as ${form} in ${where}`);
    }
  }
  expect([...new Set(found)].slice(0, 20)).toEqual([]);
});
