import { AppError } from '../errors/app-error.ts';
import type { Json } from '../graph/json.ts';
import { compileTemplate } from '../template/template.ts';
import { addressKind, writtenOrigin } from './address-kind.ts';

const dotSegment = /(^|\/)(\.|%2e){1,2}(?=[/?#]|$)/i;

/**
 * The address for these values. What stands in the template stays as it is; values are encoded for a path or query, so
 * that none can lead to another host, another path or another parameter. An address that is one variable is taken whole.
 * @throws AppError http.address, template.*
 */
export function renderAddress(template: string, values: { readonly [name: string]: Json | undefined }): string {
  const kind = addressKind(template);
  if (kind === undefined) throw badAddress(template, 'Its host is not written out.');
  if ('variable' in kind) {
    const value = values[kind.variable];
    if (typeof value === 'string') return value.trim();
    throw badAddress(template, `The value of ${kind.variable} is no text.`);
  }
  const encoded = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, encodedValue(value)]));
  const address = compileTemplate(template).render(encoded);
  const path = address.replace(writtenOrigin, '').split(/[?#]/, 1)[0] ?? '';
  if (dotSegment.test(path)) throw badAddress(template, 'With these values it has a step “.” or “..” in its path.');
  return address;
}

function encodedValue(value: Json | undefined): Json | undefined {
  if (typeof value === 'string') return encodeURIComponent(wellFormed(value));
  if (Array.isArray(value)) return value.map((item) => encodedValue(item) as Json);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, encodedValue(member) as Json]));
}

/** A lone surrogate has no encoding. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

function badAddress(template: string, message: string): AppError {
  return new AppError('http.address', {
    message: `This gives no address. ${message}`,
    where: template.slice(0, 200),
    remedy: 'Write the scheme and the host out: https://api.example.com/orders/{{ id }}.',
  });
}
