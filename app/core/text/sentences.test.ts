import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import { sentenceSpans, sentences } from './sentences.ts';

describe('sentences', () => {
  it.each<[string, string, string[]]>([
    ['plain prose', 'One ends. Two asks? Three!', ['One ends.', 'Two asks?', 'Three!']],
    ['hard-wrapped lines', 'One line\ngoes on. Two\nas well.', ['One line\ngoes on.', 'Two\nas well.']],
    [
      'abbreviations and initials',
      'See e.g. Fig. 3 by Dr. J. Smith. It is 3.5 cm.',
      ['See e.g. Fig. 3 by Dr. J. Smith.', 'It is 3.5 cm.'],
    ],
    ['blank lines without full stops', 'A title\n\nA text', ['A title', 'A text']],
    ['lists', '- one\n- two. More\n1. first\n2. second', ['- one', '- two.', 'More', '1. first', '2. second']],
    ['headings', '# Title\nText here.', ['# Title', 'Text here.']],
    ['fenced code in one piece', 'Run:\n```sh\na. B\n\nc\n```\nDone.', ['Run:', '```sh\na. B\n\nc\n```', 'Done.']],
    [
      'citation marks after the stop',
      'It retries. [1][2] It waits [3]. End',
      ['It retries. [1][2]', 'It waits [3].', 'End'],
    ],
    ['quotes and brackets', 'He said “no.” (Really.) Yes', ['He said “no.”', '(Really.)', 'Yes']],
    [
      'abbreviations before numbers only',
      'See No. 5 now. I said no. Then 7.',
      ['See No. 5 now.', 'I said no.', 'Then 7.'],
    ],
    ['CJK', '你好。再见！真的？', ['你好。', '再见！', '真的？']],
    ['file names and versions', 'Open app.ts in v1.2.3 now. Ok', ['Open app.ts in v1.2.3 now.', 'Ok']],
    ['ellipses', 'Wait... What?! Yes', ['Wait...', 'What?!', 'Yes']],
    ['nothing', ' \n\t', []],
  ])('%s', (_, text, expected) => {
    expect(sentences(text)).toEqual(expected);
  });

  it('loses no character but white space, in order, for any text', () => {
    const piece = fc.constantFrom(
      '. ',
      '! ',
      '\n',
      '\n\n',
      'a',
      'B',
      '```',
      '- ',
      '# ',
      '。',
      ' [1]',
      '1. ',
      '\u00a0',
      '😀',
      '|',
      'e.g. ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        let at = 0;
        for (const { start, end } of sentenceSpans(text)) {
          expect(text.slice(at, start).trim()).toBe('');
          expect(end).toBeGreaterThan(start);
          at = end;
        }
        expect(text.slice(at).trim()).toBe('');
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['!', '. ', '[1] ', 'a', ' ', '\n', '`', '. [1]'])('stays linear on a long run of %j', async (unit) => {
    const text = unit.repeat(400_000);
    await expectCpuWithin(3000, () => sentenceSpans(text));
  });
});
