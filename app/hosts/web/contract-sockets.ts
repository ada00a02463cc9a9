import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ContractService } from '../contract-router.ts';
import { serveChannel } from '../serve-channel.ts';
import { SUBPROTOCOL } from './session-token.ts';

export interface SocketLimits {
  connections: number;
  /** Bytes of one frame from a client. */
  frameBytes: number;
  /** Calls and event streams under way per connection. */
  calls: number;
  /** Milliseconds that clients get to close in peace. */
  closeMs: number;
}

export const usualLimits: SocketLimits = { connections: 16, frameBytes: 1_048_576, calls: 64, closeMs: 2000 };

/** The WebSocket side of a server: what to do with a request to upgrade, and the connections that came of it. */
export interface ContractSockets {
  /** Serves the contract over the connection, or answers with the status that `admission` gave. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, status: number): void;
  /** Asks every client to go; those that have not gone after `closeMs` are cut off by the function it gives back. */
  close(): () => void;
}

export function createContractSockets(service: ContractService, limits: SocketLimits): ContractSockets {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
    // The token came as a subprotocol as well: it must not be the one that is echoed.
    handleProtocols: () => SUBPROTOCOL,
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
    upgrade(request, socket, head, admitted) {
      socket.on('error', () => socket.destroy());
      const status = sockets.clients.size >= limits.connections ? 503 : admitted;
      if (status === 101) sockets.handleUpgrade(request, socket, head, (client) => serve(client));
      else socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    },
    close() {
      for (const client of sockets.clients) client.close(1001, 'the host ends');
      return () => {
        for (const client of sockets.clients) client.terminate();
      };
    },
  };
}
