import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../graph/json.ts';
import { compileJsonPath } from './json-path.ts';

const shop = {
  orders: [
    { id: 1, lines: [{ sku: 'a' }, { sku: 'b' }] },
    { id: 2, lines: [] },
    { id: 3, lines: [{ sku: 'c' }] },
  ],
  'a b': { "it's": 5 },
  größe: 4,
};

describe('compileJsonPath', () => {
  it.each<[string, Json[]]>([
    ['$', [shop]],
    ['$.orders[*].id', [1, 2, 3]],
    ['orders[*].id', [1, 2, 3]],
    ['.orders[0].id', [1]],
    ['$.orders[-1].lines[0].sku', ['c']],
    ['$.orders[1:].id', [2, 3]],
    ['$.orders[ : : -1 ].id', [3, 2, 1]],
    ['$.orders[0:3:2].id', [1, 3]],
    ['$.orders[0, 2].id', [1, 3]],
    ['$..sku', ['a', 'b', 'c']],
    ['$..lines[0].sku', ['a', 'c']],
    ["$['a b']['it\\'s']", [5]],
    ['$["a b"]["it\'s"]', [5]],
    ['$.größe', [4]],
    ['$.orders.*.id', [1, 2, 3]],
    ['$.nothing[*]', []],
    ['$.orders[7]', []],
    ['$.orders[::0]', []],
    ['$.größe.deeper', []],
  ])('%s', (path, expected) => {
    expect(compileJsonPath(path).select(shop)).toEqual(expected);
  });

  it.each([
    '$.',
    '$[',
    '$[]',
    '$[a]',
    '$..',
    '$x',
    "$['a]",
    '$[?(@.a)]',
    '$[0',
    '',
    '-',
    '$.a b',
    `$${'.a'.repeat(70)}`,
    'a'.repeat(3000),
  ])('refuses %j', (path) => {
    expect(() => compileJsonPath(path)).toThrow(expect.objectContaining({ code: 'json_path.syntax' }));
  });

  it('sees own members only', () => {
    const value = JSON.parse('{"__proto__":{"x":1},"constructor":2}');
    expect(compileJsonPath('$.__proto__.x').select(value)).toEqual([1]);
    expect(compileJsonPath('$.constructor').select(value)).toEqual([2]);
    for (const path of ['$.__proto__', '$.constructor', '$.toString', '$.length'])
      expect(compileJsonPath(path).select({ a: [] }), path).toEqual([]);
  });

  it('slices as JavaScript does for steps of one', () => {
    const list = [0, 1, 2, 3, 4];
    fc.assert(
      fc.property(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), (a, b) => {
        expect(compileJsonPath(`$[${a}:${b}]`).select(list)).toEqual(list.slice(a, b));
      }),
    );
  });

  it('stops at too much work, and is not stopped by depth', () => {
    const wide: Json = Array.from({ length: 2_000 }, () => [1]);
    expect(() => compileJsonPath('$..*..*..*..*..*').select([wide, wide])).not.toThrow();
    let deep: Json = 1;
    for (let i = 0; i < 3_000; i += 1) deep = { a: deep };
    expect(() => compileJsonPath('$..a..a').select(deep)).toThrow(expect.objectContaining({ code: 'json_path.limit' }));
    let deeper: Json = 1;
    for (let i = 0; i < 50_000; i += 1) deeper = [deeper];
    expect(compileJsonPath('$..a').select(deeper)).toEqual([]);
  });
});
