import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type SocketServer, serveSocket } from '../../app/hosts/web/serve-socket.ts';
import { newSessionToken, subprotocols } from '../../app/hosts/web/session-token.ts';
import { type BenchWorkspace, openBenchWorkspace } from './bench-workspace.ts';

const token = newSessionToken();
const DEV = 'http://localhost:5173';

let workspace: BenchWorkspace;
let server: SocketServer;

beforeAll(async () => {
  workspace = await openBenchWorkspace();
  server = await serveSocket(workspace.service, { token, origins: [DEV], limits: { connections: 4, closeMs: 200 } });
});
afterAll(async () => {
  await server.close();
  await workspace.close();
});

/** Sends bytes as they are and gives the head of the answer. */
function send(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
    const done = () => {
      socket.destroy();
      resolve(answer.split('\r\n\r\n')[0] ?? '');
    };
    socket.setTimeout(5000, done);
    socket.on('data', (piece) => {
      answer += piece.toString('latin1');
      if (answer.includes('\r\n\r\n')) done();
    });
    socket.on('end', done);
    socket.on('error', reject);
  });
}

interface Attempt {
  method?: string;
  path?: string;
  /** `PORT` stands for the server's; null leaves the header out, a list sends it several times. */
  host?: string | null | string[];
  origin?: string | null | string[];
  protocol?: string | null;
  upgrade?: string | null;
  more?: string[];
}

function requestText(attempt: Attempt): string {
  const { method = 'GET', path = '/rpc', upgrade = 'websocket', more = [] } = attempt;
  const { host = '127.0.0.1:PORT', origin = 'http://127.0.0.1:PORT' } = attempt;
  const { protocol = subprotocols(token).join(', ') } = attempt;
  const lines = (name: string, value: string | null | string[]) =>
    value === null ? [] : [value].flat().map((one) => `${name}: ${one.replaceAll('PORT', String(server.port))}`);
  return [
    `${method} ${path} HTTP/1.1`,
    ...lines('Host', host),
    ...lines('Origin', origin),
    ...(upgrade === null ? [] : ['Connection: Upgrade', `Upgrade: ${upgrade}`]),
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...lines('Sec-WebSocket-Protocol', protocol),
    ...more,
    '',
    '',
  ].join('\r\n');
}

const statusOf = (head: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
const wrongToken = newSessionToken();
const good = `pipewright.v1, token.${token}`;

const cells: { case: string; attempt: Attempt; status: number }[] = [
  { case: 'all as it must be', attempt: {}, status: 101 },
  { case: 'localhost by name', attempt: { host: 'localhost:PORT', origin: 'http://localhost:PORT' }, status: 101 },
  { case: 'name and number mixed', attempt: { origin: 'http://localhost:PORT' }, status: 101 },
  { case: 'an origin that is let in', attempt: { origin: DEV }, status: 101 },
  // Host: a name that an attacker points at this machine, and forms that only look right.
  ...[
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.0.0.1:PORT.evil.example',
    'localhost',
    'LOCALHOST:PORT',
    'localhost.:PORT',
    '0.0.0.0:PORT',
    '[::1]:PORT',
    '127.1:PORT',
    '2130706433:PORT',
    '127.0.0.2:PORT',
    'user@127.0.0.1:PORT',
    '',
  ].map((host) => ({ case: `Host ${host || '(empty)'}`, attempt: { host }, status: 403 })),
  { case: 'no Host', attempt: { host: null }, status: 403 },
  { case: 'two Hosts', attempt: { host: ['127.0.0.1:PORT', 'evil.example'] }, status: 403 },
  { case: 'two Hosts, the good one last', attempt: { host: ['evil.example', '127.0.0.1:PORT'] }, status: 403 },
  // Origin: every page that is not ours, and what is no page at all.
  ...[
    'http://evil.example',
    'https://127.0.0.1:PORT',
    'http://127.0.0.1',
    'http://127.0.0.1:1',
    'http://127.0.0.1:PORT/',
    'http://127.0.0.1:PORT.evil.example',
    'http://evil.example/http://127.0.0.1:PORT',
    'http://localhost:PORT:80',
    'HTTP://LOCALHOST:PORT',
    'http://localhost:5174',
    'file://',
    'null',
    '',
  ].map((origin) => ({ case: `Origin ${origin || '(empty)'}`, attempt: { origin }, status: 403 })),
  { case: 'no Origin', attempt: { origin: null }, status: 403 },
  { case: 'two Origins', attempt: { origin: ['http://127.0.0.1:PORT', 'http://evil.example'] }, status: 403 },
  // Token: only in its place, and whole.
  { case: 'no token', attempt: { protocol: null }, status: 403 },
  ...[
    'pipewright.v1',
    `token.${token}`,
    `pipewright.v1, token.${wrongToken}`,
    `pipewright.v1, token.${token.slice(0, -1)}`,
    `pipewright.v1, token.${token}A`,
    'pipewright.v1, token.',
    `pipewright.v1, ${token}`,
    `pipewright.v0, token.${token}`,
    `token.${token}, pipewright.v1`,
    `pipewright.v1, token.${wrongToken}, token.${token}`,
    `pipewright.v1, TOKEN.${token}`,
    `pipewright.v1, token.${token.toLowerCase()}`,
  ].map((protocol) => ({ case: `protocols ${protocol}`.replaceAll(token, 'T'), attempt: { protocol }, status: 403 })),
  {
    case: 'token in Authorization',
    attempt: { protocol: 'pipewright.v1', more: [`Authorization: Bearer ${token}`] },
    status: 403,
  },
  { case: 'token in a cookie', attempt: { protocol: 'pipewright.v1', more: [`Cookie: token=${token}`] }, status: 403 },
  { case: 'token in the URL', attempt: { protocol: 'pipewright.v1', path: `/rpc?token=${token}` }, status: 404 },
  {
    case: 'protocols in two headers',
    attempt: { protocol: 'pipewright.v1', more: [`Sec-WebSocket-Protocol: token.${token}`] },
    status: 403,
  },
  // Path and method.
  ...['/', '/rpc/', '/RPC', '//rpc', '/rpc?x', '/rpc/workflow/list', '/%72pc', '/../rpc', 'http://127.0.0.1/rpc'].map(
    (path) => ({ case: `path ${path}`, attempt: { path }, status: 404 }),
  ),
  ...['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'].map((method) => ({
    case: `method ${method}`,
    attempt: { method },
    status: 405,
  })),
  { case: 'no upgrade', attempt: { upgrade: null }, status: 426 },
  { case: 'no upgrade and no token', attempt: { upgrade: null, protocol: null }, status: 426 },
  { case: 'another upgrade', attempt: { upgrade: 'h2c' }, status: 426 },
  // What is wrong first decides, so that a stranger learns nothing.
  { case: 'strange Host and path', attempt: { host: 'evil.example', path: '/x' }, status: 403 },
  { case: 'strange Origin and method', attempt: { origin: 'http://evil.example', method: 'POST' }, status: 403 },
  {
    case: 'preflight of a strange page',
    attempt: {
      method: 'OPTIONS',
      origin: 'http://evil.example',
      upgrade: null,
      more: ['Access-Control-Request-Method: POST'],
    },
    status: 403,
  },
  {
    case: 'simple POST of a strange page',
    attempt: {
      method: 'POST',
      origin: 'http://evil.example',
      upgrade: null,
      more: ['Content-Type: text/plain', 'Content-Length: 0'],
    },
    status: 403,
  },
  { case: 'image of a strange page', attempt: { origin: null, upgrade: null, protocol: null }, status: 403 },
];

describe('who may connect to the socket', () => {
  it('is decided for many cells', () => {
    expect(cells.length).toBeGreaterThanOrEqual(60);
    expect(new Set(cells.map((cell) => cell.case)).size).toBe(cells.length);
  });

  it.each(cells)('$case: $status', async ({ attempt, status }) => {
    const head = await send(requestText(attempt));
    expect(statusOf(head)).toBe(status);
    expect(head).not.toMatch(/access-control|set-cookie/i);
    expect(head).not.toContain(token);
    if (status === 101) expect(head).toMatch(/^sec-websocket-protocol: pipewright\.v1$/im);
  });

  it('is decided before any data: frames sent along with a refused upgrade are not read', async () => {
    const seen: unknown[] = [];
    const { list } = workspace.host.workflows;
    workspace.host.workflows.list = () => {
      seen.push('called');
      return list();
    };
    const text = '{"i":"0","p":{"u":"/workflow/list","b":{"json":{}}}}';
    // A masked text frame with a mask of zeros.
    const frame = `\x81${String.fromCharCode(0x80 | text.length)}\0\0\0\0${text}`;
    expect(statusOf(await send(requestText({ protocol: 'pipewright.v1' }) + frame))).toBe(403);
    expect(seen).toEqual([]);
    workspace.host.workflows.list = list;
  });

  it.each(['GARBAGE\r\n\r\n', 'GET /rpc HTTP/9.9\r\n\r\n', `GET /rpc HTTP/1.1\r\nHost: ${'x'.repeat(10_000)}\r\n\r\n`])(
    'what is no HTTP is refused: %j',
    async (text) => {
      expect([400, 431]).toContain(statusOf(await send(text.slice(0, 12_000))));
    },
  );

  it('listens on 127.0.0.1 and nowhere else', () => {
    const port = server.port.toString(16).toUpperCase().padStart(4, '0');
    const addresses = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter((columns) => columns[3] === '0A' && columns[1]?.split(':')[1] === port)
        .map((columns) => columns[1]?.split(':')[0]),
    );
    // The address in hexadecimal, its bytes from the last on.
    expect(addresses).toEqual(['0100007F']);
  });
});

describe('a connection', () => {
  const open = () =>
    new Promise<WebSocket>((resolve, reject) => {
      const socket = new WebSocket(server.url, subprotocols(token), { origin: `http://127.0.0.1:${server.port}` });
      socket.once('open', () => resolve(socket));
      socket.once('error', reject);
    });
  const closed = (socket: WebSocket) => new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)));
  const call = '{"i":"0","p":{"u":"/workspace/info","b":{"json":{}}}}';

  it.each<[string, string | Buffer, number]>([
    ['binary', Buffer.from(call), 1008],
    ['no JSON', 'hello', 1008],
    ['a list', '[]', 1008],
    ['another method than POST', '{"i":"0","p":{"u":"/workspace/info","m":"GET"}}', 1008],
    ['another header', '{"i":"0","p":{"u":"/workspace/info","h":{"content-type":"multipart/form-data"}}}', 1008],
    ['an event from the client', '{"i":"0","t":3,"p":{"e":"message"}}', 1008],
    ['values that are no JSON', '{"i":"0","p":{"u":"/workspace/info","b":{"json":"1","meta":[[0]]}}}', 1008],
    ['a frame of more than 1 MB', `{"i":"0","p":{"u":"/x","b":{"json":"${'x'.repeat(1_048_576)}"}}}`, 1009],
  ])('that sends %s is closed', async (_, frame, code) => {
    const socket = await open();
    const closing = closed(socket);
    socket.send(frame);
    expect(await closing).toBe(code);
  });

  it('gets its answer beside others', async () => {
    const socket = await open();
    const answer = new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));
    socket.send(call);
    expect(JSON.parse(await answer)).toMatchObject({ i: '0', p: { b: { json: { name: 'Bench' } } } });
    socket.terminate();
  });

  it('is refused when there are too many', async () => {
    const sockets = await Promise.all([open(), open(), open(), open()]);
    expect(statusOf(await send(requestText({ protocol: good })))).toBe(503);
    const [first] = sockets;
    if (first) {
      const gone = closed(first);
      first.close();
      await gone;
    }
    await expect.poll(async () => statusOf(await send(requestText({})))).toBe(101);
    for (const socket of sockets) socket.terminate();
  });

  it('ends with the server, and so do those that do not answer', async () => {
    const other = await serveSocket(workspace.service, { token, limits: { closeMs: 200 } });
    const options = { origin: `http://127.0.0.1:${other.port}` };
    const socket = new WebSocket(other.url, subprotocols(token), options);
    await new Promise((resolve) => socket.once('open', resolve));
    const closing = closed(socket);
    const idle = connect(other.port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    await other.close();
    expect(await closing).toBe(1001);
    idle.destroy();
    await expect(fetch(`http://127.0.0.1:${other.port}/rpc`)).rejects.toThrow();
  });

  it('needs a token of 256 bits', async () => {
    for (const short of ['', 'x', 'a'.repeat(42)])
      await expect(serveSocket(workspace.service, { token: short })).rejects.toMatchObject({
        code: 'host.unauthorised',
      });
  });
});
