import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../../core/errors/app-error.ts';

/** The only address that is listened on: this machine's own. */
export const ADDRESS = '127.0.0.1';

export interface LocalServer {
  server: Server;
  port: number;
  /** Values of the header Host that mean this server. */
  hosts: readonly string[];
  /** Origins of its own pages. */
  origins: readonly string[];
}

/**
 * A server on this machine only, with short patience for slow clients.
 * @param port 0: a free one
 * @throws AppError host.port_taken
 */
export async function listenLocally(port: number, maxConnections: number): Promise<LocalServer> {
  const server = createServer({ headersTimeout: 5000, requestTimeout: 10_000, maxHeaderSize: 8192 });
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, port)));
    server.listen(port, ADDRESS, resolve);
  });
  const { port: given } = server.address() as AddressInfo;
  const hosts = [`${ADDRESS}:${given}`, `localhost:${given}`];
  return { server, port: given, hosts, origins: hosts.map((host) => `http://${host}`) };
}

/** Stops listening; `cutOff` is called when clients have not gone by themselves after `patienceMs`. */
export async function closeServer(server: Server, patienceMs: number, cutOff: () => void): Promise<void> {
  const late = setTimeout(() => {
    cutOff();
    server.closeAllConnections();
  }, patienceMs);
  server.closeIdleConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  clearTimeout(late);
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error;
  const taken = error.code === 'EADDRINUSE';
  return new AppError('host.port_taken', {
    message: taken ? `Port ${port} is in use already.` : `Port ${port} may not be used.`,
    where: `${ADDRESS}:${port}`,
    remedy: 'Choose another one with --port, or leave the option out.',
    cause: error,
  });
}
