import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJsonAnswer } from './parse-json-answer.ts';

describe('parseJsonAnswer', () => {
  it.each<[string, string, unknown, boolean]>([
    ['valid JSON', ' {"a": [1, null]} ', { a: [1, null] }, false],
    ['a bare number', '3', 3, false],
    ['a fence', '```json\n{"a": 1}\n```', { a: 1 }, true],
    ['prose around a fence', 'Sure!\n```\n[1, 2]\n```\nDone.', [1, 2], true],
    ['prose around an object', 'The answer is {"a": 1}. Bye', { a: 1 }, true],
    ['trailing commas and single quotes', "{'a': 'b',}", { a: 'b' }, true],
    ['a missing end', '{"a": [1, 2', { a: [1, 2] }, true],
    ['words of Python', '{"a": True, "b": None}', { a: true, b: null }, true],
  ])('%s', (_, text, value, repaired) => {
    expect(parseJsonAnswer(text, true)).toEqual({ value, repaired });
    expect('value' in parseJsonAnswer(text, false)).toBe(!repaired);
  });

  it.each(['I cannot do that.', '', 'yes, no', '"half', '['.repeat(20_000)])('makes no JSON out of %j', (text) => {
    expect(parseJsonAnswer(text.slice(0, 20_000), true)).toHaveProperty('problem');
  });
});

const data = process.env['PIPEWRIGHT_DATA'];
describe.skipIf(data === undefined)('JSON parsing suite (PIPEWRIGHT_DATA: G/json-parsing-suite)', () => {
  it('takes every valid text as it is and never throws', () => {
    const root = join(data ?? '', 'G/json-parsing-suite');
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /(?:^|\/)[yni]_.*\.json$/.test(name),
    );
    expect(files.length).toBeGreaterThan(250);
    for (const name of files) {
      const text = readFileSync(join(root, name), 'utf8');
      const result = parseJsonAnswer(text, true);
      if (/(?:^|\/)y_/.test(name)) expect(result, name).toMatchObject({ repaired: false });
    }
  });
});
