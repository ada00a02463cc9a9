import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectCpuWithin } from '../../test/kit/cpu-time.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { split } from './manifest.ts';
import { run } from './run.ts';

const cap = { tokenizer: { count: (text: string) => Math.ceil(text.trim().length / 4) } };
const of = (value: unknown, config: object = {}) => runNode(split, run, { config, inputs: { value }, cap });
const parts = async (value: unknown, config: object = {}) => (await of(value, config)).outputs['parts'];
const about = { nodeId: 'n', connected: new Set<string>(), workflow: {} as never, prompts: new Map<string, string>() };

describe('split', () => {
  it.each<[string, unknown, object, unknown[]]>([
    ['paragraphs', 'One.\n\n Two.\n\n\n\nThree.', {}, ['One.', 'Two.', 'Three.']],
    ['by a separator that is a pattern elsewhere', 'a.b.c', { separator: '.' }, ['a', 'b', 'c']],
    ['with empty parts', 'a,,b', { separator: ',', dropEmpty: false }, ['a', '', 'b']],
    ['with the separator before', 'a;b', { separator: ';', keep: 'before' }, ['a;', 'b']],
    ['with the separator after', '# A\nx\n# B', { by: 'regex', pattern: '(?m)^# ', keep: 'after' }, ['# A\nx', '# B']],
    [
      'by a pattern, in any case',
      'oneANDtwoandthree',
      { by: 'regex', pattern: 'and', ignoreCase: true },
      ['one', 'two', 'three'],
    ],
    ['where a pattern fits nothing', 'abc', { by: 'regex', pattern: 'x*' }, ['abc']],
    ['lines of every system', 'a\r\nb\rc\n\nd', { by: 'lines' }, ['a', 'b', 'c', 'd']],
    ['lines as they are', ' a\n\n', { by: 'lines', trim: false, dropEmpty: false }, [' a', '', '']],
    ['pages by form feeds', 'one\ftwo', { by: 'pages' }, ['one', 'two']],
    ['characters', 'abcdefgh', { by: 'size', size: 3 }, ['abc', 'def', 'gh']],
    ['characters behind words', 'alpha beta gamma', { by: 'size', size: 8 }, ['alpha', 'beta', 'gamma']],
    ['words with overlap', 'a b c d e', { by: 'size', unit: 'words', size: 3, overlap: 1 }, ['a b c', 'c d e']],
    ['tokens', 'aaaa bbbb cccc', { by: 'size', unit: 'tokens', size: 2 }, ['aaaa bbbb', 'cccc']],
    ['batches', [1, 2, 3, 4, 5], { by: 'items', size: 2 }, [[1, 2], [3, 4], [5]]],
    ['a path', { a: [{ b: 1 }, { b: [2] }] }, { by: 'path', path: '$.a[*].b' }, [1, [2]]],
    ['a path in a text of JSON', '{"a":[1,2]}', { by: 'path', path: 'a[*]' }, [1, 2]],
    ['several texts', ['a|b', { text: 'c' }], { separator: '|' }, ['a', 'b', 'c']],
    ['an empty text', '', {}, []],
    ['data that looks like a template', '{{7*7}},#{7*7}', { separator: ',' }, ['{{7*7}}', '#{7*7}']],
  ])('splits %s', async (_, value, config, expected) => {
    expect(await parts(value, config)).toEqual(expected);
  });

  it('says where each part stands, and on which page', async () => {
    const document = {
      id: 'd',
      file: 'a.pdf',
      mime: 'application/pdf',
      hash: 'h',
      text: 'one \n\ntwo\n\nthree',
      pages: [0, 6],
    };
    const { outputs } = await of([document, 'x'], {});
    expect(outputs).toEqual({
      parts: ['one', 'two', 'three', 'x'],
      spans: [
        { source: 0, start: 0, end: 3, page: 1 },
        { source: 0, start: 6, end: 9, page: 2 },
        { source: 0, start: 11, end: 16, page: 2 },
        { source: 1, start: 0, end: 1 },
      ],
      count: 4,
    });
    expect(await parts(document, { by: 'pages' })).toEqual(['one', 'two\n\nthree']);
  });

  it('covers a text wholly by size, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', ' ', '\n', '🙂', '\ud800', 'ab '), maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(8),
        async (text, size, overlap) => {
          const config = { by: 'size', size, overlap: Math.min(overlap, size - 1), trim: false, dropEmpty: false };
          const { outputs } = await of(text, config);
          const spans = outputs['spans'] as { start: number; end: number }[];
          let covered = 0;
          for (const { start, end } of spans) {
            expect(start).toBeLessThanOrEqual(covered);
            expect(end).toBeGreaterThan(covered);
            expect(end - start).toBeLessThanOrEqual(size + 1);
            covered = end;
          }
          expect(covered).toBe(text.length);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each<[string, unknown, object, string]>([
    ['a text as a list', 'a', { by: 'items' }, 'split.value'],
    ['a number as a text', 7, {}, 'split.value'],
    ['nothing', null, {}, 'split.value'],
    ['a text that is no JSON', 'a', { by: 'path', path: '$' }, 'split.value'],
    ['too deep a text', '['.repeat(300), { by: 'path', path: '$' }, 'split.value'],
    ['too many parts', 'a,b,c', { separator: ',', maxParts: 2 }, 'split.limit'],
    ['a bad pattern', 'a', { by: 'regex', pattern: '(a' }, 'regex.syntax'],
    ['a bad path', {}, { by: 'path', path: '$[' }, 'json_path.syntax'],
  ])('refuses %s', async (_, value, config, code) => {
    await expect(of(value, config)).rejects.toMatchObject({ code });
  });

  it.each([{ by: 'regex' }, { by: 'path' }, { size: 5, overlap: 5 }, { separator: '' }, { sep: ',' }])(
    'refuses the config %j',
    (config) => {
      expect(split.config.safeParse(config).success).toBe(false);
    },
  );

  it('is done with hostile patterns in linear time', async () => {
    await expectCpuWithin(10_000, () => parts('a'.repeat(50_000), { by: 'regex', pattern: '(a+)+$b' }));
  });
});

describe('check', () => {
  it('finds what is wrong with pattern and path', async () => {
    const find = (config: object) => check(split.config.parse(config), about);
    expect(await find({ by: 'regex', pattern: '(' })).toMatchObject([{ severity: 'error', field: 'pattern' }]);
    expect(await find({ by: 'regex', pattern: 'x*' })).toMatchObject([{ severity: 'warning', field: 'pattern' }]);
    expect(await find({ by: 'path', path: '$[' })).toMatchObject([{ severity: 'error', field: 'path' }]);
    expect(await find({})).toEqual([]);
  });
});
