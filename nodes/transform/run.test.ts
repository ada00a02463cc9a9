import { describe, expect, it } from 'vitest';
import type { Json } from '../../app/core/graph/json.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { transform } from './manifest.ts';
import { run } from './run.ts';

const about = { nodeId: 'n', connected: new Set<string>(), workflow: {} as never, prompts: new Map<string, string>() };

describe('transform', () => {
  it.each<[string, object, { [port: string]: Json }, Json]>([
    ['an expression', { expression: 'value + 1' }, { value: 2 }, 3],
    [
      'an expression over variables',
      { expression: '{"a": a, "b": value}', variables: ['a'] },
      { a: [1], value: null },
      { a: [1], b: null },
    ],
    ['an expression without inputs', { expression: '[1, 2]' }, {}, [1, 2]],
    [
      'a template',
      { language: 'template', expression: 'Dear {{ who.name }}', variables: ['who'] },
      { who: { name: 'Ada' } },
      'Dear Ada',
    ],
    [
      'data that looks like a template',
      { language: 'template', expression: '{{ value }}' },
      { value: '{{7*7}}' },
      '{{7*7}}',
    ],
    ['data that looks like an expression', { expression: 'value' }, { value: '{{7*7}} 7*7' }, '{{7*7}} 7*7'],
  ])('evaluates %s', async (_name, config, inputs, value) => {
    const { outputs } = await runNode(transform, run, { config: config as { expression: string }, inputs });
    expect(outputs).toEqual({ value });
  });

  it.each<Json>(['a text', 3, true, null, [], { a: [1] }])('begins with what works on any value: %j', async (value) => {
    const [first] = transform.examples ?? [];
    const config = first?.config as { expression: string };
    expect((await runNode(transform, run, { config, inputs: { value } })).outputs).toEqual({ value });
  });

  it.each<[object, { [port: string]: Json }, string]>([
    [{ expression: 'value.a' }, { value: {} }, 'expression.failed'],
    [{ expression: '1 +' }, {}, 'expression.syntax'],
    [
      { expression: 'value.all(a, value.all(b, value.all(c, true)))' },
      { value: [...Array(400).keys()] },
      'expression.limit',
    ],
    [{ expression: '{% if %}', language: 'template' }, {}, 'template.syntax'],
  ])('fails on %j with %j', async (config, inputs, code) => {
    await expect(runNode(transform, run, { config: config as { expression: string }, inputs })).rejects.toMatchObject({
      code,
    });
  });
});

describe('check', () => {
  it.each<[object, (RegExp | string)[]]>([
    [{ expression: 'value + a', variables: ['a'] }, []],
    [{ expression: 'value + nope' }, [/“nope” is not among the variables/]],
    [{ expression: '1 +' }, [/line 1, column 4/]],
    [{ expression: 'value', variables: ['map'] }, [/“map” has a meaning/]],
    [{ expression: '{{ a }} {{ value }}', language: 'template', variables: ['a'] }, []],
    [{ expression: '{{ map }}', language: 'template', variables: ['map'] }, []],
    [{ expression: 'a\n{{ nope }}', language: 'template' }, [/“nope”/]],
    [{ expression: 'a\n{{ b | nope }}', language: 'template' }, [/line 2/]],
  ])('%j', async (config, expected) => {
    const found = await check(transform.config.parse(config), about);
    expect(found.map(({ message }) => message)).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
    for (const finding of found) expect(finding.severity).toBe('error');
  });
});
