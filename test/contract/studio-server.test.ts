import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { CONTENT_SECURITY_POLICY } from '../../app/hosts/web/content-security.ts';
import { listenLocally } from '../../app/hosts/web/listen.ts';
import { createOneTimeCodes } from '../../app/hosts/web/one-time-codes.ts';
import { type StudioServer, serveStudio } from '../../app/hosts/web/serve-studio.ts';
import { subprotocols } from '../../app/hosts/web/session-token.ts';
import { type BenchWorkspace, openBenchWorkspace } from './bench-workspace.ts';

const LINK_MS = 60_000;
let time = 1000;
let workspace: BenchWorkspace;
let folder: string;
let server: StudioServer;

beforeAll(async () => {
  workspace = await openBenchWorkspace();
  folder = mkdtempSync(join(tmpdir(), 'pipewright-studio-'));
  mkdirSync(join(folder, 'studio/assets'), { recursive: true });
  writeFileSync(join(folder, 'studio/index.html'), '<!doctype html>the studio');
  writeFileSync(join(folder, 'studio/assets/index-abc.js'), 'export {};');
  writeFileSync(join(folder, 'studio/assets/odd.exe'), 'no');
  writeFileSync(join(folder, 'secret.html'), 'secret');
  symlinkSync(join(folder, 'secret.html'), join(folder, 'studio/link.html'));
  const options = { folder: join(folder, 'studio'), ports: [0], linkMs: LINK_MS, now: () => time };
  server = await serveStudio(workspace.service, { ...options, limits: { closeMs: 200 } });
});
afterAll(async () => {
  await server.close();
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** A request with exactly these headers beside a Host, with its path as it is. */
function ask(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  const { method = 'GET', headers = {}, body } = options;
  const host = headers['host'] ?? `127.0.0.1:${server.port}`;
  return new Promise<Answer>((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: server.port, path, method, headers: { ...headers, host }, setHost: false },
      (response) => {
        let text = '';
        response.on('data', (piece) => {
          text += String(piece);
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const own = () => ({ origin: `http://127.0.0.1:${server.port}`, 'content-type': 'application/json' });
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(path, { method: 'POST', headers: { ...own(), ...headers }, body: JSON.stringify(body) });
const codeOf = (link: string) => new URLSearchParams(new URL(link).hash.slice(1)).get('code') ?? '';
const tokenFor = async (code: string) =>
  (JSON.parse((await post('/session', { code })).text) as { token: string }).token;

describe('the files of the studio', () => {
  it('are served to anyone on this machine, under the strict policy', async () => {
    for (const path of ['/', '/index.html', '/?x=1']) {
      const { status, headers, text } = await ask(path);
      expect({ status, text }).toEqual({ status: 200, text: '<!doctype html>the studio' });
      expect(headers).toMatchObject({
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['set-cookie']).toBeUndefined();
    }
    const script = await ask('/assets/index-abc.js');
    expect(script.headers['cache-control']).toContain('immutable');
    const head = await ask('/', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '' });
  });

  it.each([
    '/../secret.html',
    '/assets/../../secret.html',
    '/assets/..%2f..%2fsecret.html',
    '/%2e%2e/secret.html',
    '/..\\secret.html',
    '/link.html',
    '//secret.html',
    '/secret.html%00.js',
    '/assets/odd.exe',
    '/assets',
    '/gone.js',
    'http://127.0.0.1/secret.html',
  ])('do not hold %s', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  it('know a file that a new build brings', async () => {
    writeFileSync(join(folder, 'studio/assets/late-def.js'), 'export const late = 1;');
    expect((await ask('/assets/late-def.js')).status).toBe(200);
  });

  it.each(['evil.test', 'localhost', '127.0.0.1', '127.0.0.1:1'])('are not for the host %s', async (host) => {
    const { status, text } = await ask('/', { headers: { host } });
    expect({ status, text }).toEqual({ status: 403, text: '' });
  });

  it('take no other method', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect((await ask('/', { method })).status).toBe(405);
  });
});

describe('a session', () => {
  it('comes once for a code, and opens the socket', async () => {
    const code = codeOf(server.newLink());
    const { status, text, headers } = await post('/session', { code }, { 'sec-fetch-site': 'same-origin' });
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    const { token } = JSON.parse(text) as { token: string };
    expect((await post('/session', { code })).status).toBe(401);

    const open = (given: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, subprotocols(given), own());
        socket.on('open', () => {
          socket.close();
          resolve('open');
        });
        socket.on('error', (error) => resolve(error.message));
      });
    expect(await open(token)).toBe('open');
    expect(await open(token.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')))).toContain('403');
  });

  it('is not in the address beyond the fragment, which no browser sends', () => {
    const link = new URL(server.newLink());
    expect(link.search).toBe('');
    expect(link.pathname).toBe('/');
    expect(codeOf(link.href)).toMatch(/^[A-Za-z0-9_-]{32}$/);
  });

  it('comes for no code that has expired', async () => {
    const code = codeOf(server.newLink());
    time += LINK_MS + 1;
    expect((await post('/session', { code })).status).toBe(401);
  });

  it('gives a code for another window to who has the token, and to nobody else', async () => {
    const token = await tokenFor(codeOf(server.newLink()));
    const { code } = JSON.parse((await post('/session/link', { token })).text) as { code: string };
    expect(await tokenFor(code)).toBe(token);
    for (const wrong of ['', 'x', `${token}x`, 7, null])
      expect((await post('/session/link', { token: wrong })).status).toBe(401);
  });

  it.each([
    ['another origin', { origin: 'http://evil.test' }, 403],
    ['another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a sibling site', { 'sec-fetch-site': 'same-site' }, 403],
    ['a form', { 'content-type': 'text/plain' }, 415],
    ['another host', { host: 'evil.test' }, 403],
  ])('is not for %s, and its code stays good', async (_, headers, status) => {
    const code = codeOf(server.newLink());
    expect((await post('/session', { code }, headers)).status).toBe(status);
    expect((await post('/session', { code })).status).toBe(200);
  });

  it.each(['{', '[]', '"x"', 'null', `{"code":"${'x'.repeat(2000)}"}`, '{"code":7}', '{}'])(
    'is not for the body %s',
    async (body) => {
      expect((await ask('/session', { method: 'POST', headers: own(), body })).status).toBe(401);
    },
  );

  it('is asked for by POST alone', async () => {
    for (const path of ['/session', '/session/link']) expect((await ask(path)).status).toBe(405);
  });
});

it('takes the next port when one is in use, and says so when there is no other', async () => {
  const taken = await listenLocally(0, 4);
  const options = { folder: join(folder, 'studio'), limits: { closeMs: 100 } };
  const other = await serveStudio(workspace.service, { ...options, ports: [taken.port, 0] });
  expect(other.port).not.toBe(taken.port);
  await expect(serveStudio(workspace.service, { ...options, ports: [taken.port] })).rejects.toMatchObject({
    code: 'host.port_taken',
    where: `127.0.0.1:${taken.port}`,
  });
  await other.close();
  taken.server.close();
});

it('keeps only the newest codes that nobody used', () => {
  const codes = createOneTimeCodes({ now: () => 0, ttlMs: 10 });
  const first = codes.issue();
  const all = Array.from({ length: 32 }, () => codes.issue());
  expect(codes.redeem(first)).toBe(false);
  expect(all.filter((code) => codes.redeem(code))).toHaveLength(32);
});
