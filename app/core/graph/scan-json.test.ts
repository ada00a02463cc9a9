import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import { jsonArbitrary } from '../../../test/kit/json-arbitrary.ts';
import type { Json } from './json.ts';
import { scanJson } from './scan-json.ts';

const wide = { depth: 1000, values: 1e6, members: 1e6 };
const scan = (text: string) => scanJson(text, wide);

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('agrees with JSON.parse', () => {
  it('on JSON of every form, compact and spread out', () => {
    const count = (value: Json): number =>
      1 +
      (typeof value === 'object' && value !== null
        ? Object.values(value).reduce<number>((n, one) => n + count(one), 0)
        : 0);
    fc.assert(
      fc.property(jsonArbitrary, fc.constantFrom(undefined, 2, '\t'), (value, space) => {
        const found = scan(JSON.stringify(value, null, space));
        expect(found.fault).toBeUndefined();
        expect(found.duplicate).toBeUndefined();
        expect(found.values).toBe(count(value));
      }),
      { numRuns: 500 },
    );
  });

  it('on JSON with characters changed, put in and taken out', () => {
    const piece = fc.constantFrom(...'{}[]",:\\u0e+-.1tnf \n\t\u0001x', 'true', 'null', '"a"', '\\u12');
    fc.assert(
      fc.property(jsonArbitrary, fc.nat(), fc.nat(3), piece, (value, at, cut, put) => {
        const text = JSON.stringify(value);
        const from = at % (text.length + 1);
        const changed = text.slice(0, from) + put + text.slice(from + cut);
        expect(scan(changed).fault === undefined, changed).toBe(parses(changed));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    '',
    ' ',
    '01',
    '-',
    '1.',
    '.1',
    '1e',
    '1e+',
    '+1',
    '-0',
    '1E5',
    '"\\ud83d"',
    '"\t"',
    '[1,]',
    '[,1]',
    '{"a"}',
    '{,}',
    '{}{}',
    'tru',
    'nulll',
    '[}',
    '"',
    '"\\',
    '\ufeff1',
    '[1\u00a0]',
  ])('on %j', (text) => {
    expect(scan(text).fault === undefined).toBe(parses(text));
  });
});

it.each([
  ['{"a": 1,}', 8],
  ['{"a": tru}', 6],
  ['[1 2]', 3],
  ['{"a": "x', 8],
  ['{"a": "\\x"}', 7],
  ['{}x', 2],
  ['', 0],
])('tells where %j goes wrong', (text, offset) => {
  expect(scan(text).fault).toBe(offset);
});

describe('finds', () => {
  it.each([
    ['{"a":1,"a":2}', ['a']],
    ['{"b":[0,{"a":1,"\\u0061":2}]}', ['b', 1, 'a']],
    ['[{"a":1},{"a":1}]', undefined],
    ['{"a":{"a":1}}', undefined],
  ])('keys that stand twice in %s', (text, path) => expect(scan(text).duplicate).toEqual(path));

  it.each([
    ['{"__proto__":1}', ['__proto__']],
    ['[[{"x":{"constructor":{}}}]]', [0, 0, 'x', 'constructor']],
    ['{"__pr\\u006fto__":1}', ['__proto__']],
    ['{"a":"__proto__"}', undefined],
  ])('keys that change what an object is in %s', (text, path) => expect(scan(text).forbidden).toEqual(path));

  it.each([
    ['{"a":"\\u0000"}', ['a']],
    ['["x","\\ud800y"]', [1]],
    ['["\\udc00"]', [0]],
    ['["\ud800"]', [0]],
    ['["\\ud83d\\ude00","\ud83d\ude00"]', undefined],
  ])('text that cannot be encoded in %j', (text, path) => expect(scan(text).illFormed).toEqual(path));

  it('numbers out of range', () => {
    expect(scan('{"a":[1,-1e999]}').infinite).toEqual(['a', 1]);
    expect(scan('[1e308, -1e308, 1e-999, true, null]').infinite).toBeUndefined();
  });
});

it('stops at its limits, whatever comes behind', () => {
  const limits = { depth: 4, values: 10, members: 3 };
  expect(scanJson('['.repeat(1e6), limits).depth).toBe(5);
  expect(scanJson('[[[[]]]]', limits)).toMatchObject({ depth: 4 });
  expect(scanJson(`[${'1,'.repeat(1e6)}`, limits).values).toBe(11);
  expect(scanJson('{"x":{"a":1,"b":1,"c":1,"d":1', limits)).toMatchObject({ members: 4, crowded: ['x'] });
});

it('takes time in proportion to the length', async () => {
  const megabytes = 4;
  const pieces = ['1,', '{},', '"\\u0041",', '"\\\\",', '[[]],', '-1.5e-3,'];
  for (const piece of pieces) {
    const text = `[${piece.repeat((megabytes * 1_048_576) / piece.length)}1]`;
    await expectCpuWithin(1500, () => scanJson(text, { depth: 64, values: 1e9, members: 1e9 }), piece);
  }
});
