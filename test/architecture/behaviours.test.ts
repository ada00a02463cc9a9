import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { benches } from '../bench/benches.ts';

const root = join(import.meta.dirname, '../..');
const rows = [
  ...readFileSync(join(root, 'test/behaviours.md'), 'utf8').matchAll(/^\| (\d+) \| (.+?) \| (.+) \|$/gm),
].map(([, number, promise = '', shown = '']) => ({ number: Number(number), promise, shown }));

/** Whether a file has a test of this very name; also one made from a table, or written over several lines. */
function hasTest(text: string, name: string): boolean {
  return ["'", '"', '`'].some((quote) =>
    text
      .split(quote + name + quote)
      .some((before, at, all) => at < all.length - 1 && /(\b(it|test)|\))\(\s*$/.test(before)),
  );
}

/** What is said to show a promise, and is not there. */
function isMissing({ shown }: { shown: string }): boolean {
  const at = shown.indexOf(': ');
  const [place, name] = [shown.slice(0, at), shown.slice(at + 2)];
  if (place === 'bench') return !Object.hasOwn(benches, name);
  const file = join(root, place);
  return !place.endsWith('.test.ts') || !existsSync(file) || !hasTest(readFileSync(file, 'utf8'), name);
}

it('has each promised behaviour, by a test or bench that is there', () => {
  const numbers = [...new Set(rows.map(({ number }) => number))];
  expect(numbers).toEqual([6, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 21, 22, 24]);
  expect(rows.filter(isMissing)).toEqual([]);
});

it('would notice a test, a file or a bench that is gone', () => {
  const file = 'test/architecture/behaviours.test.ts';
  const here = `${file}: has each promised behaviour, by a test or bench that is there`;
  expect([here, 'bench: chain'].map((shown) => isMissing({ shown }))).toEqual([false, false]);
  const gone = [
    here.slice(0, -1),
    `${file}: behaviours`,
    `${file.replace('behaviours', 'gone')}: x`,
    'bench: gone',
    'x',
  ];
  expect(gone.filter((shown) => !isMissing({ shown }))).toEqual([]);
});
