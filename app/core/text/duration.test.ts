import { expect, it } from 'vitest';
import { parseDuration, parseTimestamp } from './duration.ts';

it.each([
  ['250ms', 250],
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['2.5d', 216_000_000],
  ['1w', 604_800_000],
  ['0s', 0],
])('%s are %i milliseconds', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

it.each(['', 'x', '5', '5 s', '-5s', '1e3s', '5S', '5y', 's5', `${'9'.repeat(400)}s`])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

it.each([
  ['2027-01-31T09:00Z', Date.UTC(2027, 0, 31, 9)],
  ['2027-01-31 09:00:30.5+01:00', Date.UTC(2027, 0, 31, 8, 0, 30, 500)],
])('%s is a time', (text, at) => {
  expect(parseTimestamp(text)).toBe(at);
});

it.each(['', '2027-01-31', '2027-01-31T09:00', '2027-13-31T09:00Z', 'tomorrow', '2027-01-31T09:00Z; x'])(
  '%j is no time with a zone',
  (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  },
);
