import { describe, expect, it } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { neverTwice, statusError } from './http-status.ts';

const answer = (status: number) => ({
  status,
  headers: {},
  text: 'no  way',
  bytes: 7,
  origins: ['https://a.example', 'https://b.example'],
  retryAfterMs: 5,
  ms: 1,
});

it.each([
  [400, 'http.refused'],
  [401, 'http.unauthorized'],
  [403, 'http.forbidden'],
  [404, 'http.not_found'],
  [408, 'http.request_timeout'],
  [409, 'http.conflict'],
  [410, 'http.not_found'],
  [422, 'http.refused'],
  [429, 'http.too_many_requests'],
  [500, 'http.server_error'],
  [502, 'http.bad_gateway'],
  [503, 'http.unavailable'],
  [504, 'http.gateway_timeout'],
  [599, 'http.server_error'],
])('the status %s is %s', (status, code) => {
  const error = statusError(answer(status), true);
  expect(error).toMatchObject({ code, message: `The server answered ${status}: no way`, where: 'https://b.example' });
  expect(error?.data).toEqual({ status, retryAfterMs: 5 });
});

it('the others are no failure', () => {
  for (const status of [200, 204, 304, 399]) expect(statusError(answer(status), true)).toBeUndefined();
});

describe('a request that must not be made twice', () => {
  it('is not tried again once the server may have acted', () => {
    expect(statusError(answer(500), false)?.data).toMatchObject({ exhausted: true });
    const sent = new AppError('egress.timeout_idle', { message: 'x', data: { sent: true } });
    expect(neverTwice(sent)).toMatchObject({ code: 'egress.timeout_idle', data: { sent: true, exhausted: true } });
  });
  it('is, where the server says that it did nothing, or was not reached', () => {
    for (const status of [429, 503]) expect(statusError(answer(status), false)?.data).not.toHaveProperty('exhausted');
    const unsent = new AppError('egress.unreachable', { message: 'x' });
    expect(neverTwice(unsent)).toBe(unsent);
  });
});
