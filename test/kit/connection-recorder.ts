import { createHook } from 'node:async_hooks';

/** Address and port of every TCP connection that this process begins, whoever begins it: below any library. */
export interface ConnectionRecorder {
  /** `address:port`, in order. */
  connections(): string[];
  stop(): void;
}

export function recordConnections(): ConnectionRecorder {
  // The object is filled after its making, so it is read later.
  const begun: { address?: string; port?: number }[] = [];
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      if (type === 'TCPCONNECTWRAP') begun.push(resource as { address?: string; port?: number });
    },
  }).enable();
  return {
    connections: () => begun.map(({ address, port }) => `${address}:${port}`),
    stop: () => void hook.disable(),
  };
}
