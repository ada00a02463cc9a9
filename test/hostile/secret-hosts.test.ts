import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace } from '../../app/index.ts';
import { chunkOf } from '../kit/chunk.ts';
import { type EchoServer, encodedForms, startEchoServer } from '../kit/echo-server.ts';

/**
 * Every path that can use a key, each led to the host that the key is bound to and to another one: the key reaches the
 * first and never the second, in no form.
 */
const KEY = 'k3y-of-the-bound-host-0123456789';
const OTHER = 'another-key-that-goes-elsewhere';
let bound: EchoServer;
let foreign: EchoServer;
const root = mkdtempSync(join(tmpdir(), 'pipewright-secret-hosts-'));

beforeAll(async () => {
  [bound, foreign] = await Promise.all([startEchoServer(), startEchoServer()]);
});
afterAll(() => {
  bound.close();
  foreign.close();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => {
  for (const server of [bound, foreign]) {
    server.seen.length = 0;
    server.answer = () => ({ status: 500 });
  }
});

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
const profile = (provider: string, origin: string, more: object = {}) => ({
  use: 'chat',
  provider,
  model: 'm',
  baseUrl: `${origin}/v1`,
  secret: 'KEY',
  retry: { attempts: 1 },
  ...more,
});
const asking = (config: object = {}, policy: object = {}) => ({
  nodes: [
    node('say', 'prompt', { messages: [{ role: 'user', template: 'Hello' }] }),
    node('ask', 'model', { profile: 'p', reasks: 0, ...config }, { policy: { retry: { attempts: 1 }, ...policy } }),
  ],
  edges: [wire('say.messages', 'ask.messages')],
});
const once = { policy: { retry: { attempts: 1 } } };
const http = (config: object) => ({ nodes: [node('ask', 'http-request', config, once)], edges: [] });
const secrets = [{ secret: 'KEY' }];

interface Path {
  profiles?: (origin: string) => object;
  flow?: (origin: string) => { nodes: object[]; edges: object[] };
  collection?: true;
}
/** How a run, an ingestion or a search comes to use the key at `origin`. */
const paths: { [name: string]: Path } = {
  'a chat model, OpenAI': { profiles: (at) => ({ p: profile('openai-compatible', at) }), flow: () => asking() },
  'a chat model, Anthropic': { profiles: (at) => ({ p: profile('anthropic', at) }), flow: () => asking() },
  'a chat model, Google': { profiles: (at) => ({ p: profile('google', at) }), flow: () => asking() },
  'a chat model with a schema': {
    profiles: (at) => ({ p: profile('openai-compatible', at) }),
    flow: () => asking({ schema: { type: 'object' } }),
  },
  'a fallback': {
    profiles: (at) => ({
      p: profile('openai-compatible', foreign.origin, { secret: 'FREE', model: 'first' }),
      q: profile('openai-compatible', at),
    }),
    flow: () =>
      asking(
        {},
        {
          calls: {
            fallbacks: [{ profile: 'q' }],
          },
        },
      ),
  },
  'an embedder, in an ingestion': {
    profiles: (at) => ({ e: profile('openai-compatible', at, { use: 'embedding' }) }),
    collection: true,
  },
  'an embedder, Google': {
    profiles: (at) => ({ e: profile('google', at, { use: 'embedding' }) }),
    collection: true,
  },
  ...Object.fromEntries(
    ['cohere', 'jina', 'voyage'].map((provider): [string, Path] => [
      `a reranker, ${provider}`,
      {
        profiles: (at) => ({ p: profile(provider, at, { use: 'rerank' }) }),
        flow: () => ({
          nodes: [
            node('q', 'input', { name: 'q' }),
            node('c', 'input', { name: 'c' }),
            node('ask', 'reranker', { method: 'service', profile: 'p' }),
          ],
          edges: [wire('q.value', 'ask.query'), wire('c.value', 'ask.chunks')],
        }),
      },
    ]),
  ),
  'a request’s header': { flow: (at) => http({ url: `${at}/a`, secrets }) },
  'a request’s own header, without prefix': {
    flow: (at) => http({ url: `${at}/a`, secrets: [{ header: 'X-Api-Key', prefix: '', secret: 'KEY' }] }),
  },
  'a request that writes': { flow: (at) => http({ method: 'POST', url: `${at}/a`, secrets }) },
  'a request whose address comes from data': {
    flow: (at) => ({
      nodes: [
        node('q', 'input', { name: 'q' }),
        node('ask', 'http-request', { url: '{{ u }}', variables: ['u'], hosts: [at], secrets }, once),
      ],
      edges: [wire('q.value', 'ask.u')],
    }),
  },
  'a hook’s address': {
    flow: (at) => ({
      nodes: [
        node(
          'ask',
          'notify',
          { channel: 'slack', url: `${at}/hook`, urlSecret: 'KEY', text: 'x', variables: [] },
          once,
        ),
      ],
      edges: [],
    }),
  },
  'a workflow within a workflow': {
    flow: () => ({ nodes: [node('ask', 'subflow', { workflow: 'inner' })], edges: [] }),
  },
};

/** Runs a path with the key bound to one host, everything granted, and says how it failed. */
async function use(name: string, origin: string): Promise<string> {
  const { profiles, flow, collection } = paths[name] as Path;
  const folder = mkdtempSync(join(root, 'ws-'));
  for (const part of ['workflows', 'documents']) mkdirSync(join(folder, part));
  writeFileSync(join(folder, 'documents/a.md'), 'Some text.');
  writeFileSync(
    join(folder, 'pipewright.json'),
    JSON.stringify({
      format: 1,
      name: 'w',
      profiles: profiles?.(origin) ?? {},
      collections: collection ? { docs: { documents: ['documents/*.md'], embedder: 'e' } } : {},
    }),
  );
  const save = (file: string, content: object) =>
    writeFileSync(
      join(folder, `workflows/${file}.flow.json`),
      JSON.stringify({
        format: 1,
        id: `wf_${file}`,
        name: file,
        inputs: { q: { type: 'text', required: false }, c: { type: 'chunks', required: false } },
        outputs: {},
        ...content,
      }),
    );
  if (flow) save('outer', flow(origin));
  save('inner', { ...http({ url: `${origin}/a`, secrets }), inputs: {} });
  const env = {
    KEY,
    FREE: OTHER,
    PIPEWRIGHT_SECRET_HOSTS: `KEY=${bound.origin} FREE=${foreign.origin}`,
    PIPEWRIGHT_GRANTS: `local-network:${bound.origin} local-network:${foreign.origin} secret:KEY secret:FREE`,
  };
  const workspace = await openWorkspace(folder, { env, profileDir: join(folder, '.home') });
  try {
    if (!flow) {
      const [report] = await workspace.ingest('docs');
      return JSON.stringify(report);
    }
    const inputs = JSON.stringify(flow(origin)).includes('"name":"c"')
      ? { q: 'x', c: [chunkOf('c'), chunkOf('d')] }
      : { q: `${origin}/a` };
    const usable = JSON.stringify(flow(origin)).includes('"name":"q"') ? inputs : {};
    const run = await workspace.run('outer', usable as never);
    const result = await run.result;
    return result.error?.code ?? result.status;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await workspace.close();
  }
}
const withKey = (server: EchoServer, key = KEY) => {
  const forms = encodedForms(key);
  return server.seen.filter((request) => forms.some((form) => JSON.stringify(request).includes(form)));
};

describe.each(Object.keys(paths))('%s', (name) => {
  it('brings the key to the host that it is bound to', async () => {
    const outcome = await use(name, bound.origin);
    expect([outcome, withKey(bound).length > 0]).toEqual([outcome, true]);
    expect(withKey(foreign)).toEqual([]);
    expect(withKey(bound, OTHER)).toEqual([]);
  });

  it('never brings it to another', async () => {
    const outcome = await use(name, foreign.origin);
    expect(outcome).toContain('secret.host');
    expect([withKey(foreign), withKey(bound)]).toEqual([[], []]);
  });
});

describe('a redirect', () => {
  it.each([
    ['to another host', 302, 'GET'],
    ['that keeps the method', 308, 'PUT'],
  ])('%s does not take the key along', async (_, status, method) => {
    bound.answer = () => ({ status, headers: { location: `${foreign.origin}/b` } });
    paths['redirected'] = { flow: (at) => http({ method, url: `${at}/a`, secrets }) };
    await use('redirected', bound.origin);
    delete paths['redirected'];
    expect([withKey(bound).length, foreign.seen.length, withKey(foreign)]).toEqual([1, 1, []]);
  });
  it('of a provider or a hook is not followed at all', async () => {
    bound.answer = () => ({ status: 307, headers: { location: `${foreign.origin}/b` } });
    for (const name of ['a chat model, OpenAI', 'a chat model, Anthropic', 'a chat model, Google', 'a hook’s address'])
      await use(name, bound.origin);
    expect(withKey(bound).length).toBeGreaterThanOrEqual(4);
    expect(foreign.seen).toEqual([]);
  });
});

it('an address in the secret itself cannot lead elsewhere', async () => {
  for (const value of ['@127.0.0.1:1/x', `//${'127.0.0.1'}:1/`, '\\\\evil', '../../x', 'http://evil.example/']) {
    const folder = mkdtempSync(join(root, 'url-'));
    mkdirSync(join(folder, 'workflows'));
    writeFileSync(join(folder, 'pipewright.json'), '{"format":1,"name":"w"}');
    const config = { channel: 'slack', url: bound.origin, urlSecret: 'KEY', text: 'x', variables: [] };
    writeFileSync(
      join(folder, 'workflows/a.flow.json'),
      JSON.stringify({ format: 1, id: 'wf_one', name: 'a', nodes: [node('ask', 'notify', config)], edges: [] }),
    );
    const env = {
      KEY: value,
      PIPEWRIGHT_SECRET_HOSTS: `KEY=${bound.origin}`,
      PIPEWRIGHT_GRANTS: `local-network:${bound.origin} secret:KEY`,
    };
    const workspace = await openWorkspace(folder, { env, profileDir: join(folder, '.home') });
    const result = await (await workspace.run('a')).result;
    expect(result.status).toBe('failed');
    await workspace.close();
  }
  expect(foreign.seen).toEqual([]);
});
