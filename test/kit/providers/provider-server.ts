import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One scripted answer of a fake provider, with the faults to add. */
export interface ScriptedReply {
  status?: number;
  headers?: { [name: string]: string };
  body: string | Uint8Array;
  /** Before the first byte of the head. */
  delayMs?: number;
  /** The socket is destroyed after this many bytes of the body. */
  cutAt?: number;
  /** Nothing more is sent after this many bytes of the body; the socket stays open. */
  stallAt?: number;
  /** Bytes a piece; by default the whole body at once. */
  pieceBytes?: number;
  /** Pause between pieces. */
  gapMs?: number;
}

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the client sent, for assertions
  body: any;
}

export interface ProviderServer {
  /** `http://127.0.0.1:port` */
  url: string;
  requests: ReceivedRequest[];
  /** What to answer next, in order; the last one is repeated. */
  script(...replies: ScriptedReply[]): void;
  /** What to answer from now on, by what is asked. */
  answerBy(answer: (request: ReceivedRequest) => ScriptedReply): void;
  close(): Promise<void>;
}

/** A model provider over a real loopback socket that answers by script and keeps what it was asked. */
export async function startProviderServer(): Promise<ProviderServer> {
  const requests: ReceivedRequest[] = [];
  let replies: ScriptedReply[] = [];
  let answer: ((request: ReceivedRequest) => ScriptedReply) | undefined;
  const server = createServer((incoming, outgoing) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const text = Buffer.concat(pieces).toString('utf8');
      const request: ReceivedRequest = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
      requests.push(request);
      const reply = answer ? answer(request) : replies.length > 1 ? replies.shift() : replies[0];
      if (reply === undefined) throw new Error('the test gave this server no script');
      setTimeout(() => {
        const body = Buffer.from(reply.body);
        const end = reply.cutAt ?? reply.stallAt ?? body.length;
        outgoing.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
        outgoing.flushHeaders();
        const size = reply.pieceBytes ?? (body.length || 1);
        let at = 0;
        const send = (): void => {
          if (at < end) {
            outgoing.write(body.subarray(at, Math.min(end, at + size)));
            at += size;
            setTimeout(send, reply.gapMs ?? 0);
          } else if (reply.cutAt !== undefined) setTimeout(() => outgoing.socket?.destroy(), 5);
          else if (reply.stallAt === undefined) outgoing.end();
        };
        send();
      }, reply.delayMs ?? 0);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    script(...next) {
      replies = next;
      answer = undefined;
      requests.length = 0;
    },
    answerBy(next) {
      answer = next;
      requests.length = 0;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
