import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import type { ContractService } from '../../app/hosts/contract-router.ts';
import { servePort } from '../../app/hosts/serve-port.ts';
import { serveSocket } from '../../app/hosts/web/serve-socket.ts';
import { newSessionToken, subprotocols } from '../../app/hosts/web/session-token.ts';

export interface Connection {
  client: ContractClient;
  /** Breaks the connection, whatever is under way. */
  drop(): void;
}

/** A service that clients can connect to. */
export interface Served {
  connect(): Promise<Connection>;
  close(): Promise<void>;
}

export interface Transport {
  name: string;
  serve(service: ContractService): Promise<Served>;
}

const messagePort: Transport = {
  name: 'MessagePort',
  async serve(service) {
    const open = new Set<() => void>();
    return {
      async connect() {
        const { port1, port2 } = new MessageChannel();
        servePort(service, port1);
        const drop = () => port2.close();
        open.add(drop);
        const client: ContractClient = createORPCClient(new PortLink({ port: port2 }));
        port2.start();
        return { client, drop };
      },
      async close() {
        for (const drop of open) drop();
      },
    };
  },
};

const webSocket: Transport = {
  name: 'WebSocket',
  async serve(service) {
    const token = newSessionToken();
    const server = await serveSocket(service, { token });
    return {
      async connect() {
        const socket = new WebSocket(server.url, subprotocols(token), { origin: `http://127.0.0.1:${server.port}` });
        await new Promise((resolve, reject) => {
          socket.once('open', resolve);
          socket.once('error', reject);
        });
        const client: ContractClient = createORPCClient(
          new SocketLink({ websocket: socket as unknown as globalThis.WebSocket }),
        );
        return { client, drop: () => socket.terminate() };
      },
      close: () => server.close(),
    };
  },
};

export const transports: readonly Transport[] = [messagePort, webSocket];
