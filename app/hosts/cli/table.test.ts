import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyText } from '../../../test/kit/any-text.ts';
import { tableLines, wrapped } from './table.ts';

const columns = [
  { title: 'NAME', flexible: true },
  { title: 'N', right: true },
  { title: 'TEXT', flexible: true },
];

it('keeps to its width, whatever the cells hold', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyText, fc.nat(9999), fc.string())),
      fc.integer({ min: 30, max: 100 }),
      (rows, width) => {
        const lines = tableLines(
          columns,
          rows.map(([a, n, b]) => [a, String(n), b]),
          width,
        );
        expect(lines).toHaveLength(rows.length + 1);
        for (const line of lines) {
          expect(line.length).toBeLessThanOrEqual(width);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: nothing may reach a terminal that it obeys
          expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        }
      },
    ),
  );
});

it('cuts what is flexible and nothing else', () => {
  expect(tableLines(columns, [['a'.repeat(40), '12', 'b']], 30)).toEqual([
    `NAME${' '.repeat(18)} N  TEXT`,
    `${'a'.repeat(19)}…  12  b`,
  ]);
});

it('goes on in the next line where a column wraps', () => {
  expect(
    tableLines([{ title: 'A' }, { title: 'B', flexible: true, wraps: true }], [['x', 'one two three']], 12),
  ).toEqual(['A  B', 'x  one two', '   three']);
});

it('makes escape sequences harmless', () => {
  expect(wrapped('a\u001b[31mb\u202ec', 80)).toEqual(['a\\u001b[31mb\\u202ec']);
});
