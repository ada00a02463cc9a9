import { type ClientContext, type ClientLink, createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import type { DesktopBridge } from '../../app/core/contracts/desktop-bridge.ts';
import { desktopBridge } from './desktop.ts';
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

/** How a transport tells of what becomes of its connection. */
interface Passage {
  open(link: Link): void;
  lost(): void;
  locked(reason: NoSession): void;
}

/** Connects to the host that served this page, and goes on trying when it goes away. */
export function connectToHost(bridge: DesktopBridge | undefined = desktopBridge()): Connection {
  const state = createStore<ConnectionState>(() => ({ status: 'connecting' }));
  const passages = createStore(() => ({ count: 0 }));
  let link: Link | undefined;

  const passage: Passage = {
    open(opened) {
      link = opened;
      state.setState({ status: 'open' }, true);
      passages.setState(({ count }) => ({ count: count + 1 }));
    },
    lost() {
      link = undefined;
      state.setState({ status: 'lost' }, true);
    },
    locked: (reason) => state.setState({ status: 'locked', reason }, true),
  };
  if (bridge) connectByPort(bridge, passage);
  else void connectBySocket(passage);

  const relay: Link = {
    call(path, input, options) {
      if (!link) return Promise.reject(new Error('The host cannot be reached.'));
      return link.call(path, input, options);
    },
  };
  return { client: createORPCClient(relay), state, passages };
}

/** To the engine's process of the desktop app: the shell hands over a port, and a new one when the engine was restarted. */
function connectByPort(bridge: DesktopBridge, passage: Passage): void {
  let wait = FIRST_WAIT_MS;
  const ask = () => void bridge.connect().catch(again);
  function again(): void {
    passage.lost();
    setTimeout(ask, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
  window.addEventListener('message', ({ source, origin, data, ports }) => {
    const [port] = ports;
    if (source !== window || origin !== window.location.origin || data !== 'pipewright:port' || !port) return;
    wait = FIRST_WAIT_MS;
    passage.open(new PortLink({ port }));
    port.addEventListener('close', again);
    port.start();
  });
  ask();
}

/** To a host on this machine that serves browsers: with the token that a one-time code gave. */
async function connectBySocket(passage: Passage): Promise<void> {
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
      passage.open(new SocketLink({ websocket: socket }));
    });
    socket.addEventListener('close', () => void retry(token, opened));
  }

  async function retry(token: string, opened: boolean): Promise<void> {
    if (opened) passage.lost();
    // A browser does not say why a socket was refused: the host is asked whether it is the token.
    else if ((await isTokenGood(token)) === false) {
      forgetToken();
      return passage.locked('no-code');
    } else passage.lost();
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    connect(token);
  }

  const session = await openSession();
  if ('token' in session) connect(session.token);
  else passage.locked(session.none);
}
