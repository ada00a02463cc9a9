import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Echoed {
  method: string;
  path: string;
  headers: { [name: string]: string };
  body: string;
}

export interface EchoServer {
  /** `http://127.0.0.1:port` */
  origin: string;
  seen: Echoed[];
  /** What to answer; by default status 400 with an empty object. */
  answer: (request: Echoed) => { status?: number; headers?: { [name: string]: string }; body?: string | Buffer };
  close(): void;
}

/** A server on loopback that keeps all that it is sent. */
export async function startEchoServer(): Promise<EchoServer> {
  const server = createServer((incoming: IncomingMessage, outgoing) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, `${value}`]));
      const body = Buffer.concat(pieces).toString('utf8');
      const request = { method: incoming.method ?? '', path: incoming.url ?? '', headers, body };
      echo.seen.push(request);
      const answer = echo.answer(request);
      outgoing.writeHead(answer.status ?? 200, answer.headers ?? { 'content-type': 'application/json' });
      outgoing.end(answer.body ?? '{}');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const echo: EchoServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    answer: () => ({ status: 400 }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return echo;
}

/** A value as it may hide in a text: plain, escaped, and encoded, also in the midst of more that is encoded. */
export function encodedForms(value: string): string[] {
  const bytes = Buffer.from(value);
  const piece = (before: number) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  };
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...[0, 1, 2].flatMap((before) => [piece(before), piece(before).replaceAll('+', '-').replaceAll('/', '_')]),
  ];
}
