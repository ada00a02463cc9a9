import type { ClientRequest } from 'node:http';

/** What broke below HTTP, by the code that the system or TLS gave. */
export type NetworkFault = 'dns' | 'tls' | 'refused' | 'timeout.connect' | 'reset';

const tlsCode = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|EPROTO/;
const neverReached = /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EACCES)$/;

export function networkFault(error: Error, connected: boolean): { fault: NetworkFault; detail: string } {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return { fault: 'dns', detail: code };
  if (tlsCode.test(code)) return { fault: 'tls', detail: code };
  if (!connected && neverReached.test(code)) return { fault: 'refused', detail: code };
  // A name with several addresses that all refuse: Node wraps the errors of each.
  if (!connected && error instanceof AggregateError)
    return { fault: 'refused', detail: code || 'every address refused' };
  if (!connected && code === 'ETIMEDOUT') return { fault: 'timeout.connect', detail: code };
  return { fault: 'reset', detail: code || 'connection lost' };
}

/** Calls `then` once the connection stands, with TLS where the request is secure. */
export function whenConnected(outgoing: ClientRequest, secure: boolean, then: () => void): void {
  outgoing.once('socket', (socket) => {
    if (outgoing.reusedSocket || !socket.connecting) then();
    else socket.once(secure ? 'secureConnect' : 'connect', then);
  });
}
