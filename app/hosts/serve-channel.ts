import { RPCHandler } from '@orpc/server/ws';
import { toWireError } from '../core/contracts/wire-error.ts';
import { AppError } from '../core/errors/app-error.ts';
import { checkFrame } from './check-frame.ts';
import type { ContractService } from './contract-router.ts';

/** A way to one client, whatever it is made of. */
export interface Channel {
  /** Resolves when the other side can take more, so that a slow client slows down what is sent to it. Never rejects. */
  send(text: string): Promise<void> | void;
  /** Ends the connection because the client does not keep to the protocol. */
  refuse(reason: string): void;
}

/** What the transport tells the service. */
export interface ChannelEvents {
  received(data: unknown): void;
  /** Aborts every call and event stream that is under way. */
  closed(): void;
}

/** Calls and event streams that one client may have under way. */
const MAX_CALLS = 64;

/** Serves one client over a channel. The same for every transport: what differs is how text gets there. */
export function serveChannel(service: ContractService, channel: Channel, maxCalls: number = MAX_CALLS): ChannelEvents {
  let calls = 0;

  const handler = new RPCHandler(service.router, {
    clientInterceptors: [
      async ({ next, signal }) => {
        if (calls >= maxCalls) throw toWireError(tooManyCalls(maxCalls));
        calls += 1;
        const { promise: over, resolve: finish } = Promise.withResolvers<void>();
        over.then(() => {
          calls -= 1;
        });
        // An event stream that is given up before its first event is never asked for its end.
        signal?.addEventListener('abort', () => finish(), { once: true });
        try {
          const output = await next();
          if (isStream(output)) return relayed(output, finish);
          finish();
          return output;
        } catch (thrown) {
          finish();
          throw toWireError(thrown);
        }
      },
    ],
  });

  const listeners: { [type: string]: (event: { data?: string }) => void } = {};
  const socket = {
    send: (text: string) => channel.send(text),
    addEventListener: (type: string, listener: (event: { data?: string }) => void) => {
      listeners[type] = listener;
    },
  };
  // The library's handler for sockets asks for these two methods and for nothing that is particular to a socket.
  void handler.upgrade(socket as unknown as Parameters<typeof handler.upgrade>[0]);

  return {
    received(data) {
      const verdict = checkFrame(data);
      if (verdict.action === 'pass') listeners['message']?.({ data: verdict.text });
      else if (verdict.action === 'answer') void channel.send(verdict.text);
      else channel.refuse(verdict.reason);
    },
    closed: () => listeners['close']?.({}),
  };
}

function isStream(output: unknown): output is AsyncIterableIterator<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

/** The stream with its errors in the form of the contract, telling when it is over. */
async function* relayed(stream: AsyncIterableIterator<unknown>, finish: () => void) {
  try {
    yield* stream;
  } catch (thrown) {
    throw toWireError(thrown);
  } finally {
    finish();
  }
}

function tooManyCalls(limit: number): AppError {
  return new AppError('host.too_many_calls', {
    message: `This client has ${limit} calls and event streams under way, which is the limit.`,
    where: 'connection',
    remedy: 'Wait for some of them, or end event streams that nobody looks at.',
  });
}
