import { describe, expect, it } from 'vitest';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import type { Json } from '../graph/json.ts';
import { compileTemplate } from './template.ts';

type Values = { [name: string]: Json };

function render(source: string, values: Values = {}): string {
  return compileTemplate(source).render(values);
}
function failure(
  source: string,
  values: Values = {},
): { code: string; message: string; where: string; remedy: string } {
  try {
    render(source, values);
  } catch (thrown) {
    return thrown as ReturnType<typeof failure>;
  }
  throw new Error(`${source} did not fail`);
}

describe('rendering', () => {
  it.each<[string, Values, string]>([
    ['Hi {{ name }}', { name: 'Ada' }, 'Hi Ada'],
    ['{{ x }} {{ l }}', { x: { a: [1] }, l: ['b'] }, '{"a":[1]} ["b"]'],
    ['{{ n }} {{ t }} {{ f }} [{{ z }}]', { n: 1.5, t: true, f: false, z: null }, '1.5 true false []'],
    [
      '{% for c in chunks %}[{{ forloop.index }}] {{ c.text }}\n{% endfor %}',
      { chunks: [{ text: 'a' }, { text: 'b' }] },
      '[1] a\n[2] b\n',
    ],
    ['{% if x.y %}a{% else %}b{% endif %}', { x: {} }, 'b'],
    ['{{ x | default: "d" }}', {}, 'd'],
    ['{% assign a = b | upcase %}{{ a }}', { b: 'x' }, 'X'],
    ['{% raw %}{{ x }}{% endraw %}', {}, '{{ x }}'],
    [
      '{{ l | where: "k", 1 | map: "v" | join: "," }}',
      {
        l: [
          { k: 1, v: 'a' },
          { k: 2, v: 'b' },
        ],
      },
      'a',
    ],
    ['{% if t contains "b" %}y{% endif %}', { t: 'abc' }, 'y'],
    ['<b> & "q"', {}, '<b> & "q"'],
    ['{{ html }}', { html: '<b>&' }, '<b>&'],
  ])('%s', (source, values, expected) => {
    expect(render(source, values)).toBe(expected);
  });

  it('never reads data as a template', () => {
    for (const hostile of [
      '{{7*7}}',
      '{{ 7 | times: 7 }}',
      '{% for i in (1..9) %}x{% endfor %}',
      '{% assign a = 1 %}',
    ]) {
      expect(render('{{ x }}|{{ l | join: "," }}|{{ o }}', { x: hostile, l: [hostile], o: { k: hostile } })).toBe(
        `${hostile}|${hostile}|${JSON.stringify({ k: hostile })}`,
      );
      expect(render('{% capture c %}{{ x }}{% endcapture %}{{ c }}', { x: hostile })).toBe(hostile);
    }
  });
});

it.each<[string, string[]]>([
  ['{{ b }} {{ a.c }}', ['a', 'b']],
  ['{% for c in cs %}{{ c.x }}{{ d }}{{ forloop.index }}{% endfor %}', ['cs', 'd']],
  ['{% assign a = b %}{{ a }}{% capture q %}{{ z }}{% endcapture %}{{ q }}', ['b', 'z']],
  ['{% if x == y[z] %}{% endif %}', ['x', 'y', 'z']],
  ['{% raw %}{{ no }}{% endraw %}{# {{ c }} #}', ['c']],
  ['{{ a | append: b | default: c }}', ['a', 'b', 'c']],
])('%s reads %j', (source, names) => {
  expect(compileTemplate(source).variables).toEqual(names);
});

describe('errors', () => {
  it.each<[string, Values, string, string]>([
    ['{{ x', {}, 'template.syntax', 'line 1, column 1'],
    ['a\n{% if %}', {}, 'template.syntax', 'line 2, column 6'],
    ['{{ x | nope }}', {}, 'template.syntax', 'line 1, column 1'],
    ['a\n{{ nope.a }}', {}, 'template.missing_variable', 'line 2, column 4'],
    ['{{ x.nope }}', { x: {} }, 'template.missing_variable', 'line 1, column 4'],
    ['{{ x | divided_by: y.z }}', { x: 1, y: 2 }, 'template.missing_variable', 'line 1, column 20'],
  ])('%j', (source, values, code, where) => {
    const error = failure(source, values);
    expect(error).toMatchObject({ code, where });
    expect(error.remedy).toBeTruthy();
    expect(error.message).not.toMatch(/\n/);
  });

  it.each(['include', 'render', 'layout', 'block'])('has no tag %s', (tag) => {
    expect(failure(`{% ${tag} "a" %}`).code).toBe('template.syntax');
  });

  it.each(['date', 'date_to_string', 'sample', 'where_exp', 'find_exp', 'group_by_exp', 'sha256', 'inspect'])(
    'has no filter %s',
    (filter) => expect(failure(`{{ x | ${filter}: "a", "b" }}`, { x: [] }).code).toBe('template.syntax'),
  );

  it('sees own properties only', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'prototype']) {
      expect(failure(`{{ ${name} }}`).code).toBe('template.missing_variable');
      for (const x of [{}, [], 'text', 1, true]) {
        expect(failure(`{{ x.${name} }}`, { x }).code).toBe('template.missing_variable');
        expect(failure(`{{ x["${name}"] }}`, { x }).code).toBe('template.missing_variable');
      }
    }
  });
});

describe('bounded work', () => {
  const long = 'x'.repeat(1e6);
  it.each<[string, string, Values]>([
    ['a range of a billion', '{% for i in (1..1000000000) %}x{% endfor %}', {}],
    ['nested loops', `${'{% for i in (1..5000) %}'.repeat(4)}${'{% endfor %}'.repeat(4)}`, {}],
    ['much output', '{% for i in (1..100000) %}{{ b }}{% endfor %}', { b: long }],
    [
      'much captured',
      '{% capture c %}{% for i in (1..100000) %}{{ b }}{% endfor %}{% endcapture %}{{ c }}',
      { b: long },
    ],
    ['doubling', `{% assign a = b %}${'{% assign a = a | append: a %}'.repeat(30)}`, { b: long }],
    [
      'a quadratic split',
      '{{ t | split: n | size }}',
      { t: 'a'.repeat(1e6), n: `${'a'.repeat(2e5)}b${'a'.repeat(2e5)}` },
    ],
    [
      'a quadratic search',
      '{% if t contains n %}{% endif %}',
      { t: 'a'.repeat(1e6), n: `${'a'.repeat(2e5)}b${'a'.repeat(2e5)}` },
    ],
    ['a long source', 'x'.repeat(200_001), {}],
    ['deep brackets', `{{ ${'a['.repeat(20_000)}1${']'.repeat(20_000)} }}`, { a: [] }],
  ])('stops %s', async (_name, source, values) => {
    await expectCpuWithin(2500, () => {
      expect(failure(source, values).code).toMatch(/^template\.(limit|syntax)$/);
    });
  });
});
