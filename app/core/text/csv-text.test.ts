import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyText } from '../../../test/kit/any-text.ts';
import { csvText } from './csv-text.ts';

it('writes what a reader of CSV reads', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyText, { minLength: 2, maxLength: 2 }), { minLength: 1 }), (rows) => {
      const read = parse(csvText(rows), { relax_column_count: true, skip_empty_lines: false }) as string[][];
      // A cell that begins like a formula is kept behind an apostrophe.
      expect(read.map((row) => row.map((cell, i) => cell.replace(/^'/, '') === rows[0]?.[i] || cell))).toHaveLength(
        rows.length,
      );
      rows.forEach((row, y) => {
        row.forEach((cell, x) => {
          expect([cell, `'${cell}`]).toContain(read[y]?.[x]);
        });
      });
    }),
  );
});

it.each([
  ...['=1+1', '+SUM(A1)', '-cmd|x', '@x', '\t=1', '\r=1', ' =1', '"=1', "'=1", '\ufeff=1', '＝1', '＋1', '－1', '＠x'],
  ...['=HYPERLINK("http://evil")', '-1+cmd', '+', '-', '@', '=cmd|"/c calc"!A0'],
])('keeps a spreadsheet from running %j', (cell) => {
  expect((parse(csvText([[cell, 'x']])) as string[][])[0]?.[0]).toBe(`'${cell}`);
});

it('leaves numbers, other values and nothing as they are', () => {
  expect(csvText([[-1.5, '-1', '+49 5', '1e3', '-12%', null, undefined, true, { a: 1 }]])).toBe(
    `-1.5,-1,'+49 5,1e3,-12%,,,true,"{""a"":1}"\n`,
  );
});
