import { expect, it } from 'vitest';
import { compareFiltersWithOracle } from '../kit/filter-property.ts';

it('gives the rows of the oracle for 10,000 random filters with hostile names and texts', {
  timeout: 240_000,
}, async () => {
  const runs = 10_000;
  const { telling } = await compareFiltersWithOracle({ runs, seed: 20_261 });
  console.log(`filters: ${runs} compared with the oracle, ${telling} of them matched some rows but not all`);
  expect(telling).toBeGreaterThan(runs / 4);
});
