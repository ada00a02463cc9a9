import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import { didYouMean, nearestName } from './suggest.ts';

/** Optimal string alignment by its definition, for comparison. */
function slips(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number) => d[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(i - 2, j - 2) + 1);
      (d[i] as number[])[j] = best;
    }
  }
  return at(a.length, b.length);
}

it('names what full comparison finds nearest', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 14 });
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 8 }), (name, known) => {
      const allowed = Math.min(4, Math.max(1, Math.floor(name.length / 3)));
      const best = known.reduce<string | undefined>(
        (nearest, one) =>
          slips(name, one) <= allowed && (nearest === undefined || slips(name, one) < slips(name, nearest))
            ? one
            : nearest,
        undefined,
      );
      expect(nearestName(name, known)).toBe(best);
    }),
    { numRuns: 3_000 },
  );
});

it.each([
  ['modle', 'model'],
  ['RETREIVER', 'retriever'],
  ['human_review', 'human-review'],
  ['x', undefined],
  ['completely-else', undefined],
  ['m'.repeat(65), undefined],
])('for %s names %s', (name, near) => {
  expect(nearestName(name, ['retriever', 'model', 'human-review'])).toBe(near);
  expect(didYouMean(name, ['retriever', 'model', 'human-review'])).toBe(near ? ` Did you mean “${near}”?` : '');
});

it('compares with 5,000 long names that begin alike in little time', async () => {
  const names = Array.from({ length: 5_000 }, (_, i) => `${'a'.repeat(55)}${i}`);
  await expectCpuWithin(20 * 60, () => {
    for (let i = 0; i < 20; i += 1) nearestName(`${'a'.repeat(50)}bbbbbbb${i}`, names);
  });
});
