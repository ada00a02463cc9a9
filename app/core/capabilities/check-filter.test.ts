import { describe, expect, it } from 'vitest';
import type { AppError } from '../errors/app-error.ts';
import { checkFilter, type FieldTypes, filterLimits, shownFields, typesOfField } from './check-filter.ts';

const fields: FieldTypes = new Map<string, ReadonlySet<'string' | 'number' | 'boolean'>>([
  ['year', new Set(['number'])],
  ['kind', new Set(['string'])],
  ['mixed', new Set(['number', 'boolean'])],
  ['page', new Set(['string'])],
]);

function refusal(filter: unknown): AppError {
  try {
    checkFilter(filter, fields, 'docs');
  } catch (thrown) {
    return thrown as AppError;
  }
  throw new Error('It was let through.');
}

describe('checkFilter', () => {
  it('lets a good filter through as it is', () => {
    const filter = {
      and: [{ field: 'year', op: 'in', value: [1, null] }, { not: { field: 'file', op: 'contains', value: 'a' } }],
    };
    expect(checkFilter(filter, fields, 'docs')).toBe(filter);
    expect(() => checkFilter({ field: 'mixed', op: 'eq', value: true }, fields, 'docs')).not.toThrow();
    expect(() => checkFilter({ field: 'page', op: 'eq', value: 'iv' }, fields, 'docs')).not.toThrow();
  });

  it('bounds depth, size, lists and texts', () => {
    let deep: unknown = { field: 'year', op: 'eq', value: 1 };
    for (let i = 0; i < filterLimits.depth; i += 1) deep = { not: deep };
    expect(refusal(deep).message).toContain('deep');
    let deeper: unknown = deep;
    for (let i = 0; i < 100_000; i += 1) deeper = { not: deeper };
    expect(refusal(deeper).message).toContain('deep');
    const leaf = { field: 'year', op: 'eq', value: 1 };
    expect(refusal({ or: Array.from({ length: filterLimits.parts }, () => leaf) }).message).toContain('parts');
    const list = new Array(filterLimits.listValues + 1).fill(1);
    expect(refusal({ field: 'year', op: 'in', value: list }).message).toContain('at most');
    expect(refusal({ field: 'kind', op: 'eq', value: 'x'.repeat(filterLimits.textUnits + 1) }).message).toContain(
      'at most',
    );
  });

  it('refuses every wrong form with the path', () => {
    const cases: [unknown, string][] = [
      [null, 'filter of'],
      [[], 'filter of'],
      [{}, 'filter of'],
      [{ and: {} }, 'filter.and of'],
      [{ and: [], or: [] }, 'filter of'],
      [{ and: [{ field: 'year', op: 'eq', value: 1, extra: 1 }] }, 'filter.and[0] of'],
      [{ field: 'year', op: 'eq' }, 'filter of'],
      [{ field: 'year', op: 'in', value: 1 }, 'filter.value of'],
      [{ field: 'year', op: 'in', value: [1, '1'] }, 'filter.value[1] of'],
      [{ field: 'year', op: 'exists', value: 'yes' }, 'filter.value of'],
      [{ field: 'year', op: 'lt', value: null }, 'filter.value of'],
      [{ field: 'mixed', op: 'lt', value: true }, 'filter.value of'],
      [{ field: 'kind', op: 'startsWith', value: null }, 'filter.value of'],
      [{ field: 'kind', op: 'eq', value: { $ne: 1 } }, 'filter.value of'],
      [{ field: 'page', op: 'eq', value: 1 }, 'filter.value of'],
      [{ field: '__proto__', op: 'exists', value: true }, 'filter of'],
    ];
    for (const [filter, where] of cases) {
      const failure = refusal(filter);
      expect(failure.code).toBe('collection.filter');
      expect(failure.where, JSON.stringify(filter)).toContain(`${where} collection “docs”`);
    }
  });
});

describe('field types', () => {
  it('shows one type a field, and text where they differ', () => {
    expect(shownFields(fields)).toEqual({ kind: 'string', mixed: 'string', page: 'string', year: 'number' });
    expect([...(typesOfField('title', fields) ?? [])]).toEqual(['string']);
    expect(typesOfField('toString', fields)).toBeUndefined();
  });
});
