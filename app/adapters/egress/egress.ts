import type { IncomingMessage } from 'node:http';
import { AppError, isAppError } from '../../core/errors/app-error.ts';
import type { ErrorCode } from '../../core/errors/error-codes.ts';
import type { AddressClass } from './address-class.ts';
import { type NetworkFault, networkFault, whenConnected } from './network-fault.ts';
import { openRequest, type Resolve } from './open-request.ts';
import { readTarget, type Target } from './target.ts';

export interface EgressLimits {
  connectMs: number;
  /** Longest silence, from when the request is sent. */
  idleMs: number;
  /** All of it, redirects too. */
  totalMs: number;
  /** Bytes of the answer's body. */
  maxBytes: number;
  maxRedirects: number;
}

export interface EgressRequest {
  url: string;
  method: string;
  /** Lower-case names. At another origin than the first only what says nothing of the sender goes along. */
  headers: { readonly [name: string]: string };
  body?: Uint8Array | undefined;
  limits: EgressLimits;
  signal?: AbortSignal | undefined;
  /** Takes the body of a 200 piece by piece, as it arrives: then the answer's own is empty. What it throws ends the exchange. */
  sink?: ((piece: Uint8Array) => void) | undefined;
  /**
   * Asked before each connection, also where a redirect leads.
   * @returns the classes of addresses that may be connected to
   * @throws AppError when the target may not be reached
   */
  admit(target: Target): ReadonlySet<AddressClass>;
}

export interface EgressAnswer {
  status: number;
  /** Lower-case names; several values joined by a comma, cookies left out. */
  headers: { [name: string]: string };
  body: Uint8Array;
  /** Origins that answered, the first one first: more than one after a redirect elsewhere. */
  origins: string[];
}

export type Egress = (request: EgressRequest) => Promise<EgressAnswer>;

/** What a request may say at an origin that it was not made for. */
const anywhere = /^(accept|accept-language|content-type|user-agent)$/;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * One whole exchange with a server: strict address, checked and pinned connection, redirects each checked anew (never
 * from https to http), size and time limits, no proxy, no cookies. Any status is an answer.
 * @throws AppError egress.*, run.cancelled, and what `admit` throws; `data.sent` is true once a server may have acted
 */
export function createEgress({ resolve }: { resolve?: Resolve } = {}): Egress {
  return async (request) => {
    const { limits, signal } = request;
    const controller = new AbortController();
    let ended: AppError | undefined;
    const end = (error: AppError): void => {
      ended ??= error;
      controller.abort(ended);
    };
    const cancel = (): void => end(new AppError('run.cancelled', { message: 'The call was cancelled.' }));
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    const total = setTimeout(
      () => end(fault('egress.timeout', `No complete answer within ${limits.totalMs} ms.`, request.url)),
      limits.totalMs,
    );
    try {
      return await follow(request, controller.signal, resolve);
    } finally {
      clearTimeout(total);
      signal?.removeEventListener('abort', cancel);
    }
  };
}

async function follow(
  request: EgressRequest,
  signal: AbortSignal,
  resolve: Resolve | undefined,
): Promise<EgressAnswer> {
  const { limits, admit, sink } = request;
  let target = readTarget(request.url);
  let { method, headers, body } = request;
  const origins = [target.origin];
  for (let hops = 0; ; hops += 1) {
    const admits = admit(target);
    signal.throwIfAborted();
    const answer = await exchange({ target, method, headers, body, admits, limits, signal, sink, resolve });
    const location = answer.headers['location'];
    if (!redirects.has(answer.status) || location === undefined) return { ...answer, origins };
    if (hops === limits.maxRedirects) {
      const allowed = limits.maxRedirects === 0 ? 'none is followed' : `at most ${limits.maxRedirects} are followed`;
      throw refusedRedirect(target, `The server redirects, and ${allowed}.`, location);
    }
    const next = readTarget(absolute(location, target));
    if (target.url.protocol === 'https:' && next.url.protocol !== 'https:')
      throw refusedRedirect(target, 'The server redirects from https to http.', location);
    if (answer.status === 303 || (answer.status < 303 && method === 'POST')) {
      if (method !== 'HEAD') method = 'GET';
      body = undefined;
      headers = without(headers, /^content-/);
    }
    if (next.origin !== target.origin) headers = only(headers, anywhere);
    if (!origins.includes(next.origin)) origins.push(next.origin);
    target = next;
  }
}

interface Exchange extends Pick<EgressRequest, 'method' | 'headers' | 'body' | 'limits' | 'sink'> {
  target: Target;
  admits: ReadonlySet<AddressClass>;
  signal: AbortSignal;
  resolve: Resolve | undefined;
}

function exchange(about: Exchange): Promise<Omit<EgressAnswer, 'origins'>> {
  const { target, method, body, limits, signal, sink } = about;
  const headers: { [name: string]: string } = { ...about.headers, 'accept-encoding': 'identity' };
  if (body !== undefined) headers['content-length'] = String(body.byteLength);
  return new Promise((give, reject) => {
    const { admits, resolve } = about;
    const outgoing = openRequest(target.url, { method, headers, admits, ...(resolve && { resolve }) });
    let connected = false;
    let timer: NodeJS.Timeout | undefined;
    const done = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      settle();
      outgoing.destroy();
    };
    const fail = (error: unknown): void => done(() => reject(withSent(error, connected)));
    const onAbort = (): void => fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    timer = setTimeout(
      () => fail(fault('egress.timeout_connect', `No connection within ${limits.connectMs} ms.`, target.origin)),
      limits.connectMs,
    );
    whenConnected(outgoing, target.url.protocol === 'https:', () => {
      connected = true;
      clearTimeout(timer);
      timer = setTimeout(
        () => fail(fault('egress.timeout_idle', `Nothing arrived for ${limits.idleMs} ms.`, target.origin)),
        limits.idleMs,
      );
    });
    outgoing.on('error', (error) => fail(isAppError(error) ? error : broken(error, connected, target)));
    outgoing.on('response', (incoming) => {
      timer?.refresh();
      const pieces: Buffer[] = [];
      let size = 0;
      incoming.on('data', (piece: Buffer) => {
        timer?.refresh();
        size += piece.byteLength;
        if (size > limits.maxBytes)
          return fail(fault('egress.too_large', `The answer has more than ${limits.maxBytes} bytes.`, target.origin));
        if (!sink || incoming.statusCode !== 200) return void pieces.push(piece);
        try {
          sink(piece);
        } catch (thrown) {
          fail(thrown);
        }
      });
      incoming.on('error', (error) => fail(broken(error, true, target)));
      incoming.on('close', () => {
        if (!incoming.complete) return fail(broken(new Error('aborted'), true, target));
        const encoding = incoming.headers['content-encoding'] ?? 'identity';
        if (encoding !== 'identity')
          return fail(
            fault('egress.encoding', `The answer is packed (${encoding}), which was not asked for.`, target.origin),
          );
        done(() =>
          give({ status: incoming.statusCode ?? 0, headers: flatHeaders(incoming), body: Buffer.concat(pieces) }),
        );
      });
    });
    outgoing.end(body);
  });
}

/** Headers as a plain object: lower-case names, several values joined, without cookies. */
export function flatHeaders(incoming: IncomingMessage): { [name: string]: string } {
  const headers: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined && name !== 'set-cookie') headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

const faults: Record<NetworkFault, [ErrorCode, string]> = {
  dns: ['egress.unreachable', 'The name of the host cannot be resolved'],
  refused: ['egress.unreachable', 'Nothing accepts connections there'],
  tls: ['egress.unreachable', 'The server’s certificate or encryption is not accepted'],
  'timeout.connect': ['egress.timeout_connect', 'No connection in time'],
  reset: ['egress.reset', 'The connection broke'],
};

function broken(error: Error, connected: boolean, { origin }: Target): AppError {
  const seen = networkFault(error, connected);
  const [code, message] = faults[seen.fault];
  return fault(code, `${message} (${seen.detail}).`, origin);
}

const remedies: { [code in ErrorCode]?: string } = {
  'egress.unreachable': 'Check the address and the network; a certificate’s authority is added by NODE_EXTRA_CA_CERTS.',
  'egress.timeout_connect': 'Check the address and the network, or raise the limit.',
  'egress.timeout_idle': 'Try again, or raise the limit.',
  'egress.timeout': 'Try again, or raise the limit.',
  'egress.reset': 'Try again; if it goes on, look for a firewall that cuts connections.',
  'egress.too_large': 'Ask for less, or raise the limit.',
  'egress.encoding': 'Have the server honour Accept-Encoding: identity.',
};

/** `where` shows no path: keys stand in some. */
function fault(code: ErrorCode, message: string, at: string): AppError {
  return new AppError(code, { message, where: URL.parse(at)?.origin ?? '', remedy: remedies[code] });
}

function refusedRedirect({ origin }: Target, message: string, location: string): AppError {
  return new AppError('egress.redirect', {
    message,
    where: origin,
    remedy: 'Name the final address itself.',
    data: { to: URL.parse(location, origin)?.origin ?? '' },
  });
}

function withSent(error: unknown, sent: boolean): unknown {
  if (!sent || !isAppError(error)) return error;
  const { code, message, where, remedy, data, cause } = error;
  return new AppError(code, { message, where, remedy, data: { ...data, sent: true }, cause });
}

function absolute(location: string, { url }: Target): string {
  return URL.parse(location, url.href)?.href ?? location;
}

function only(headers: EgressRequest['headers'], names: RegExp): EgressRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.test(name)));
}

function without(headers: EgressRequest['headers'], names: RegExp): EgressRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.test(name)));
}
