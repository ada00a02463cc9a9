import { type ClientContext, type ClientLink, createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import { forgetToken, isTokenGood, type NoSession, openSession } from './session.ts';

export type ConnectionState =
  | { status: 'connecting' }
  | { status: 'open' }
  /** The host went away; it is asked again and again. */
  | { status: 'lost' }
  /** There is no way in without a new link. */
  | { status: 'locked'; reason: NoSession };

export interface Connection {
  /** The same object over every reconnection. A call while there is no connection fails at once. */
  client: ContractClient;
  state: StoreApi<ConnectionState>;
  /** Counts connections: whoever watches something starts anew when it changes. */
  passages: StoreApi<{ count: number }>;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;

type Link = ClientLink<ClientContext>;

/** Connects to the host that served this page, and goes on trying when it goes away. */
export function connectToHost(): Connection {
  const state = createStore<ConnectionState>(() => ({ status: 'connecting' }));
  const passages = createStore(() => ({ count: 0 }));
  let link: Link | undefined;
  let wait = FIRST_WAIT_MS;

  function connect(token: string): void {
    const address = new URL('/rpc', window.location.href);
    address.protocol = 'ws:';
    // The token travels as a subprotocol: the one header that a page can set, and no address, which would be logged.
    const socket = new WebSocket(address, ['pipewright.v1', `token.${token}`]);
    let opened = false;
    socket.addEventListener('open', () => {
      opened = true;
      wait = FIRST_WAIT_MS;
      link = new RPCLink({ websocket: socket });
      state.setState({ status: 'open' }, true);
      passages.setState(({ count }) => ({ count: count + 1 }));
    });
    socket.addEventListener('close', () => {
      link = undefined;
      if (state.getState().status === 'open') state.setState({ status: 'lost' }, true);
      void retry(token, opened);
    });
  }

  async function retry(token: string, opened: boolean): Promise<void> {
    // A browser does not say why a socket was refused: the host is asked whether it is the token.
    if (!opened && (await isTokenGood(token)) === false) {
      forgetToken();
      state.setState({ status: 'locked', reason: 'no-code' }, true);
      return;
    }
    if (!opened) state.setState({ status: 'lost' }, true);
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    connect(token);
  }

  void openSession().then((session) => {
    if ('token' in session) connect(session.token);
    else state.setState({ status: 'locked', reason: session.none }, true);
  });

  const relay: Link = {
    call(path, input, options) {
      if (!link) return Promise.reject(new Error('The host cannot be reached.'));
      return link.call(path, input, options);
    },
  };
  return { client: createORPCClient(relay), state, passages };
}
