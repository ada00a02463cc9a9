import { contract } from '../core/contracts/index.ts';
import { toWireError } from '../core/contracts/wire-error.ts';
import { AppError } from '../core/errors/app-error.ts';
import { didYouMean } from '../core/errors/suggest.ts';
import { isJsonObject, type Json, type JsonObject, jsonTextDepth } from '../core/graph/json.ts';

/** What to do with a frame that a client sent. */
export type FrameVerdict =
  | { action: 'pass'; text: string }
  /** The call is refused by this frame, and the connection goes on. */
  | { action: 'answer'; text: string }
  /** Not our protocol: the connection ends. */
  | { action: 'close'; reason: string };

/** Values in a workflow file are at most 64 deep; a call wraps them in a few more. */
const MAX_DEPTH = 80;
const ABORT = 4;

const methods = new Set(
  Object.entries(contract).flatMap(([domain, procedures]) =>
    Object.keys(procedures).map((name) => `/${domain}/${name}`),
  ),
);

/**
 * Lets through what a client of the contract sends and nothing else of what the library's protocol can do (other
 * methods than POST, headers, uploads, event streams from the client, values that are no JSON): less to attack.
 */
export function checkFrame(data: unknown): FrameVerdict {
  const close = (reason: string): FrameVerdict => ({ action: 'close', reason });
  if (typeof data !== 'string') return close('only text frames are understood');
  // Counted before parsing: what is too deep must meet no recursion.
  const tooDeep = jsonTextDepth(data, MAX_DEPTH) > MAX_DEPTH;
  const frame = parse(data);
  if (frame === undefined) return close('the frame is no JSON object');
  const { i: id, t: type, p: payload, ...others } = frame;
  if (!isId(id) || Object.keys(others).length > 0) return close('the frame is no call');
  if (type === ABORT) return { action: 'pass', text: data };
  if (type !== undefined || !isJsonObject(payload) || !isCall(payload)) return close('the frame is no call');
  const method = String(payload['u']);
  if (!methods.has(method)) return { action: 'answer', text: refusal(id, unknownMethod(method)) };
  if (tooDeep) return { action: 'answer', text: refusal(id, tooDeepInput()) };
  return { action: 'pass', text: data };
}

function parse(text: string): JsonObject | undefined {
  try {
    const frame = JSON.parse(text) as Json;
    return isJsonObject(frame) ? frame : undefined;
  } catch {
    return undefined;
  }
}

function isId(id: Json | undefined): id is string {
  return typeof id === 'string' && id.length > 0 && id.length <= 32;
}

/** `u`: the method as a path; `b`: the input as JSON; `h`: where an event stream goes on. */
function isCall({ u: method, b: body, h: headers, ...others }: JsonObject): boolean {
  if (typeof method !== 'string' || method.length > 200 || Object.keys(others).length > 0) return false;
  if (body !== undefined && !(isJsonObject(body) && Object.keys(body).every((key) => key === 'json'))) return false;
  if (headers === undefined) return true;
  if (!isJsonObject(headers) || Object.keys(headers).some((name) => name !== 'last-event-id')) return false;
  return /^\d{1,15}$/.test(String(headers['last-event-id']));
}

function unknownMethod(method: string): AppError {
  const name = (path: string) => path.slice(1).replace('/', '.');
  return new AppError('host.unknown_method', {
    message: `There is no method “${name(method)}”.${didYouMean(name(method), [...methods].map(name))}`,
    where: name(method),
    remedy: 'Client and host must be of the same release.',
  });
}

function tooDeepInput(): AppError {
  return new AppError('host.bad_request', {
    message: 'The request is nested too deep.',
    where: '$',
    remedy: 'Flatten the nested values; a workflow may be 64 levels deep.',
  });
}

function refusal(id: string, thrown: AppError): string {
  const error = toWireError(thrown);
  return JSON.stringify({ i: id, p: { s: error.status, b: { json: error.toJSON() } } });
}
