import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the journeys through the studio lie. */
export const journeysFolder = join(import.meta.dirname, '../e2e');

/** Names of the tests in a file of journeys; those that are written over several lines too. */
function journeysOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/\b(?:journey|trial|writing|test|it)\(\s*(['"`])(.+?)\1/gs)].map(([, , name = '']) => name);
}

/** Whether there is a journey that is named so: `canvas: draws a workflow`, the file and how its name begins. */
export function hasJourney(named: string): boolean {
  const [name = '', begin = ''] = named.split(': ');
  const file = join(journeysFolder, `${name}.test.ts`);
  return existsSync(file) && journeysOf(file).some((one) => one.startsWith(begin));
}
