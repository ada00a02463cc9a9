import { AppError, type HttpResponse, type Json, type JsonObject, type Run } from '../../app/core/nodekit/index.ts';
import { makeRequest } from './make-request.ts';
import type { httpRequest } from './manifest.ts';

/** What a server does once only however often it is asked (RFC 9110, 9.2.2). */
const idempotent = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

export const run: Run<typeof httpRequest> = async ({ config, inputs, ports }, { cap, detail, step }) => {
  const where = `node ${step.nodeId}`;
  const values: { [name: string]: Json } = {};
  for (const name of config.variables) {
    const value = ports[name];
    if (value !== undefined) values[name] = value;
  }
  const request = makeRequest(config, values, inputs.body, where);
  if (config.dryRun) {
    detail({ dryRun: true, method: request.method });
    return { request: request as unknown as JsonObject, body: undefined, status: undefined, headers: undefined };
  }
  const repeatable = idempotent.has(config.method) || config.idempotencyHeader !== undefined;
  const reads = config.method === 'GET' || config.method === 'HEAD';
  const method = reads ? 'read' : repeatable ? 'send' : 'sendOnce';
  const answer = await cap.http[method](request);
  const { status, bytes, ms, origins } = answer;
  detail({ method: config.method, status, bytes, ms, origins });
  return { status, headers: answer.headers, body: content(answer, config.answer, where), request: undefined };
};

/** @throws AppError http.answer */
function content(answer: HttpResponse, wanted: 'any' | 'json' | 'text', where: string): Json | undefined {
  const type = answer.headers['content-type'] ?? '';
  if (answer.base64 !== undefined) {
    if (wanted === 'any') return `data:${type.split(';', 1)[0] || 'application/octet-stream'};base64,${answer.base64}`;
    throw unfit(`The answer is no text (${type || 'no type'}).`, where);
  }
  if (answer.text === undefined) {
    if (wanted !== 'json') return wanted === 'text' ? '' : undefined;
    throw unfit(`The answer is empty (status ${answer.status}).`, where);
  }
  const isJson = /[/+]json\b/i.test(type);
  if (wanted === 'text' || (wanted === 'any' && !isJson)) return answer.text;
  try {
    return JSON.parse(answer.text) as Json;
  } catch {
    if (wanted === 'any') return answer.text;
    throw unfit(`The answer is no JSON (${type || 'no type'}): ${answer.text.slice(0, 80)}`, where);
  }
}

function unfit(message: string, where: string): AppError {
  const remedy = 'Ask for another form with the header Accept, or set answer to what the server gives.';
  return new AppError('http.answer', { message, where, remedy });
}
