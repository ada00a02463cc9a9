import { describe, expect, it } from 'vitest';
import { compileJsonSchema } from '../text/json-schema.ts';
import { asPointer, citedSchema, citedValues, leavesOf } from './cited-schema.ts';
import { locateFields } from './locate-fields.ts';
import { mergeItems, mergeValues } from './merge-values.ts';

describe('citedSchema', () => {
  it('takes the value by the schema, with its definitions where they are looked for', async () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'https://example.com/a',
      $defs: { money: { type: 'number', minimum: 0 } },
      type: 'object',
      properties: { total: { $ref: '#/$defs/money' } },
    };
    for (const list of [false, true]) {
      const test = await compileJsonSchema(citedSchema(schema, { list, cite: true }));
      const of = (total: number) => ({ value: { total }, quotes: [{ field: '/total', quote: 'x' }] });
      const wrap = (one: object) => (list ? { items: [one] } : one) as never;
      expect(test(wrap(of(1)))).toEqual([]);
      expect(test(wrap(of(-1)))).not.toEqual([]);
      expect(citedValues(wrap(of(1)))).toEqual([of(1)]);
    }
  });
});

it.each([
  ['/a/0/b', '/a/0/b'],
  ['a.b', '/a/b'],
  ['$.a[0].b', '/a/0/b'],
  ['value.a', '/a'],
  ['/value/a', '/a'],
  ['/values', '/values'],
  ['', ''],
  ['#/a', '/a'],
])('reads the field %s as %s', (field, pointer) => {
  expect(asPointer(field)).toBe(pointer);
});

it('lists the leaves of a value with pointers', () => {
  expect(leavesOf({ 'a/b': [1, { '~': null, c: 'x' }], d: false })).toEqual([
    { field: '/a~1b/0', value: 1 },
    { field: '/a~1b/1/c', value: 'x' },
    { field: '/d', value: false },
  ]);
});

describe('locateFields', () => {
  const locate = (value: number | string | boolean, text: string, quote?: string) =>
    locateFields(
      { value, quotes: quote === undefined ? [] : [{ field: '', quote }] },
      { source: 0, text, start: 0 },
    )[0];

  it.each<[number | string | boolean, string, string | undefined, object]>([
    [1234.5, 'It is 1.234,50 in all', '1.234,50', { found: 'quote', agrees: true }],
    [1234.5, 'It is 1,234.50 in all', '1,234.50', { found: 'quote', agrees: true }],
    [1234.5, 'It is 1 234.5 in all', 'is 1 234.5', { found: 'quote', agrees: true }],
    [-3, 'at -3 degrees', '-3 degrees', { found: 'quote', agrees: true }],
    [12, 'room 112 and 12.5', undefined, { found: 'no' }],
    [12, 'room 112, floor 12.', undefined, { found: 'value', start: 16 }],
    ['Ada', 'ADA LOVELACE', 'ADA LOVELACE', { found: 'quote', agrees: true }],
    ['Ada Lovelace', 'Ada\n  Lovelace', undefined, { found: 'value', quote: 'Ada\n  Lovelace' }],
    ['no', 'nothing', undefined, { found: 'no' }],
    [true, 'It is so.', 'It is so', { found: 'quote' }],
    [true, 'It is true.', undefined, { found: 'no' }],
  ])('%s in %j', (value, text, quote, expected) => {
    const field = locate(value, text, quote);
    expect(field).toMatchObject(expected);
    if (field?.quote !== undefined) expect(text.slice(field.start, field.end)).toBe(field.quote);
    if (typeof value === 'boolean') expect(field).not.toHaveProperty('agrees');
  });

  it('takes the quote of what is around when a field has none', () => {
    const fields = locateFields(
      { value: { a: { b: 'left', c: 'right' } }, quotes: [{ field: '/a', quote: 'left or right' }] },
      { source: 2, text: 'Go left or right.', start: 10 },
    );
    expect(fields.map(({ found, start, end, source }) => [found, start, end, source])).toEqual([
      ['quote', 13, 26, 2],
      ['quote', 13, 26, 2],
    ]);
  });
});

describe('merging', () => {
  it('lets the first that says something count, and tells of conflicts', () => {
    expect(mergeValues([null, { a: '', b: [1], c: { d: 1 } }, { a: 'x', b: [1, 2], c: { d: 2 } }])).toEqual({
      value: { a: 'x', b: [1, 2], c: { d: 1 } },
      conflicts: [{ field: '/c/d', kept: 1, other: 2 }],
    });
    expect(mergeValues([])).toEqual({ value: null, conflicts: [] });
  });

  it('makes one of items with the same key, and leaves those without one alone', () => {
    const items = [{ id: 'A', x: null }, { id: null }, { id: ' a ', x: 2 }, { id: null }];
    expect(mergeItems(items, ['id'])).toMatchObject({
      items: [{ id: 'A', x: 2 }, { id: null }, { id: null }],
      from: [[0, 2], [1], [3]],
    });
    expect(mergeItems([1, { a: 1, b: 2 }, { b: 2, a: 1 }, 1], []).items).toEqual([1, { a: 1, b: 2 }]);
  });

  it('keeps hostile names as names', () => {
    const item = JSON.parse('{"__proto__":{"polluted":1},"constructor":2}');
    const { value } = mergeValues([item, JSON.parse('{"__proto__":{"more":2}}')]);
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":1,"more":2},"constructor":2}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
