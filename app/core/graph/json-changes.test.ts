import { describe, expect, it } from 'vitest';
import type { Json } from './json.ts';
import { jsonChanges } from './json-changes.ts';

describe('jsonChanges', () => {
  it.each<[string, Json | undefined, Json | undefined, object[]]>([
    ['equal values', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
    ['the order of members', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
    ['a changed member', { a: { b: 1 } }, { a: { b: 2 } }, [{ path: '$.a.b', before: 1, after: 2 }]],
    ['an item more', [1], [1, 2], [{ path: '$[1]', after: 2 }]],
    ['an item less', [1, 2], [1], [{ path: '$[1]', before: 2 }]],
    ['another shape', { a: [] }, { a: {} }, [{ path: '$.a', before: [], after: {} }]],
    ['nothing before', undefined, 1, [{ path: '$', after: 1 }]],
    ['null and nothing', { a: null }, {}, [{ path: '$.a', before: null }]],
    ['a strange name', { 'a b': 1 }, {}, [{ path: '$["a b"]', before: 1 }]],
    ['a name that objects have', { constructor: 1 }, {}, [{ path: '$.constructor', before: 1 }]],
  ])('of %s', (_, before, after, changes) => {
    expect(jsonChanges(before, after)).toEqual(changes);
  });

  it('tells of a vector as a whole, and of no more places than asked for', () => {
    const vector = Array.from({ length: 100 }, (_, i) => i);
    expect(jsonChanges(vector, [...vector, 1])).toHaveLength(1);
    const names = Object.fromEntries(vector.map((i) => [`n${i}`, i]));
    expect(jsonChanges(names, {}, 7)).toHaveLength(7);
  });
});
