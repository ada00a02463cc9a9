import { describe, expect, it } from 'vitest';
import { parseCsv } from './parse-csv.ts';

const options = { file: 'x.csv', malformed: 'table.malformed' } as const;

describe('parseCsv', () => {
  it.each([
    ['comma', 'a,b\n1,2\n', [['1', '2']]],
    ['semicolon', 'a;b\n1,5;2\n', [['1,5', '2']]],
    ['tab', 'a\tb\n1\t2', [['1', '2']]],
    ['separator in a quoted header', '"a,x,y";b\n1;2', [['1', '2']]],
    ['doubled quotes', 'a\n"say ""hi"""\n', [['say "hi"']]],
    ['backslash quotes', 'a,b\n"say \\"hi\\", then",2\n', [['say "hi", then', '2']]],
    ['backslash that escapes nothing', 'a\n"C:\\dir"\n', [['C:\\dir']]],
    ['blank lines', 'a,b\n\n1,2\n\n', [['1', '2']]],
    ['a prototype name', '__proto__,b\n1,2\n', [['1', '2']]],
  ])('%s', (_, text, cells) => {
    expect(parseCsv(text, options).records.map((record) => record.cells)).toEqual(cells);
  });

  it('knows the line that each record begins on', () => {
    const { records } = parseCsv('a,b\n1,"x\ny\nz"\n2,w\n\n3,v\n', options);
    expect(records.map(({ line }) => line)).toEqual([2, 5, 7]);
  });

  it.each([
    ['a,b\n1,2\n1,2,3\n', 'x.csv:3', /3 cells; the header has 2/],
    ['a,b\n1\n', 'x.csv:2', /one cell/],
    ['a,b\n1,"2\n3,4\n', /^x\.csv:\d$/, /never closed/],
    ['a,b\n1,"2"x\n', 'x.csv:2', /closing quote/],
  ])('%j is malformed at %s', (text, where, message) => {
    expect(() => parseCsv(text, options)).toThrow(
      expect.objectContaining({
        code: 'table.malformed',
        where: typeof where === 'string' ? where : expect.stringMatching(where),
        message: expect.stringMatching(message),
      }),
    );
  });
});
