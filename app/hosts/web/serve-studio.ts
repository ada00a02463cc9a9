import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../core/errors/app-error.ts';
import type { ContractService } from '../contract-router.ts';
import { admission, only } from './admission.ts';
import { SECURITY_HEADERS } from './content-security.ts';
import { createContractSockets, type SocketLimits, usualLimits } from './contract-sockets.ts';
import { ADDRESS, closeServer, type LocalServer, listenLocally } from './listen.ts';
import { createOneTimeCodes } from './one-time-codes.ts';
import { SOCKET_PATH } from './serve-socket.ts';
import { isSessionToken, newSessionToken } from './session-token.ts';
import { createStaticFiles } from './static-files.ts';

export interface StudioOptions {
  /** Where the built studio lies. */
  folder: string;
  /** A port; several are tried in their order; 0 is a free one. */
  ports: readonly number[];
  /** How long a link may be used, milliseconds. */
  linkMs?: number;
  now?: () => number;
  limits?: Partial<SocketLimits>;
}

export interface StudioServer {
  port: number;
  /** `http://127.0.0.1:port/` */
  url: string;
  /** The address with a new code, which opens the studio once. */
  newLink(): string;
  close(): Promise<void>;
}

const LINK_MS = 600_000;
/** A draft of the largest workflow that is read fits into one frame. */
const FRAME_BYTES = 16 * 1_048_576;
const MAX_BODY = 1024;
/** Connections of all kinds: a page loads its files over several. */
const MAX_CONNECTIONS = 128;

/**
 * Serves the studio to this machine: the page and its files to anyone here, since they hold nothing of the workspace;
 * everything else against a token. A page gets it once for a code, which came to it in the fragment of its address and
 * so never travels on its own; the token is kept by the page and sent with its WebSocket, never as a cookie.
 * @throws AppError host.port_taken
 */
export async function serveStudio(service: ContractService, options: StudioOptions): Promise<StudioServer> {
  const { now = () => Date.now(), linkMs = LINK_MS } = options;
  const limits = { ...usualLimits, frameBytes: FRAME_BYTES, ...options.limits };
  const files = createStaticFiles(options.folder);
  const token = newSessionToken();
  const codes = createOneTimeCodes({ now, ttlMs: linkMs });
  const sockets = createContractSockets(service, limits);
  const local = await firstFree(options.ports);
  const { server, port } = local;
  const rules = { hosts: local.hosts, origins: local.origins, path: SOCKET_PATH, token };
  const url = `http://${ADDRESS}:${port}/`;

  server.on('request', (request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  server.on('upgrade', (request, socket, head: Buffer) => {
    sockets.upgrade(request, socket, head, admission(request, rules));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A name that was made to point here is none of ours: it learns nothing, not even what is served.
    if (!local.hosts.includes(only(request, 'host') ?? '')) return end(response, 403);
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (path === '/session' || path === '/session/link') return session(request, response, path);
    if (path === SOCKET_PATH) {
      const status = admission(request, rules);
      return end(response, status === 101 ? 426 : status);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405);
    const file = await files(path);
    if (!file) return end(response, 404);
    response.writeHead(200, {
      ...SECURITY_HEADERS,
      'content-type': file.type,
      'content-length': file.bytes.length,
      'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-store',
    });
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
  }

  /** A code for a token, or a token for a new code (another window of the same person). */
  async function session(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (request.method !== 'POST') return end(response, 405);
    if (!local.origins.includes(only(request, 'origin') ?? '')) return end(response, 403);
    const site = only(request, 'sec-fetch-site');
    if (site !== undefined && site !== 'same-origin') return end(response, 403);
    if (only(request, 'content-type') !== 'application/json') return end(response, 415);
    const body = await readBody(request);
    if (path === '/session') {
      const code = body['code'];
      if (typeof code !== 'string' || !codes.redeem(code)) return end(response, 401);
      return json(response, { token });
    }
    const given = body['token'];
    if (typeof given !== 'string' || !isSessionToken(given, token)) return end(response, 401);
    return json(response, { code: codes.issue() });
  }

  return {
    port,
    url,
    newLink: () => `${url}#code=${codes.issue()}`,
    close: () => closeServer(server, limits.closeMs, sockets.close()),
  };
}

async function firstFree(ports: readonly number[]): Promise<LocalServer> {
  for (const [at, port] of ports.entries()) {
    try {
      return await listenLocally(port, MAX_CONNECTIONS);
    } catch (thrown) {
      const isLast = at === ports.length - 1;
      if (isLast || !(thrown instanceof AppError) || thrown.code !== 'host.port_taken') throw thrown;
    }
  }
  return listenLocally(0, MAX_CONNECTIONS);
}

/** The fields of a small JSON object; none when it is too large or no such object. */
async function readBody(request: IncomingMessage): Promise<{ [field: string]: unknown }> {
  let text = '';
  for await (const piece of request) {
    text += String(piece);
    if (text.length > MAX_BODY) return {};
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { ...SECURITY_HEADERS, connection: 'close', 'content-length': 0 }).end();
}

function json(response: ServerResponse, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}
