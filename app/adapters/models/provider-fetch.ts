import type { IncomingMessage } from 'node:http';
import { isAppError } from '../../core/errors/app-error.ts';
import { flatHeaders } from '../egress/egress.ts';
import { networkFault, whenConnected } from '../egress/network-fault.ts';
import { openRequest, ownersAddresses } from '../egress/open-request.ts';

export interface Timeouts {
  connectMs: number;
  /** Longest silence once the answer has begun. */
  idleMs: number;
  totalMs: number;
}

/** Why a request has no good answer, as seen on the wire: providers' libraries lose most of it. */
export type WireFailure =
  | {
      kind: 'timeout.connect' | 'timeout.idle' | 'timeout.total' | 'cancelled' | 'reset' | 'dns' | 'refused' | 'tls';
      detail: string;
    }
  | { kind: 'redirect' | 'foreign-host' | 'address' | 'too-large' | 'malformed'; detail: string }
  | { kind: 'status'; status: number; headers: { [name: string]: string }; body: string };

export interface ProviderFetchOptions {
  /** The only scheme, host and port that this fetch connects to, whatever it is asked for. */
  origin: string;
  /** Set on every request, over what the library wanted: where the key enters. */
  headers: { [name: string]: string };
  timeouts: Timeouts;
  signal?: AbortSignal | undefined;
  /** Turns a good answer that came as one JSON document into what the library expects; undefined: leaves it as it is. */
  fromJson?: ((body: string) => string | undefined) | undefined;
  /** Hears the headers of each answer, good or bad. */
  onHeaders?: ((headers: { [name: string]: string }) => void) | undefined;
  /** Sees each piece of a good answer as it arrives. */
  onBytes?: ((bytes: Uint8Array) => void) | undefined;
  /** After the last piece of a whole answer, before the library learns that it ended. */
  onEnd?: (() => void) | undefined;
}

export interface ProviderFetch {
  /** For a provider's library. */
  fetch: typeof globalThis.fetch;
  /**
   * Posts JSON and reads the answer by `onBytes` alone, without what a library would make of it. Resolves when it has
   * ended, or at `finish`. Rejects when it failed: `failure()` says how.
   */
  post(url: string, json: string): Promise<void>;
  /** All of the answer has been seen, whatever its server still sends. */
  finish(): void;
  /** The first thing that went wrong. */
  failure(): WireFailure | undefined;
  /**
   * Whether the request reached the server, which never said that it failed: nobody knows how much it has worked, and it
   * may charge for it.
   */
  leftUnanswered(): boolean;
  /** Ends the call with a failure that was seen in its bytes, before the library sees them. */
  fail(failure: WireFailure): void;
  /** Ends whatever is under way and frees the timers. */
  close(): void;
}

interface Outgoing {
  url: URL;
  method: string;
  headers: { [name: string]: string };
  /** A text leaves in one piece with the headers. */
  body: string | Uint8Array | undefined;
}

const unanswered: ReadonlySet<WireFailure['kind']> = new Set(['timeout.idle', 'timeout.total', 'reset', 'cancelled']);
/** Time for the last bytes of an answer that is whole already, so that its connection can be used again. */
const DRAIN_MS = 1000;
const errorBodyLimit = 64 * 1024;
const answerLimit = 64 * 1024 * 1024;
/** Headers that a provider's library may set. The rest (cookies, other keys found in the environment) is left out. */
const passedHeaders = /^(accept|content-type|anthropic-version|anthropic-beta|user-agent)$/;

/**
 * The one way out to a model provider: a `fetch` for one call on a checked connection, so that connecting, silence and
 * the whole have limits of their own, redirects are refused, no proxy or address from the environment is used, and the
 * key goes to no other host. The owner names the server in pipewright.json, so it may be on this machine or a network of
 * its own.
 */
export function createProviderFetch(options: ProviderFetchOptions): ProviderFetch {
  let failure: WireFailure | undefined;
  let sent = false;
  const open = new Set<(failed: WireFailure) => void>();
  const stop = (failed: WireFailure): void => {
    failure ??= failed;
    for (const end of [...open]) end(failed);
  };
  let total: NodeJS.Timeout | undefined;
  let finishing: () => void = () => undefined;
  const cancel = (): void => stop({ kind: 'cancelled', detail: 'cancelled' });
  if (options.signal?.aborted) cancel();
  options.signal?.addEventListener('abort', cancel, { once: true });

  async function fetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const url = begin(input instanceof Request ? input.url : input);
    const headers: { [name: string]: string } = {};
    new Headers(init.headers).forEach((value, name) => {
      if (passedHeaders.test(name)) headers[name] = value;
    });
    const body = init.body === undefined || init.body === null ? undefined : await bodyBytes(init.body);
    return send({ url, method: init.method ?? 'GET', headers, body }, (incoming) => {
      const status = incoming.statusCode ?? 0;
      return new Response(answerStream(incoming), { status, headers: flatHeaders(incoming) });
    });
  }

  async function post(to: string, json: string): Promise<void> {
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    await send({ url: begin(to), method: 'POST', headers, body: json }, (incoming) => {
      return new Promise<void>((resolve, reject) => {
        receive(incoming, {
          pass: () => undefined,
          end: (failed) => (failed === undefined ? resolve() : reject(new WireError(failed))),
        });
      });
    });
  }

  /** @throws WireError when the call has failed already, or the address is another server's */
  function begin(to: string | URL): URL {
    // Not before: loading a provider's library may take a second, and is not the provider's time.
    total ??= setTimeout(
      () => stop({ kind: 'timeout.total', detail: `no complete answer in ${options.timeouts.totalMs} ms` }),
      options.timeouts.totalMs,
    );
    const url = new URL(to);
    if (url.origin !== options.origin) stop({ kind: 'foreign-host', detail: url.origin });
    if (failure !== undefined) throw new WireError(failure);
    return url;
  }

  /** `take` is given a good answer at the moment at which its head has come. */
  function send<T>(request: Outgoing, take: (incoming: IncomingMessage) => T | Promise<T>): Promise<T> {
    return exchange(request, take).catch((error: Error) => {
      if (!isAppError(error)) throw error;
      stop(networkFailure(error, false));
      throw new WireError({ kind: 'address', detail: error.message });
    });
  }

  function exchange<T>(
    { url, method, headers: wanted, body }: Outgoing,
    take: (incoming: IncomingMessage) => T | Promise<T>,
  ): Promise<T> {
    const headers: Outgoing['headers'] = { ...wanted, ...options.headers, 'accept-encoding': 'identity' };
    if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
    return new Promise((resolve, reject) => {
      const secure = url.protocol === 'https:';
      const outgoing = openRequest(url, { method, headers, admits: ownersAddresses, keep: true });
      let connected = false;
      const end = (failed: WireFailure): void => {
        open.delete(end);
        failure ??= failed;
        clearTimeout(connecting);
        reject(new WireError(failed));
        outgoing.destroy();
      };
      open.add(end);
      const connecting = setTimeout(
        () => end({ kind: 'timeout.connect', detail: `no connection in ${options.timeouts.connectMs} ms` }),
        options.timeouts.connectMs,
      );
      whenConnected(outgoing, secure, () => {
        connected = true;
        sent = true;
        clearTimeout(connecting);
      });
      outgoing.on('error', (error) => end(networkFailure(error, connected)));
      outgoing.on('response', (incoming) => {
        open.delete(end);
        clearTimeout(connecting);
        const status = incoming.statusCode ?? 0;
        options.onHeaders?.(flatHeaders(incoming));
        if (status >= 300 && status < 400) {
          incoming.resume();
          end({ kind: 'redirect', detail: `status ${status}` });
        } else if (status >= 400) {
          void readError(incoming, status).then(end, (error: Error) => end(networkFailure(error, true)));
        } else {
          resolve(take(incoming));
        }
      });
      outgoing.end(body);
    });
  }

  function answerStream(incoming: IncomingMessage): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start(controller) {
        receive(incoming, {
          pass: (bytes) => controller.enqueue(bytes),
          end: (failed) => (failed === undefined ? controller.close() : controller.error(new WireError(failed))),
        });
      },
      cancel() {
        incoming.destroy();
      },
    });
  }

  /** Reads an answer as it arrives, until it ends or fails. */
  function receive(
    incoming: IncomingMessage,
    to: { pass: (bytes: Uint8Array) => void; end: (failed: WireFailure | undefined) => void },
  ): void {
    const fromJson = /^application\/json\b/i.test(incoming.headers['content-type'] ?? '')
      ? options.fromJson
      : undefined;
    const kept: Uint8Array[] = [];
    const pass = (bytes: Uint8Array): void => {
      options.onBytes?.(bytes);
      if (!done) to.pass(bytes);
    };
    let size = 0;
    let done = false;
    const over = (): boolean => {
      if (done) return false;
      done = true;
      open.delete(end);
      clearTimeout(silence);
      return true;
    };
    const end = (failed: WireFailure | undefined): void => {
      if (!over()) return;
      failure ??= failed;
      to.end(failed);
      if (failed !== undefined) incoming.destroy();
    };
    const silence = setTimeout(
      () => end({ kind: 'timeout.idle', detail: `nothing arrived for ${options.timeouts.idleMs} ms` }),
      options.timeouts.idleMs,
    );
    open.add(end);
    finishing = () => {
      if (!over()) return;
      to.end(undefined);
      const late = setTimeout(() => incoming.destroy(), DRAIN_MS).unref();
      incoming.once('close', () => clearTimeout(late));
    };
    incoming.on('data', (bytes: Buffer) => {
      if (done) return;
      silence.refresh();
      size += bytes.byteLength;
      if (size > answerLimit) return end({ kind: 'too-large', detail: `more than ${answerLimit} bytes` });
      if (fromJson) kept.push(bytes);
      else pass(bytes);
    });
    incoming.on('error', (error) => end(networkFailure(error, true)));
    incoming.on('close', () => {
      if (incoming.complete && !done && fromJson) {
        const body = Buffer.concat(kept);
        const turned = fromJson(body.toString('utf8'));
        pass(turned === undefined ? body : Buffer.from(turned));
      }
      if (incoming.complete && !done) options.onEnd?.();
      end(
        incoming.complete ? undefined : { kind: 'reset', detail: 'the connection closed in the middle of the answer' },
      );
    });
  }

  async function readError(incoming: IncomingMessage, status: number): Promise<WireFailure> {
    const end = (): void => void incoming.destroy();
    open.add(end);
    const silence = setTimeout(end, options.timeouts.idleMs);
    const pieces: Buffer[] = [];
    let size = 0;
    try {
      for await (const piece of incoming as AsyncIterable<Buffer>) {
        pieces.push(piece);
        size += piece.byteLength;
        if (size >= errorBodyLimit) break;
      }
    } catch {
      // A refusal whose text broke off is still that refusal: the status decides.
    } finally {
      clearTimeout(silence);
      open.delete(end);
    }
    return { kind: 'status', status, headers: flatHeaders(incoming), body: Buffer.concat(pieces).toString('utf8') };
  }

  return {
    fetch,
    post,
    finish: () => finishing(),
    failure: () => failure,
    leftUnanswered: () => sent && failure !== undefined && unanswered.has(failure.kind),
    fail: stop,
    close() {
      clearTimeout(total);
      options.signal?.removeEventListener('abort', cancel);
      const before = failure;
      for (const end of [...open]) end({ kind: 'cancelled', detail: 'closed' });
      failure = before;
    },
  };
}

/** Thrown into the provider's library; the caller asks `failure()` instead of reading what the library made of it. */
class WireError extends Error {
  override readonly name = 'WireError';
  constructor(failure: WireFailure) {
    super(failure.kind);
  }
}

async function bodyBytes(body: NonNullable<RequestInit['body']>): Promise<string | Uint8Array> {
  return typeof body === 'string' ? body : new Uint8Array(await new Response(body).arrayBuffer());
}

function networkFailure(error: Error, connected: boolean): WireFailure {
  if (isAppError(error)) return { kind: 'address', detail: error.message };
  const { fault, detail } = networkFault(error, connected);
  return { kind: fault, detail };
}
