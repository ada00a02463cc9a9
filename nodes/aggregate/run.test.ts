import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { preciseSum } from './figures.ts';
import { aggregate } from './manifest.ts';
import { run } from './run.ts';

const of = (items: unknown[], config: object = {}, more: object = {}) =>
  runNode(aggregate, run, { config, inputs: { items: [items], ...more } });
const result = async (items: unknown[], config: object = {}) => (await of(items, config)).outputs['result'];
const about = { nodeId: 'n', connected: new Set<string>(), workflow: {} as never, prompts: new Map<string, string>() };
const sales = [
  { country: 'PT', amount: 2.5, tags: ['a'] },
  { country: 'NO', amount: 4 },
  { country: 'PT', amount: 1.5, note: 'x' },
];

describe('aggregate', () => {
  it.each<[string, unknown[], object, unknown]>([
    ['texts', ['a', 'b'], {}, 'a\n\nb'],
    ['what is no text as JSON', ['a', 1, { b: 2 }], { separator: '|' }, 'a|1|{"b":2}'],
    ['a field of each', [{ text: 'x' }, { text: 'y' }], { value: 'item.text', separator: ' ' }, 'x y'],
    ['numbered lines', ['x', 'y'], { value: "string(index + 1) + '. ' + item", separator: '\n' }, '1. x\n2. y'],
    ['a count', sales, { operation: 'count', where: "item.country == 'PT'" }, 2],
    ['a sum', sales, { operation: 'sum', value: 'item.amount' }, 8],
    ['a sum without errors of rounding', [0.1, 0.2, 0.3, -0.6], { operation: 'sum' }, 2.7755575615628914e-17],
    ['the sum of nothing', [], { operation: 'sum' }, 0],
    ['a mean', [1, 2, 6], { operation: 'mean' }, 3],
    ['the least', [3, -1, 2], { operation: 'min' }, -1],
    ['the largest', [3, -1, 2], { operation: 'max' }, 3],
    ['no mean of nothing', [], { operation: 'mean' }, undefined],
    [
      'groups',
      sales,
      { operation: 'group', key: 'item.country', value: 'item.amount' },
      [
        { key: 'PT', count: 2, value: [2.5, 1.5] },
        { key: 'NO', count: 1, value: [4] },
      ],
    ],
    [
      'figures of groups',
      sales,
      { operation: 'group', key: 'item.country', value: 'item.amount', each: 'mean' },
      [
        { key: 'PT', count: 2, value: 2 },
        { key: 'NO', count: 1, value: 4 },
      ],
    ],
    [
      'groups that are joined',
      ['b', 'a', 'b'],
      { operation: 'group', each: 'join', separator: '' },
      [
        { key: 'b', count: 2, value: 'bb' },
        { key: 'a', count: 1, value: 'a' },
      ],
    ],
    ['each once', [1, { a: 1, b: 2 }, { b: 2, a: 1 }, 1], { operation: 'dedupe' }, [1, { a: 1, b: 2 }]],
    ['each once by a key', ['A@x.com', 'a@X.com'], { operation: 'dedupe', key: 'item.lowerAscii()' }, ['A@x.com']],
    [
      'the best',
      [{ p: 1 }, { p: 3 }, { p: 3, q: 1 }],
      { operation: 'top', n: 2, value: 'item.p' },
      [{ p: 3 }, { p: 3, q: 1 }],
    ],
    ['the first by name', ['b', 'a', 'c'], { operation: 'top', n: 2, order: 'ascending' }, ['a', 'b']],
    [
      'a table of plain fields',
      sales,
      { operation: 'table' },
      {
        columns: ['country', 'amount', 'note'],
        rows: [
          { country: 'PT', amount: 2.5, note: null },
          { country: 'NO', amount: 4, note: null },
          { country: 'PT', amount: 1.5, note: 'x' },
        ],
        truncated: false,
      },
    ],
    [
      'a table of named columns',
      sales.slice(0, 1),
      {
        operation: 'table',
        columns: [
          { name: 'No', value: 'index' },
          { name: 'Tags', value: 'item.tags' },
        ],
      },
      { columns: ['No', 'Tags'], rows: [{ No: 0, Tags: '["a"]' }], truncated: false },
    ],
    ['data that looks like an expression', ['1 + 1', '{{7*7}}'], { separator: ' ' }, '1 + 1 {{7*7}}'],
  ])('makes %s', async (_, items, config, expected) => {
    expect(await result(items, config)).toEqual(expected);
  });

  it('takes several lists and single values, in the order of the wires', async () => {
    const { outputs } = await runNode(aggregate, run, {
      config: { separator: '' },
      inputs: { items: [['a'], 'b', ['c']] },
    });
    expect(outputs).toEqual({ result: 'abc', count: 3, skipped: [] });
  });

  it('knows its variables', async () => {
    const config = { operation: 'count', where: 'item > least', variables: ['least'] };
    expect((await of([1, 2, 3], config, { least: 1 })).outputs['result']).toBe(2);
  });

  it('skips what does not fit when told to, and says what', async () => {
    const { outputs } = await of([1, 'x', null, 2], { operation: 'sum', onUnfit: 'skip' });
    expect(outputs).toEqual({
      result: 3,
      count: 2,
      skipped: [
        { index: 1, reason: 'not a number' },
        { index: 2, reason: 'not a number' },
      ],
    });
  });

  it.each<[string, unknown[], object, string]>([
    ['a text in a sum', [1, 'x'], { operation: 'sum' }, 'aggregate.value'],
    ['nothing in a text', [null], {}, 'aggregate.value'],
    ['a sum that is too large', [1e308, 1e308], { operation: 'sum' }, 'aggregate.value'],
    ['ranks of two kinds', [1, 'x'], { operation: 'top' }, 'aggregate.value'],
    ['a filter that is no condition', [1], { where: 'item' }, 'aggregate.value'],
    ['a table of what has no fields', [1], { operation: 'table' }, 'aggregate.value'],
    ['too many items', [1, 2, 3], { maxItems: 2 }, 'aggregate.limit'],
    [
      'too many columns',
      Array.from({ length: 501 }, (_, i) => ({ [`c${i}`]: 1 })),
      { operation: 'table' },
      'aggregate.limit',
    ],
    ['a missing field', [{}], { value: 'item.x' }, 'expression.failed'],
    [
      'work without end',
      [Array.from({ length: 300 }, (_, i) => i)],
      { value: 'item.all(a, item.all(b, item.all(c, true)))' },
      'expression.limit',
    ],
  ])('refuses %s', async (_, items, config, code) => {
    await expect(of([items].flat(1), config)).rejects.toMatchObject({ code });
  });

  it('shares one purse of work over the whole list', async () => {
    const item = Array.from({ length: 300 }, (_, i) => i);
    const items = Array.from({ length: 400 }, () => item);
    await expect(
      runNode(aggregate, run, {
        config: { operation: 'count', where: 'item.all(a, item.all(b, true))' },
        inputs: { items: [items] },
      }),
    ).rejects.toMatchObject({ code: 'expression.limit' });
  });

  it('treats hostile names as names', async () => {
    const item = JSON.parse('{"constructor":2,"toString":3}');
    const { outputs } = await of([item], { operation: 'table' });
    expect((outputs['result'] as { columns: string[] }).columns).toEqual(['constructor', 'toString']);
    expect(await result(['__proto__', 'constructor'], { operation: 'group', each: 'count' })).toEqual([
      { key: '__proto__', count: 1, value: 1 },
      { key: 'constructor', count: 1, value: 1 },
    ]);
    expect(({} as { [name: string]: unknown })['1']).toBeUndefined();
  });

  it('types its result by the operation', () => {
    const type = (operation: string) =>
      aggregate.ports?.(aggregate.config.parse({ operation })).outputs?.['result']?.type;
    expect(['join', 'sum', 'top', 'table'].map(type)).toEqual(['text', 'number', 'list', 'table']);
  });
});

it('sums as exactly as the numbers allow', () => {
  expect(preciseSum([1, 1e100, 1, -1e100])).toBe(2);
  expect(preciseSum(Array.from({ length: 1_000_000 }, () => 0.01))).toBe(10_000);
  expect(preciseSum([Number.POSITIVE_INFINITY, 1])).toBe(Number.POSITIVE_INFINITY);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 })), (cents) => {
      expect(Math.round(preciseSum(cents.map((cent) => cent / 100)) * 100)).toBe(cents.reduce((a, b) => a + b, 0) + 0);
    }),
  );
});

describe('check', () => {
  it('finds unknown names and bad syntax, each at its field', async () => {
    const find = (config: object) => check(aggregate.config.parse(config), about);
    expect(
      await find({ value: 'itm.x', key: '1 +', where: 'true', columns: [{ name: 'a', value: 'nope' }] }),
    ).toMatchObject([
      { field: 'value', message: expect.stringContaining('Did you mean “item”') },
      { field: 'key' },
      { field: 'columns[0].value' },
    ]);
    expect(await find({ variables: ['list'] })).toMatchObject([{ field: 'variables' }]);
    expect(await find({})).toEqual([]);
  });
});
