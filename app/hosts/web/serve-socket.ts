import type { ContractService } from '../contract-router.ts';
import { admission } from './admission.ts';
import { createContractSockets, type SocketLimits, usualLimits } from './contract-sockets.ts';
import { ADDRESS, closeServer, listenLocally } from './listen.ts';
import { requireToken } from './session-token.ts';

export interface SocketOptions {
  /** 256 bits as `newSessionToken` makes them. */
  token: string;
  /** 0, the default: a free one. */
  port?: number;
  /** Origins of pages that may connect besides the server's own, exactly as browsers send them. */
  origins?: readonly string[];
  limits?: Partial<SocketLimits>;
}

export interface SocketServer {
  port: number;
  /** `ws://127.0.0.1:port/rpc` */
  url: string;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

/** Where the contract is served. */
export const SOCKET_PATH = '/rpc';

/**
 * Serves the contract over WebSocket to this machine only. Any web page can reach a port on this machine, so nothing
 * is answered before Host, Origin and token are as they must be; there are no cookies and no CORS headers.
 */
export async function serveSocket(service: ContractService, options: SocketOptions): Promise<SocketServer> {
  const token = requireToken(options.token);
  const limits = { ...usualLimits, ...options.limits };
  const sockets = createContractSockets(service, limits);
  const { server, port, hosts, origins } = await listenLocally(options.port ?? 0, limits.connections * 4);
  const rules = { hosts, origins: [...origins, ...(options.origins ?? [])], path: SOCKET_PATH, token };

  server.on('request', (request, response) => {
    const status = admission(request, rules);
    response.writeHead(status === 101 ? 426 : status, { connection: 'close', 'content-length': 0 }).end();
  });
  server.on('upgrade', (request, socket, head: Buffer) => {
    sockets.upgrade(request, socket, head, admission(request, rules));
  });

  return {
    port,
    url: `ws://${ADDRESS}:${port}${SOCKET_PATH}`,
    close: () => closeServer(server, limits.closeMs, sockets.close()),
  };
}
