import { randomInt } from 'node:crypto';

const RANDOM_LENGTH = 8;

/**
 * `run_` and so on with 16 letters and digits: 8 of the time in milliseconds, so that ids sort by it (until 2059), and
 * 8 random ones.
 */
export function newId(prefix: string): string {
  let random = '';
  for (let i = 0; i < RANDOM_LENGTH; i += 1) random += randomInt(36).toString(36);
  return `${prefix}_${Date.now().toString(36).padStart(8, '0')}${random}`;
}
