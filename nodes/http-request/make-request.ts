import type * as z from 'zod';
import { renderAddress } from '../../app/core/http/address-template.ts';
import { AppError, type HttpRequest, isAppError, type Json } from '../../app/core/nodekit/index.ts';
import { compileTemplate } from '../../app/core/template/template.ts';
import type { httpRequest } from './manifest.ts';

type Config = z.output<typeof httpRequest.config>;
type Values = { [name: string]: Json };

const onlyVariable = /^\{\{-?\s*([A-Za-z][A-Za-z0-9_]*)\s*-?\}\}$/;

/** The request for these values; the same for the same values. @throws AppError http.*, template.* */
export function makeRequest(config: Config, values: Values, given: Json | undefined, where: string): HttpRequest {
  const headers: { [name: string]: string } = { accept: accepted[config.answer] };
  const content = given === undefined ? configuredBody(config.body, values, where) : givenBody(given);
  if (content) headers['content-type'] = content.type;
  for (const [name, template] of Object.entries(config.headers))
    headers[name.toLowerCase()] = fill(template, values, `${where}, headers.${name}`);
  const { method, secrets, idempotencyHeader, onStatus, timeoutMs, maxBytes, maxRedirects } = config;
  return {
    method,
    url: at(`${where}, url`, () => renderAddress(config.url, values)),
    headers,
    secrets,
    ...(content && { body: content.text }),
    ...(idempotencyHeader !== undefined && { idempotencyHeader }),
    onStatus,
    timeoutMs,
    maxBytes,
    maxRedirects,
  };
}

const accepted = { any: '*/*', json: 'application/json', text: 'text/*, */*;q=0.5' };

interface Content {
  text: string;
  type: string;
}

function givenBody(value: Json): Content {
  return typeof value === 'string'
    ? { text: value, type: 'text/plain; charset=utf-8' }
    : { text: JSON.stringify(value), type: 'application/json' };
}

function configuredBody(body: Config['body'], values: Values, where: string): Content | undefined {
  if (body === undefined) return undefined;
  if (body.kind === 'json')
    return { text: JSON.stringify(filled(body.value, values, `${where}, body.value`)), type: 'application/json' };
  if (body.kind === 'text') return { text: fill(body.text, values, `${where}, body.text`), type: body.type };
  const fields = Object.entries(body.fields).map(([name, template]) =>
    [name, fill(template, values, `${where}, body.fields.${name}`)].map(formEncoded).join('='),
  );
  return { text: fields.join('&'), type: 'application/x-www-form-urlencoded' };
}

/** Texts of a JSON value as templates. What flows in is data: no value can change the form of what is around it. */
function filled(value: Json, values: Values, where: string): Json {
  if (typeof value === 'string') {
    const name = onlyVariable.exec(value)?.[1];
    if (name !== undefined && Object.hasOwn(values, name)) return values[name] as Json;
    return fill(value, values, where);
  }
  if (Array.isArray(value)) return value.map((item, i) => filled(item, values, `${where}[${i}]`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, filled(member, values, `${where}.${name}`)]),
  );
}

function formEncoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')).replaceAll('%20', '+');
}

function fill(template: string, values: Values, where: string): string {
  return at(where, () => compileTemplate(template).render(values));
}

/** Says which field it was. */
function at<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    const { code, message, remedy, data, cause } = thrown;
    throw new AppError(code, { message, where, remedy, data, cause });
  }
}
