import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAppError } from '../errors/app-error.ts';
import { canonicalJson, type Json } from '../graph/json.ts';
import { compileExpression } from './expression.ts';
import { compileTemplate } from './template.ts';

const runs = 10_000;
const seed = 20_261;

const host = globalThis as { canary?: string };
const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
let before: string;
const census = () => JSON.stringify(prototypes.map((prototype) => Reflect.ownKeys(prototype).map(String)));

beforeEach(() => {
  host.canary = 'untouched';
  before = census();
});
afterEach(() => {
  expect(host.canary).toBe('untouched');
  expect(census()).toBe(before);
  delete host.canary;
});

const names = [
  'x',
  'list',
  'obj',
  'text',
  'constructor',
  '__proto__',
  'prototype',
  'toString',
  'canary',
  'process',
  'globalThis',
];
const values: { [name: string]: Json } = {
  x: 3,
  list: [1, 'two', [3], { four: 4 }],
  obj: JSON.parse('{"__proto__": {"a": 1}, "toString": "t", "a": {"b": [null, true]}}') as Json,
  text: '{{7*7}} {% assign canary = 1 %} globalThis.canary = 1',
};
const name = fc.constantFrom(...names);

/** Expressions that mostly parse, and so reach the evaluator. */
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    name,
    fc.constantFrom('1', '2.5', '"a"', 'true', 'null', '[]', '{}', 'b"x"', '9007199254740993', "r'\\d'", '0xff', '3u'),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('+', '-', '*', '/', '%', '==', '!=', '<', '>=', 'in', '&&', '||'),
        tie('expression'),
      )
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('expression'), name).map(([a, key]) => `${a}.${key}`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, key]) => `${a}[${key}]`),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('map', 'filter', 'all', 'exists', 'exists_one'),
        name,
        tie('expression'),
      )
      .map(([a, macro, i, body]) => `${a}.${macro}(${i}, ${body})`),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('matches', 'contains', 'split', 'join', 'startsWith', 'indexOf', 'call', 'bind'),
        tie('expression'),
      )
      .map(([a, method, b]) => `${a}.${method}(${b})`),
    fc
      .tuple(
        fc.constantFrom(
          'size',
          'string',
          'int',
          'double',
          'type',
          'has',
          'dyn',
          'timestamp',
          'duration',
          'bytes',
          'eval',
          'Function',
        ),
        tie('expression'),
      )
      .map(([f, a]) => `${f}(${a})`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(name, tie('expression'), tie('expression')).map(([n, a, b]) => `cel.bind(${n}, ${a}, ${b})`),
    fc.array(tie('expression'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc.tuple(tie('expression'), tie('expression')).map(([k, v]) => `{${k}: ${v}, "__proto__": ${v}}`),
    tie('expression').map((a) => `(-${a})`),
    tie('expression').map((a) => `(!${a})`),
  ),
}));
const noise = fc
  .array(
    fc.oneof(
      name,
      fc.constantFrom(...'(){}[].,:?!+-*/%<>=&|"\'\\ \n0123abuU_$`@#;'.split(''), 'e9', '0x', '{{', '%}', '{%', '}}'),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

/** Templates that mostly parse. */
const path = fc
  .tuple(
    name,
    fc.array(
      fc.oneof(
        name.map((key) => `.${key}`),
        name.map((key) => `["${key}"]`),
        fc.constant('[0]'),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([root, keys]) => root + keys.join(''));
const filter = fc.constantFrom(
  'upcase',
  'size',
  'json',
  'first',
  'join: ","',
  'map: "constructor"',
  'where: "a", x',
  'split: ""',
  'default: list',
  'append: obj',
  'slice: 0, 3',
  'sort',
  'uniq',
  'times: 7',
  'replace: "a", text',
  'date: "%s"',
  'where_exp: "i", text',
  'group_by: "__proto__"',
  'sum',
  'concat: list',
  'raw',
  'reverse',
  'push: obj',
  'round: 2',
  'truncate: 3',
  'url_encode',
);
const output = fc
  .tuple(path, fc.array(filter, { maxLength: 3 }))
  .map(([value, filters]) => `{{ ${[value, ...filters].join(' | ')} }}`);
const { template } = fc.letrec<{ template: string }>((tie) => ({
  template: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    output,
    fc.constantFrom(
      'text',
      '{% raw %}{{ x }}{% endraw %}',
      '{% include "a" %}',
      '{% cycle "a", "b" %}',
      '{% increment canary %}',
      '{% break %}',
      '{# c #}',
    ),
    fc.tuple(name, path, tie('template')).map(([n, of, body]) => `{% for ${n} in ${of} %}${body}{% endfor %}`),
    fc
      .tuple(path, tie('template'), tie('template'))
      .map(([a, b, c]) => `{% if ${a} contains "a" %}${b}{% else %}${c}{% endif %}`),
    fc.tuple(name, path, filter).map(([n, of, f]) => `{% assign ${n} = ${of} | ${f} %}`),
    fc.tuple(name, tie('template')).map(([n, body]) => `{% capture ${n} %}${body}{% endcapture %}{{ ${n} }}`),
    fc.tuple(tie('template'), tie('template')).map(([a, b]) => a + b),
  ),
}));

/** Whether the work gave a value; an error must be one of ours. */
function outcome<T>(work: () => T): { value: T } | undefined {
  try {
    return { value: work() };
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    expect(thrown.code).toMatch(/^(expression|template|regex)\./);
    expect(thrown.message).not.toMatch(/\bat .*:\d+:\d+/);
    return undefined;
  }
}

describe('ten thousand hostile sources', () => {
  it('give JSON or a typed error: expressions', () => {
    const data = canonicalJson(values);
    let succeeded = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: expression }, { weight: 1, arbitrary: noise }), (source) => {
        const result = outcome(() => compileExpression(source).evaluate(values));
        if (!result) return;
        succeeded += 1;
        expect(JSON.parse(JSON.stringify(result.value))).toEqual(result.value);
      }),
      { numRuns: runs, seed },
    );
    expect(canonicalJson(values)).toBe(data);
    expect(succeeded).toBeGreaterThan(runs / 20);
  });

  it('give text or a typed error: templates', () => {
    const data = canonicalJson(values);
    let succeeded = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: template }, { weight: 1, arbitrary: noise }), (source) => {
        const result = outcome(() => compileTemplate(source).render(values));
        if (!result) return;
        succeeded += 1;
        expect(typeof result.value).toBe('string');
        expect(result.value).not.toMatch(/native code|\[object Function\]|49/);
      }),
      { numRuns: runs, seed },
    );
    expect(canonicalJson(values)).toBe(data);
    expect(succeeded).toBeGreaterThan(runs / 20);
  });
});
