import { describe, expect, it } from 'vitest';
import { compareFiltersWithOracle } from '../../../test/kit/filter-property.ts';
import type { Filter } from '../../core/capabilities/capabilities.ts';
import type { FieldColumn } from './collection-schema.ts';
import { compileFilter, sqlText } from './compile-filter.ts';

const columns: FieldColumn[] = [
  { field: "na'me", type: 'string', column: 'm0_s' },
  { field: 'year', type: 'number', column: 'm1_n' },
  { field: 'ok', type: 'boolean', column: 'm2_b' },
];

describe('compileFilter', () => {
  it('writes column names of its own and escaped literals, nothing else', () => {
    const cases: [Filter, string][] = [
      [{ field: "na'me", op: 'eq', value: "x' OR '1'='1" }, "(m0_s IS NOT NULL AND m0_s = 'x'' OR ''1''=''1')"],
      [{ field: "na'me", op: 'contains', value: "50%_'" }, "(m0_s IS NOT NULL AND contains(m0_s, '50%_'''))"],
      [{ field: 'year', op: 'gt', value: 2020 }, '(m1_n IS NOT NULL AND m1_n > 2.02e+3)'],
      [
        { field: 'year', op: 'in', value: [-0, null] },
        '((NOT (m1_n IS NOT NULL)) OR (m1_n IS NOT NULL AND m1_n IN (0e+0)))',
      ],
      [{ field: 'ok', op: 'ne', value: true }, '(NOT (m2_b IS NOT NULL AND m2_b = 1))'],
      [{ and: [{ or: [] }, { and: [] }] }, '(false AND true)'],
      [{ field: 'page', op: 'lte', value: 3 }, '(CAST(page AS DOUBLE) IS NOT NULL AND CAST(page AS DOUBLE) <= 3e+0)'],
    ];
    for (const [filter, sql] of cases) expect(compileFilter(filter, columns)).toBe(sql);
  });

  it('makes lone surrogates what storage makes of them', () => {
    expect(sqlText('\ud800')).toBe("'\ufffd'");
  });

  it('gives the rows of the oracle for random filters (10,000 of them in test/hostile)', {
    timeout: 60_000,
  }, async () => {
    const { telling } = await compareFiltersWithOracle({ runs: 400, seed: 7 });
    expect(telling).toBeGreaterThan(100);
  });
});
