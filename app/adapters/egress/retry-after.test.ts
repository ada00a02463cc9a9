import { expect, it } from 'vitest';
import { protobufDurationMs, retryAfterMs } from './retry-after.ts';

const now = Date.parse('2026-06-01T12:00:00Z');

it.each<[{ [name: string]: string }, number | undefined]>([
  [{ 'retry-after-ms': '1234.5' }, 1235],
  [{ 'x-ms-retry-after-ms': '20' }, 20],
  [{ 'retry-after-ms': '50', 'retry-after': '9' }, 50],
  [{ 'retry-after': '3' }, 3000],
  [{ 'retry-after': '0.25' }, 250],
  [{ 'retry-after': 'Mon, 01 Jun 2026 12:00:07 GMT' }, 7000],
  [{ 'retry-after': 'Mon, 01 Jun 2026 11:59:00 GMT' }, 0],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-5e3x' }, undefined],
  [{}, undefined],
])('%o is %s ms', (headers, ms) => {
  expect(retryAfterMs(headers, now)).toBe(ms);
});

it('reads Google’s durations', () => {
  expect([
    protobufDurationMs('34s'),
    protobufDurationMs('0.5s'),
    protobufDurationMs('x'),
    protobufDurationMs(3),
  ]).toEqual([34_000, 500, undefined, undefined]);
});
