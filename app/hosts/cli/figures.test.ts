import { expect, it } from 'vitest';
import { shownAge, shownCost, shownDate, shownMoment, shownTime } from './figures.ts';

it.each([
  [0.4, '0 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [59_460, '59.5 s'],
  [59_970, '1 min 0 s'],
  [119_800, '2 min 0 s'],
  [3_599_900, '1 h 0 min'],
  [3_660_000, '1 h 1 min'],
  [3 * 86_400_000, '3 days'],
])('shows %d ms as %s, never as 60 of anything', (ms, text) => {
  expect(shownTime(ms)).toBe(text);
});

it('shows ages and costs for people', () => {
  expect(shownAge(59_000)).toBe('just now');
  expect(shownDate(new Date(2026, 10, 3, 4, 5, 6).getTime())).toBe('2026-11-03 04:05');
  expect(shownMoment(new Date(2026, 10, 3, 4, 5, 6).getTime())).toBe('2026-11-03 04:05:06');
  expect(shownAge(119_800)).toBe('2 min ago');
  expect(shownCost(0)).toBe('$0');
  expect(shownCost(0, 1)).toBe('unknown');
  expect(shownCost(1_500_000, 2)).toBe('≥ $0.001500');
});
