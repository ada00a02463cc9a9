import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ContractService } from '../contract-router.ts';
import { serveChannel } from '../serve-channel.ts';
import { admission } from './admission.ts';
import { requireToken, SUBPROTOCOL } from './session-token.ts';

export interface SocketOptions {
  /** 256 bits as `newSessionToken` makes them. */
  token: string;
  /** 0, the default: a free one. */
  port?: number;
  /** Origins of pages that may connect besides the server's own, exactly as browsers send them. */
  origins?: readonly string[];
  limits?: Partial<SocketLimits>;
}

export interface SocketLimits {
  connections: number;
  /** Bytes of one frame from a client. */
  frameBytes: number;
  /** Calls and event streams under way per connection. */
  calls: number;
  /** Milliseconds that clients get to close in peace. */
  closeMs: number;
}

export interface SocketServer {
  port: number;
  /** `ws://127.0.0.1:port/rpc` */
  url: string;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

const ADDRESS = '127.0.0.1';
const SOCKET_PATH = '/rpc';
const usual: SocketLimits = { connections: 16, frameBytes: 1_048_576, calls: 64, closeMs: 2000 };

/**
 * Serves the contract over WebSocket to this machine only. Any web page can reach a port on this machine, so nothing
 * is answered before Host, Origin and token are as they must be; there are no cookies and no CORS headers.
 */
export async function serveSocket(service: ContractService, options: SocketOptions): Promise<SocketServer> {
  const token = requireToken(options.token);
  const limits = { ...usual, ...options.limits };
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
    // The token came as a subprotocol as well: it must not be the one that is echoed.
    handleProtocols: () => SUBPROTOCOL,
  });
  const server = createServer({ headersTimeout: 5000, requestTimeout: 10_000, maxHeaderSize: 8192 });
  server.maxConnections = limits.connections * 4;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, ADDRESS, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const own = [`${ADDRESS}:${port}`, `localhost:${port}`];
  const rules = {
    hosts: own,
    origins: [...own.map((host) => `http://${host}`), ...(options.origins ?? [])],
    path: SOCKET_PATH,
    token,
  };

  server.on('request', (request, response) => {
    const status = admission(request, rules);
    response.writeHead(status === 101 ? 426 : status, { connection: 'close', 'content-length': 0 }).end();
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const status = sockets.clients.size >= limits.connections ? 503 : admission(request, rules);
    if (status === 101) sockets.handleUpgrade(request, socket, head, (client) => serve(client));
    else socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });

  function serve(client: WebSocket): void {
    const events = serveChannel(
      service,
      {
        // A connection that breaks meanwhile says so by its close event.
        send: (text) => new Promise<void>((resolve) => client.send(text, () => resolve())),
        refuse: (reason) => client.close(1008, reason),
      },
      limits.calls,
    );
    client.on('message', (data: Buffer, isBinary: boolean) => events.received(isBinary ? data : data.toString('utf8')));
    client.on('error', () => client.terminate());
    client.on('close', () => events.closed());
  }

  return {
    port,
    url: `ws://${ADDRESS}:${port}${SOCKET_PATH}`,
    async close() {
      for (const client of sockets.clients) client.close(1001, 'the host ends');
      const late = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
        server.closeAllConnections();
      }, limits.closeMs);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      clearTimeout(late);
    },
  };
}
