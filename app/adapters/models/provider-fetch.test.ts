import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProviderServer, startProviderServer } from '../../../test/kit/providers/provider-server.ts';
import { createProviderFetch, type ProviderFetchOptions } from './provider-fetch.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

function create(more: Partial<ProviderFetchOptions> = {}) {
  return createProviderFetch({
    origin: server.url,
    headers: {},
    timeouts: { connectMs: 500, idleMs: 200, totalMs: 1000 },
    ...more,
  });
}

it('carries only its own and the passed headers', async () => {
  server.script({ body: '{}' });
  const wire = create({ headers: { authorization: 'Bearer own' } });
  const headers = {
    authorization: 'Bearer other',
    'x-api-key': 'other',
    cookie: 'a=b',
    'content-type': 'application/json',
  };
  await (await wire.fetch(`${server.url}/x`, { method: 'POST', headers, body: '{}' })).text();
  wire.close();
  const got = server.requests[0]?.headers ?? {};
  expect([got['authorization'], got['x-api-key'], got['cookie'], got['content-type']]).toEqual([
    'Bearer own',
    undefined,
    undefined,
    'application/json',
  ]);
});

it('connects to no other origin', async () => {
  server.script({ body: '{}' });
  for (const url of [
    'http://localhost:1/',
    server.url.replace('127.0.0.1', 'localhost'),
    server.url.replace('http:', 'https:'),
  ]) {
    const wire = create();
    await expect(wire.fetch(url)).rejects.toThrow('foreign-host');
    expect(wire.failure()?.kind).toBe('foreign-host');
    wire.close();
  }
  expect(server.requests).toHaveLength(0);
});

it('tells a failure of encryption from others', async () => {
  const origin = server.url.replace('http:', 'https:');
  const wire = create({ origin });
  await expect(wire.fetch(origin)).rejects.toThrow();
  expect(wire.failure()?.kind).toBe('tls');
  wire.close();
});

it('gives up connecting at its limit', async () => {
  // Nothing answers there; where a network refuses it at once, that is said instead.
  const wire = create({
    origin: 'http://[fd12:3456:789a::1]:9',
    timeouts: { connectMs: 60, idleMs: 200, totalMs: 5000 },
  });
  await expect(wire.fetch('http://[fd12:3456:789a::1]:9/')).rejects.toThrow();
  expect(['timeout.connect', 'refused']).toContain(wire.failure()?.kind);
  wire.close();
});

it('keeps a refusal whose text never ends, and frees the call', async () => {
  server.script({ status: 403, body: 'x'.repeat(100), stallAt: 50 });
  const wire = create();
  await expect(wire.fetch(`${server.url}/`)).rejects.toThrow('status');
  expect(wire.failure()).toMatchObject({ kind: 'status', status: 403 });
  wire.close();
});

it('closing is no failure of its own', async () => {
  server.script({ body: 'x'.repeat(100), stallAt: 50 });
  const wire = create();
  await wire.fetch(`${server.url}/`);
  wire.close();
  expect(wire.failure()).toBeUndefined();
});

it('connects to no address that is never a model provider’s', async () => {
  for (const origin of ['http://169.254.169.254', 'http://[fe80::1]', 'http://0.0.0.0:11434']) {
    const wire = create({ origin });
    await expect(wire.fetch(`${origin}/`)).rejects.toThrow('address');
    expect(wire.failure()).toMatchObject({ kind: 'address' });
    wire.close();
  }
});

describe('an answer that is read here', () => {
  const stream = { 'content-type': 'text/event-stream' };

  it('is whole where its reader says so, whatever the server still has to say', async () => {
    server.script({ headers: stream, body: 'one END and more', pieceBytes: 7, gapMs: 5, stallAt: 12 });
    let text = '';
    const wire = create({
      onBytes(bytes) {
        text += Buffer.from(bytes).toString();
        if (text.includes('END')) wire.finish();
      },
    });
    await wire.post(`${server.url}/x`, '{"a":1}');
    wire.close();
    expect(wire.failure()).toBeUndefined();
    expect(text).toBe('one END');
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/x', body: { a: 1 } });
  });

  it('fails by silence, by a cut and by a refusal like any other', async () => {
    const cases = [
      [{ headers: stream, body: 'one END', stallAt: 3 }, { kind: 'timeout.idle' }],
      [{ headers: stream, body: 'one END', cutAt: 3 }, { kind: 'reset' }],
      [
        { status: 429, body: '{"error":{}}' },
        { kind: 'status', status: 429, body: '{"error":{}}' },
      ],
    ] as const;
    for (const [reply, failure] of cases) {
      server.script(reply);
      const wire = create();
      await expect(wire.post(`${server.url}/x`, '{}')).rejects.toThrow(failure.kind);
      wire.close();
      expect(wire.failure()).toMatchObject(failure);
    }
  });

  it('leaves its connection to the next call, also when its last bytes come late', async () => {
    let connections = 0;
    const slow = createServer((request, response) => {
      request.resume();
      response.writeHead(200, stream).write('END');
      setTimeout(() => response.end('.'), 20);
    });
    slow.on('connection', () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`;
    for (let call = 0; call < 3; call += 1) {
      const wire = create({ origin: url, onBytes: () => wire.finish() });
      await wire.post(`${url}/x`, '{}');
      wire.close();
      await sleep(100);
    }
    slow.closeAllConnections();
    slow.close();
    expect(connections).toBe(1);
  });
});
