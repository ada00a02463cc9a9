import type { CallOptions, HttpCapability, HttpRequest, HttpResponse } from '../../core/capabilities/capabilities.ts';
import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { neverTwice, statusError } from '../../core/http/http-status.ts';
import { hostTarget, type Reach, reachOfOrigin, refuseUngranted, secretMissing } from '../../core/policy/reach.ts';
import type { AddressClass } from './address-class.ts';
import type { Egress } from './egress.ts';
import { ownersAddresses, publicAddresses } from './open-request.ts';
import { retryAfterMs } from './retry-after.ts';
import { readTarget, type Target } from './target.ts';

export interface HttpCallsPorts {
  egress: Egress;
  /** Whether the user has granted it to the workflow with this content hash. */
  allows(workflowHash: string, wanted: Reach): boolean;
  /** Value of a secret for this origin and no other. @throws AppError secret.*, secrets.* */
  secretFor(name: string, origin: string): string | undefined;
  /** Takes the values of all secrets out of a text. */
  redact(text: string): string;
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds of a clock that only moves forward. */
  elapsed(): number;
}

const CONNECT_MS = 10_000;
/** Set by the connection itself, or able to change where a request ends and the next begins. */
const ownHeaders =
  /^(host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|cookie|proxy-.*)$/;
const textTypes = /^(text\/|application\/([\w.+-]+\+)?(json|xml|javascript|x-ndjson|yaml|x-www-form-urlencoded)\b)/i;

/** The capability `http` of nodes: granted hosts, bound secrets, answers without the secrets that went out. */
export function createHttpCalls(ports: HttpCallsPorts): HttpCapability {
  async function exchange(request: HttpRequest, options: CallOptions): Promise<HttpResponse> {
    const { url, headers } = withSecrets(request, options, ports);
    const start = ports.elapsed();
    try {
      const {
        status,
        headers: answered,
        body,
        origins,
      } = await ports.egress({
        url,
        method: request.method,
        headers,
        ...(request.body !== undefined && { body: Buffer.from(request.body) }),
        limits: {
          connectMs: Math.min(CONNECT_MS, request.timeoutMs),
          idleMs: request.timeoutMs,
          totalMs: request.timeoutMs,
          maxBytes: request.maxBytes,
          maxRedirects: request.maxRedirects,
        },
        signal: options.signal,
        admit: (target) => admit(target, options, ports),
      });
      const wait = retryAfterMs(answered, ports.now());
      return {
        status,
        headers: Object.fromEntries(Object.entries(answered).map(([name, value]) => [name, ports.redact(value)])),
        ...contentOf(body, answered['content-type'] ?? '', ports.redact),
        bytes: body.byteLength,
        origins,
        ...(wait !== undefined && { retryAfterMs: wait }),
        ms: Math.round(ports.elapsed() - start),
      };
    } catch (thrown) {
      throw localRefusal(thrown, options) ?? thrown;
    }
  }
  /** @param repeatable the server does it once only, however often it is asked */
  async function answered(request: HttpRequest, options: CallOptions, repeatable: boolean): Promise<HttpResponse> {
    try {
      const answer = await exchange(request, options);
      const failure = request.onStatus === 'fail' && statusError(answer, repeatable);
      if (failure) throw failure;
      return answer;
    } catch (thrown) {
      throw !repeatable && isAppError(thrown) ? neverTwice(thrown) : thrown;
    }
  }
  return {
    read: (request, options = {}) => answered(request, options, true),
    send: (request, options = {}) => answered(request, options, true),
    sendOnce: (request, options = {}) => answered(request, options, false),
  };
}

/** @throws AppError grant.missing */
function admit({ origin }: Target, options: CallOptions, { allows }: HttpCallsPorts): ReadonlySet<AddressClass> {
  const hash = options.about?.workflowHash ?? '';
  const target = hostTarget(origin);
  if (allows(hash, { ability: 'local-network', target })) return ownersAddresses;
  if (allows(hash, { ability: 'network', target })) return publicAddresses;
  return refuseUngranted(workflowOf(options), [{ ability: 'network', target }], placeOf(options));
}

/** A granted name that leads inside the local network: what to grant is known now. */
function localRefusal(thrown: unknown, options: CallOptions): AppError | undefined {
  if (!isAppError(thrown) || thrown.code !== 'egress.address' || thrown.data?.['grantable'] === undefined)
    return undefined;
  const target = hostTarget(String(thrown.data['grantable']));
  try {
    return refuseUngranted(workflowOf(options), [{ ability: 'local-network', target }], placeOf(options));
  } catch (refusal) {
    return refusal as AppError;
  }
}

function workflowOf({ about }: CallOptions): string {
  return about?.runId ?? 'WORKFLOW';
}

function placeOf({ about }: CallOptions): string | undefined {
  return about && `step ${about.step}`;
}

/** @throws AppError http.header, http.address, grant.missing, secret.missing and those of `secretFor` */
function withSecrets(
  request: HttpRequest,
  options: CallOptions,
  ports: HttpCallsPorts,
): { url: string; headers: { [name: string]: string } } {
  const { origin } = readTarget(request.url);
  const headers: { [name: string]: string } = {};
  const set = (name: string, value: string, shown: string): void => {
    const key = name.toLowerCase();
    if (/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(key) && !ownHeaders.test(key) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      headers[key] = value;
      return;
    }
    throw new AppError('http.header', {
      message: ownHeaders.test(key)
        ? `The header “${shown}” is set by the connection itself.`
        : `The header “${shown}” holds characters that none may have.`,
      where: placeOf(options),
      remedy: 'Leave it out, or encode its value.',
    });
  };
  const secret = (name: string): string => {
    const wanted: Reach = { ability: 'secret', target: name };
    if (!ports.allows(options.about?.workflowHash ?? '', wanted))
      refuseUngranted(workflowOf(options), [wanted], placeOf(options));
    const value = ports.secretFor(name, origin);
    if (value !== undefined) return value;
    throw secretMissing(name, [reachOfOrigin(origin)], placeOf(options));
  };
  for (const [name, value] of Object.entries(request.headers)) set(name, value, name.slice(0, 100));
  for (const { header, prefix, secret: name } of request.secrets) set(header, prefix + secret(name), header);
  const key = options.idempotencyKey;
  if (request.idempotencyHeader !== undefined && key !== undefined)
    set(request.idempotencyHeader, key, request.idempotencyHeader);
  if (request.urlSecret === undefined) return { url: request.url, headers };
  const url = `${request.url.replace(/\/$/, '')}/${secret(request.urlSecret).replace(/^\//, '')}`;
  if (originOf(url) === origin) return { url, headers };
  throw new AppError('http.address', {
    message: `The secret ${request.urlSecret} makes no address of this host.`,
    where: origin,
    remedy: 'Keep only what follows the host in it, such as T00/B00/xyz.',
  });
}

/** Undefined for what is no address: what is wrong with it would show the secret in it. */
function originOf(url: string): string | undefined {
  try {
    return readTarget(url).origin;
  } catch {
    return undefined;
  }
}

/** Text where it is that, else base64; a server that echoes what it got does not bring a secret back. */
function contentOf(body: Uint8Array, type: string, redact: (text: string) => string) {
  if (body.byteLength === 0) return {};
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8';
  if (textTypes.test(type) || type === '') {
    try {
      return { text: redact(new TextDecoder(charset, { fatal: true }).decode(body)) };
    } catch {
      // Not the text that it says it is: kept as bytes.
    }
  }
  const bytes = Buffer.from(body).toString('latin1');
  return { base64: Buffer.from(redact(bytes), 'latin1').toString('base64') };
}
