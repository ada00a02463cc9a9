import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEgress, type EgressRequest } from './egress.ts';
import { ownersAddresses, publicAddresses } from './open-request.ts';
import { readTarget } from './target.ts';

interface Seen {
  method: string;
  host: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}
let seen: Seen[] = [];
let answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
let port = 0;
const server = createServer((incoming, outgoing) => {
  let body = '';
  incoming.setEncoding('utf8').on('data', (text: string) => {
    body += text;
  });
  incoming.on('end', () => {
    const { method = '', url: path = '', headers } = incoming;
    seen.push({ method, host: headers.host ?? '', path, headers, body });
    answer(incoming, outgoing);
  });
});
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
  answer = (_, outgoing) => outgoing.end('hello');
});

const limits = { connectMs: 1000, idleMs: 1000, totalMs: 5000, maxBytes: 10_000, maxRedirects: 3 };
/** Names a to z lead to this machine. */
const egress = createEgress({ resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
const ask = (url: string, more: Partial<EgressRequest> = {}) =>
  egress({ url, method: 'GET', headers: {}, limits, admit: () => ownersAddresses, ...more });
const redirectTo = (location: string, status = 302) => {
  answer = (incoming, outgoing) => {
    if (incoming.url === '/end') outgoing.end('end');
    else outgoing.writeHead(status, { location }).end();
  };
};

describe('one exchange', () => {
  it('sends what it is given and gives what was answered, whatever the status', async () => {
    answer = (_, outgoing) => outgoing.writeHead(418, { 'x-tea': 'yes', 'set-cookie': 'a=b' }).end('short and stout');
    const body = Buffer.from('{"a":1}');
    const given = await ask(`http://a.test:${port}/pot?x=1#part`, { method: 'PUT', headers: { 'x-one': '1' }, body });
    expect(seen[0]).toMatchObject({ method: 'PUT', path: '/pot?x=1', host: `a.test:${port}`, body: '{"a":1}' });
    expect(seen[0]?.headers).toMatchObject({ 'x-one': '1', 'accept-encoding': 'identity', 'content-length': '7' });
    expect({ ...given, body: Buffer.from(given.body).toString() }).toMatchObject({
      status: 418,
      body: 'short and stout',
      headers: { 'x-tea': 'yes' },
      origins: [`http://a.test:${port}`],
    });
    expect(given.headers).not.toHaveProperty('set-cookie');
  });

  it('hands the body of a 200 to a sink, and no other; what that throws ends it', async () => {
    answer = (incoming, outgoing) => outgoing.writeHead(incoming.url === '/no' ? 404 : 200).end('hello');
    const pieces: Uint8Array[] = [];
    const sink = (piece: Uint8Array): void => void pieces.push(piece);
    expect((await ask(`http://a.test:${port}/`, { sink })).body).toHaveLength(0);
    expect(Buffer.concat(pieces).toString()).toBe('hello');
    expect(Buffer.from((await ask(`http://a.test:${port}/no`, { sink })).body).toString()).toBe('hello');
    expect(pieces).toHaveLength(1);
    const full = new Error('no space');
    const failing = ask(`http://a.test:${port}/`, {
      sink: () => {
        throw full;
      },
    });
    await expect(failing).rejects.toBe(full);
    await expect(ask(`http://a.test:${port}/`, { sink, limits: { ...limits, maxBytes: 4 } })).rejects.toMatchObject({
      code: 'egress.too_large',
    });
    expect(pieces).toHaveLength(1);
  });

  it('looks a name up once and connects to what was checked', async () => {
    let looked = 0;
    const flipping = createEgress({
      resolve: async () => {
        looked += 1;
        return [{ address: looked === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
      },
    });
    const request = {
      url: `http://flip.test:${port}/`,
      method: 'GET',
      headers: {},
      limits,
      admit: () => ownersAddresses,
    };
    expect((await flipping(request)).status).toBe(200);
    expect(looked).toBe(1);
    await expect(flipping(request)).rejects.toMatchObject({ code: 'egress.address' });
    expect(seen).toHaveLength(1);
  });

  it('refuses a name when one of its addresses is not admitted', async () => {
    const mixed = createEgress({
      resolve: async () => [
        { address: '127.0.0.1', family: 4 },
        { address: '169.254.169.254', family: 4 },
      ],
    });
    const request = {
      url: `http://mixed.test:${port}/`,
      method: 'GET',
      headers: {},
      limits,
      admit: () => ownersAddresses,
    };
    await expect(mixed(request)).rejects.toMatchObject({ code: 'egress.address', data: { kind: 'metadata' } });
    expect(seen).toHaveLength(0);
  });

  it('tells a private address from the internet by what admits says', async () => {
    await expect(ask(`http://a.test:${port}/`, { admit: () => publicAddresses })).rejects.toMatchObject({
      code: 'egress.address',
      message: expect.stringContaining('a.test leads to 127.0.0.1, which is this machine'),
      data: { kind: 'loopback' },
    });
    await expect(ask(`http://127.0.0.1:${port}/`, { admit: () => publicAddresses })).rejects.toMatchObject({
      code: 'egress.address',
    });
    expect(seen).toHaveLength(0);
  });
});

describe('redirects', () => {
  it('keep headers and body at the same origin, and nothing that identifies at another', async () => {
    const headers = { authorization: 'Bearer k', 'x-api-key': 'k', accept: 'text/plain', 'content-type': 'text/plain' };
    const body = Buffer.from('text');
    redirectTo('/end', 307);
    await ask(`http://a.test:${port}/`, { method: 'POST', headers, body });
    expect(seen[1]).toMatchObject({ method: 'POST', body: 'text', headers: { authorization: 'Bearer k' } });

    seen = [];
    redirectTo(`http://b.test:${port}/end`, 308);
    const given = await ask(`http://a.test:${port}/`, { method: 'POST', headers, body });
    expect(given.origins).toEqual([`http://a.test:${port}`, `http://b.test:${port}`]);
    expect(seen[1]).toMatchObject({ method: 'POST', body: 'text', headers: { accept: 'text/plain' } });
    expect(seen[1]?.headers).not.toHaveProperty('authorization');
    expect(seen[1]?.headers).not.toHaveProperty('x-api-key');
  });

  it('do not bring headers back when they return to the first origin', async () => {
    answer = (incoming, outgoing) => {
      const to = { '/': `http://b.test:${port}/over`, '/over': `http://a.test:${port}/end` }[incoming.url ?? ''];
      if (to) outgoing.writeHead(302, { location: to }).end();
      else outgoing.end();
    };
    await ask(`http://a.test:${port}/`, { headers: { authorization: 'Bearer k' } });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer k', undefined, undefined]);
  });

  it('turn a POST into a GET without a body for 303', async () => {
    redirectTo('/end', 303);
    await ask(`http://a.test:${port}/`, {
      method: 'POST',
      body: Buffer.from('x'),
      headers: { 'content-type': 'text/plain' },
    });
    expect(seen[1]).toMatchObject({ method: 'GET', body: '' });
    expect(seen[1]?.headers).not.toHaveProperty('content-type');
  });

  it('are asked about, one by one', async () => {
    redirectTo(`http://b.test:${port}/end`);
    const asked: string[] = [];
    const admit: EgressRequest['admit'] = ({ origin }) => {
      asked.push(origin);
      if (origin.includes('b.test')) throw new Error('not there');
      return ownersAddresses;
    };
    await expect(ask(`http://a.test:${port}/`, { admit })).rejects.toThrow('not there');
    expect(asked).toEqual([`http://a.test:${port}`, `http://b.test:${port}`]);
    expect(seen).toHaveLength(1);
  });

  it('end at the limit', async () => {
    redirectTo('/again');
    await expect(ask(`http://a.test:${port}/`)).rejects.toMatchObject({ code: 'egress.redirect' });
    expect(seen).toHaveLength(4);
  });

  it.each([
    ['egress.scheme', 'file:///etc/passwd'],
    ['egress.scheme', 'ftp://a.test/'],
    ['egress.url', 'http://user:pw@a.test/'],
    ['egress.url', 'http://['],
  ])('are refused with %s to %s', async (code, location) => {
    redirectTo(location);
    await expect(ask(`http://a.test:${port}/`)).rejects.toMatchObject({ code });
    expect(seen).toHaveLength(1);
  });
});

describe('limits', () => {
  it('of bytes, however they come', async () => {
    answer = (_, outgoing) => {
      const more = () => {
        if (outgoing.destroyed) return;
        outgoing.write(Buffer.alloc(4000));
        setImmediate(more);
      };
      more();
    };
    await expect(ask(`http://a.test:${port}/`)).rejects.toMatchObject({ code: 'egress.too_large' });
  });

  it('of silence, before the answer and within it', async () => {
    answer = () => undefined;
    const short = { ...limits, idleMs: 50 };
    await expect(ask(`http://a.test:${port}/`, { limits: short })).rejects.toMatchObject({
      code: 'egress.timeout_idle',
      data: { sent: true },
    });
    answer = (_, outgoing) => void outgoing.writeHead(200).write('begun');
    await expect(ask(`http://a.test:${port}/`, { limits: short })).rejects.toMatchObject({
      code: 'egress.timeout_idle',
    });
  });

  it('of the whole, drop by drop', async () => {
    answer = (_, outgoing) => {
      const drip = setInterval(() => outgoing.write('.'), 10);
      outgoing.on('close', () => clearInterval(drip));
    };
    await expect(ask(`http://a.test:${port}/`, { limits: { ...limits, totalMs: 200 } })).rejects.toMatchObject({
      code: 'egress.timeout',
    });
  });

  it('and a cancelled call ends at once', async () => {
    answer = () => controller.abort();
    const controller = new AbortController();
    await expect(ask(`http://a.test:${port}/`, { signal: controller.signal })).rejects.toMatchObject({
      code: 'run.cancelled',
    });
  });
});

describe('faults', () => {
  it('are told apart, without the path', async () => {
    answer = (_, outgoing) => {
      outgoing.writeHead(200, { 'content-length': '100' }).write('part');
      setTimeout(() => outgoing.destroy(), 20);
    };
    await expect(ask(`http://a.test:${port}/secret-path`)).rejects.toMatchObject({
      code: 'egress.reset',
      where: `http://a.test:${port}`,
      data: { sent: true },
    });
    await expect(ask('http://127.0.0.1:9/')).rejects.toMatchObject({ code: 'egress.unreachable' });
    const nowhere = createEgress({
      resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })),
    });
    const request = { url: 'http://gone.test/', method: 'GET', headers: {}, limits, admit: () => ownersAddresses };
    const error = await nowhere(request).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'egress.unreachable', message: expect.stringContaining('ENOTFOUND') });
    expect(error).not.toHaveProperty('data.sent');
  });

  it('include an answer that is packed without having been asked', async () => {
    answer = (_, outgoing) => outgoing.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    await expect(ask(`http://a.test:${port}/`)).rejects.toMatchObject({ code: 'egress.encoding' });
  });
});

describe('an address', () => {
  it.each([
    ['HTTPS://API.Example.COM:443/a', 'https://api.example.com', 'api.example.com'],
    ['http://example.com./', 'http://example.com', 'example.com'],
    ['http://0x7f.1/', 'http://127.0.0.1', '127.0.0.1'],
    ['http://2130706433/', 'http://127.0.0.1', '127.0.0.1'],
    ['http://[0:0:0:0:0:0:0:1]:80/', 'http://[::1]', '::1'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ])('%s has the origin %s', (text, origin, host) => {
    expect(readTarget(text)).toMatchObject({ origin, host });
  });

  it.each([
    '',
    'example.com',
    '//a.test',
    ' http://a.test',
    'http://a.test\\@b.test',
    'http://a\t.test',
    'http://a.test:99999',
  ])('is not %j', (text) => {
    expect(() => readTarget(text)).toThrow(expect.objectContaining({ code: 'egress.url' }));
  });
  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'data:text/plain,x', 'gopher://a.test/', 'ws://a.test/'])(
    'of another kind is refused: %s',
    (text) => {
      expect(() => readTarget(text)).toThrow(expect.objectContaining({ code: 'egress.scheme' }));
    },
  );
});
