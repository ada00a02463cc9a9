import type { MessagePort } from 'node:worker_threads';
import type { ContractService } from './contract-router.ts';
import { serveChannel } from './serve-channel.ts';

/** Serves one client at the other end of a message port: whoever holds that end was given it, and needs no token. */
export function servePort(service: ContractService, port: MessagePort): void {
  const events = serveChannel(service, {
    send: (text) => port.postMessage(text),
    refuse: () => port.close(),
  });
  port.on('message', (data: unknown) => events.received(data));
  port.on('close', () => events.closed());
}
