import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasJourney, journeysFolder } from './journeys.ts';

const rows = [
  ...readFileSync(join(journeysFolder, 'checklist.md'), 'utf8').matchAll(/^\| (\d+) \| (.+?) \| (.+) \|$/gm),
].map(([, number, convention = '', journey = '']) => ({ number: Number(number), convention, journey }));
const held = rows.filter(({ journey }) => !journey.startsWith('not held: '));

it('has each of the 89 conventions once, and says why one is not held', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 89 }, (_, at) => at + 1));
  for (const { journey } of rows) expect(journey).toMatch(/^(not held: .{20,}|[a-z-]+: .{5,})$/);
});

it('shows at least 80 of them by a journey that is there', () => {
  const missing = held.filter(({ journey }) => !hasJourney(journey));
  expect(missing).toEqual([]);
  expect(held.length).toBeGreaterThanOrEqual(80);
});
