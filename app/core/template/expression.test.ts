import { describe, expect, it } from 'vitest';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import type { Json } from '../graph/json.ts';
import { compileExpression, reservedNames } from './expression.ts';

type Values = { [name: string]: Json };

function evaluate(source: string, values: Values = {}): Json {
  return compileExpression(source).evaluate(values);
}
function failure(
  source: string,
  values: Values = {},
): { code: string; message: string; where: string; remedy: string } {
  try {
    evaluate(source, values);
  } catch (thrown) {
    return thrown as ReturnType<typeof failure>;
  }
  throw new Error(`${source} did not fail`);
}

describe('values', () => {
  it.each<[string, Values, Json]>([
    ['1 + 2', {}, 3],
    ['x + 1', { x: 2 }, 3],
    ['7 / 2', {}, 3],
    ['x / 2', { x: 7 }, 3.5],
    ['x % 2 == 0', { x: 4 }, true],
    ['size(items) * 1.5', { items: [1, 2] }, 3],
    ['x in [1, 2]', { x: 2 }, true],
    ['2 in x', { x: [1, 2] }, true],
    ['x == [1, 2.0]', { x: [1, 2] }, true],
    ['x != {"a": 1}', { x: { a: 1 } }, false],
    ['x == {"a": 1}', { x: { a: 1, b: 2 } }, false],
    ['x == "1"', { x: 1 }, false],
    ['x == null', { x: null }, true],
    ['"a" in x', { x: { a: null } }, true],
    ['[3u == 3u, b"a" == b"a", b"a" == b"b"]', {}, [true, true, false]],
    ['timestamp("2024-01-01T00:00:00Z") == timestamp("2024-01-01T01:00:00+01:00")', {}, true],
    ['duration("1h") == duration("60m")', {}, true],
    ['items[i]', { items: ['a', 'b'], i: 1 }, 'b'],
    [
      'items.filter(r, r.score > 0.5).map(r, r.id)',
      {
        items: [
          { id: 'a', score: 1 },
          { id: 'b', score: 0 },
        ],
      },
      ['a'],
    ],
    ['items.exists(r, r == 2) && items.all(r, r > 0)', { items: [1, 2] }, true],
    ['has(x.a) ? x.a : "none"', { x: {} }, 'none'],
    ['cel.bind(y, x + 1, y * y)', { x: 2 }, 9],
    ['{"a": x, "b": [1, "two", null, true]}', { x: { c: 1 } }, { a: { c: 1 }, b: [1, 'two', null, true] }],
    ['text.split(",").map(t, t.trim()).join("|")', { text: 'a, b' }, 'a|b'],
    ['"Abc".lowerAscii().matches("^a.c$")', {}, true],
    ['timestamp("2024-03-01T00:00:00Z").getDayOfYear()', {}, 60],
    ['timestamp("2024-01-01T00:00:00Z") + duration("36h")', {}, '2024-01-02T12:00:00.000Z'],
    ['duration("90m")', {}, '5400s'],
    ['9007199254740991', {}, 9007199254740991],
    ['string(9007199254740993)', {}, '9007199254740993'],
    ['x', { x: '{{7*7}} 1 + 1' }, '{{7*7}} 1 + 1'],
  ])('%s', (source, values, expected) => {
    expect(evaluate(source, values)).toEqual(expected);
  });

  it('keeps parts of the data as they are', () => {
    const x = { deep: [1, 2] };
    expect(evaluate('{"x": x}', { x })).toEqual({ x });
    expect((evaluate('{"x": x}', { x }) as { x: Json }).x).toBe(x);
  });

  it('keeps a key __proto__ of the data as data', () => {
    const x = JSON.parse('{"__proto__": {"polluted": 1}}') as Json;
    const result = evaluate('{"a": [x, 1]}', { x }) as { a: Json[] };
    expect(JSON.stringify(result)).toBe('{"a":[{"__proto__":{"polluted":1}},1]}');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('variables', () => {
  it.each<[string, string[]]>([
    ['a + b.c + a', ['a', 'b']],
    ['items.map(i, i + x)', ['items', 'x']],
    ['i + items.map(i, i)[0]', ['i', 'items']],
    ['items.exists(a, other.all(b, a == b && c))', ['items', 'other', 'c']],
    ['cel.bind(y, x, y + z) + y', ['x', 'z', 'y']],
    ['has(x.a) && type(x) == int', ['x']],
    ['1 + 2', []],
  ])('%s reads %j', (source, names) => {
    expect([...compileExpression(source).variables].sort()).toEqual([...names].sort());
  });

  it('knows the names that mean something else', () => {
    for (const name of ['int', 'string', 'list', 'map', 'type', 'cel', 'if', 'true', '__proto__']) {
      if (name !== '__proto__') expect(reservedNames, name).toContain(name);
    }
    expect(reservedNames).not.toContain('value');
  });
});

describe('errors', () => {
  it.each<[string, Values, string, RegExp]>([
    ['x +', {}, 'expression.syntax', /line 1, column 4/],
    ['1 +\n  "a"', {}, 'expression.syntax', /line 1, column 1/],
    ['a.b.c', { a: { b: {} } }, 'expression.failed', /column 5/],
    ['x + "a"', { x: 1 }, 'expression.failed', /column 1/],
    ['nope == 1', {}, 'expression.missing_variable', /column 1/],
    ['9007199254740993', {}, 'expression.failed', /./],
    ['1.0 / 0.0', {}, 'expression.failed', /./],
    ['1 / 0', {}, 'expression.failed', /./],
    ['b"abc"', {}, 'expression.failed', /./],
    ['int', {}, 'expression.failed', /./],
    ['"a".matches("(")', {}, 'regex.syntax', /^$/],
    ['"a".matches(p)', { p: '(' }, 'regex.syntax', /^$/],
    ['timestamp("2024-01-01T00:00:00.000")', {}, 'expression.failed', /./],
    ['timestamp("2024-01-01T00:00:00Z").getHours("Europe/Paris")', {}, 'expression.failed', /./],
    ['x', { x: JSON.parse('['.repeat(80) + ']'.repeat(80)) as Json }, 'expression.failed', /./],
  ])('%s', (source, values, code, where) => {
    const error = failure(source, values);
    expect(error.code).toBe(code);
    expect(error.where ?? '').toMatch(where);
    expect(error.remedy).toBeTruthy();
    expect(error.message).not.toMatch(/\n|node_modules/);
  });

  it('does not take an inherited name for a variable', () => {
    for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
      expect(failure(name).code).toBe('expression.missing_variable');
      expect(failure(`x.${name}`, { x: {} }).code).toBe('expression.failed');
      expect(failure(`x["${name}"]`, { x: {} }).code).toBe('expression.failed');
      expect(failure(`x.${name}`, { x: [] }).code).toBe('expression.failed');
      expect(failure(`x.${name}`, { x: 'text' }).code).toBe('expression.failed');
      expect(evaluate(`"${name}" in x || has(x.${name})`, { x: {} })).toBe(false);
    }
    expect(failure('x.__proto__', { x: {} }).code).toBe('expression.failed');
  });
});

describe('bounded work', () => {
  const list = Array.from({ length: 300 }, (_, i) => i);
  const nested = (times: number, seed: string, body: string) => {
    let source = seed;
    for (let i = 0; i < times; i += 1) source = `cel.bind(x, ${source}, ${body})`;
    return source;
  };
  it.each<[string, string, Values]>([
    ['nested quantifiers', 'l.all(a, l.all(b, l.all(c, a + b + c >= 0)))', { l: list }],
    ['an error that || would swallow', 'l.all(a, l.all(b, l.all(c, l.all(d, true)))) || true', { l: list }],
    ['an error that a quantifier would swallow', 'l.exists(a, l.exists(b, l.exists(c, false)))', { l: list }],
    ['a billion steps', `${'l.map(x, '.repeat(4)}1${')'.repeat(4)}`, { l: list }],
    ['doubling texts', nested(25, '"a"', 'x + x'), {}],
    ['doubling lists', nested(25, '[1]', 'x + x'), {}],
    ['a result that shares its parts', nested(25, '[1]', '[x, x]'), {}],
    [
      'comparison of large values',
      'l.all(a, big == other)',
      { l: list, big: [...Array(9000).keys()], other: [...Array(9000).keys()] },
    ],
    ['membership in large lists', 'l.all(a, !("x" in big))', { l: list, big: Array.from({ length: 9000 }, () => 'y') }],
    ['joining', 'l.join(s)', { l: list.map(String), s: 'x'.repeat(200_000) }],
    ['a quadratic search', 't.contains(n)', { t: 'a'.repeat(1e6), n: `${'a'.repeat(2e5)}b${'a'.repeat(2e5)}` }],
    ['a costly pattern', 't.matches(p)', { t: 'x'.repeat(100_000), p: `${'(x+x+)+y|'.repeat(200)}z` }],
    [
      'keys of a large map',
      'l.all(a, m.exists(k, true))',
      { l: list, m: Object.fromEntries(list.flatMap((i) => list.slice(0, 50).map((j) => [`${i}-${j}`, 1]))) },
    ],
    ['a deep source', `${'!'.repeat(15_000)}true`, {}],
    ['deep brackets', `${'('.repeat(500)}1${')'.repeat(500)}`, {}],
    ['a long source', `1${'+1'.repeat(20_000)}`, {}],
    ['many parts', `1${'+1'.repeat(9_000)}`, {}],
  ])('stops %s', async (_name, source, values) => {
    await expectCpuWithin(2000, () => {
      expect(failure(source, values).code).toBe('expression.limit');
    });
  });

  it('stops the pattern of durations, which is cubic', () => {
    expect(failure('duration(x)', { x: '1'.repeat(5000) }).code).toBe('expression.failed');
  });

  it('has room for honest work', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ id: i, score: i % 10, text: 'word '.repeat(10) }));
    expect(evaluate('rows.filter(r, r.score > 8 && r.text.contains("word")).map(r, r.id).size()', { rows })).toBe(2000);
    expect(evaluate('a.filter(x, x in b).size()', { a: list, b: list })).toBe(300);
  });

  it('works as before after it has been stopped', () => {
    const expression = compileExpression('l.all(a, l.all(b, l.all(c, a >= 0)))');
    expect(() => expression.evaluate({ l: list })).toThrow();
    expect(expression.evaluate({ l: [1, 2] })).toBe(true);
  });
});
