import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { counterparts } from '../e2e/counterparts.ts';
import { hasJourney, journeysFolder } from './journeys.ts';

it('has a counterpart in the desktop app for each of the ten things, beside a journey in the browser that is there', () => {
  expect(counterparts.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(new Set(counterparts.map(({ name }) => name)).size).toBe(counterparts.length);
  expect(counterparts.filter(({ journey }) => !hasJourney(journey))).toEqual([]);
});

it('has the suites of the app and of the browser run all of them, and the README name them', () => {
  for (const suite of ['electron', 'counterparts'])
    expect(readFileSync(join(journeysFolder, `${suite}.test.ts`), 'utf8')).toContain('of counterparts)');
  const readme = readFileSync(join(journeysFolder, 'README.md'), 'utf8');
  for (const { number, journey, name } of counterparts)
    expect(readme).toContain(`| ${number} | ${name} | ${journey} |`);
});
