import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../core/graph/json.ts';
import { putAt, toolCallsOf, wholeArguments } from './tool-calls.ts';

describe('tool calls', () => {
  it('have their arguments read, and an id by their place where the provider gives none', () => {
    expect(
      toolCallsOf([
        { id: 'c9', name: 'find', text: '{"q":"a"}' },
        { name: 'list', text: ' ' },
        { id: '', name: 'get', ...wholeArguments({ n: 1 }), signature: 's' },
      ]),
    ).toEqual([
      { id: 'c9', name: 'find', arguments: { q: 'a' } },
      { id: 'call_2', name: 'list', arguments: {} },
      { id: 'call_3', name: 'get', arguments: { n: 1 }, signature: 's' },
    ]);
  });

  it.each(['{"q":', '[1]', '"text"', 'null', '{"a":1} tail'])('keep malformed arguments as they came: %s', (text) => {
    expect(toolCallsOf([{ id: 'c', name: 'find', text }])).toEqual([
      { id: 'c', name: 'find', arguments: {}, malformed: text },
    ]);
  });

  it.each([
    [undefined, {}],
    [null, {}],
    ['{"a":1}', { a: 1 }],
    [{ a: 1 }, { a: 1 }],
  ])('take whole arguments as %j', (given, expected) => {
    expect(toolCallsOf([{ name: 'x', ...wholeArguments(given) }])[0]?.arguments).toEqual(expected);
  });
});

describe('values at places', () => {
  it('build objects and lists, and join pieces of text', () => {
    const target: JsonObject = {};
    for (const [path, value] of [
      ['$.orders[0].note', 'two '],
      ['$.orders[0].note', 'cups'],
      ['$.orders[1].count', 3],
      ["$['odd name']", true],
    ] as const)
      expect(putAt(target, path, value)).toBe(true);
    expect(target).toEqual({ orders: [{ note: 'two cups' }, { count: 3 }], 'odd name': true });
  });

  it.each(['', '$', 'a', '$.a..b', '$[0]', '$.a[99999]', '$.a[0]x', `$${'.a'.repeat(100)}`])(
    'refuse the path %j',
    (path) => {
      expect(putAt({}, path, 1)).toBe(false);
    },
  );

  it('keep a text where a path wants an object', () => {
    const target: JsonObject = { a: 'text' };
    expect(putAt(target, '$.a.b', 1)).toBe(false);
    expect(putAt(target, '$.a[0]', 1)).toBe(false);
    expect(target).toEqual({ a: 'text' });
  });

  it('keep names of the language as data', () => {
    const target: JsonObject = {};
    expect(putAt(target, '$.__proto__.polluted', 1)).toBe(true);
    expect(Object.hasOwn(target, '__proto__')).toBe(true);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
