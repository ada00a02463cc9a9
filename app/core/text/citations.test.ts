import { describe, expect, it } from 'vitest';
import type { Context, PackedChunk } from '../graph/values.ts';
import { citationMarks, citationProblem, claimsOf, findQuote, locateCitations, resolveCitations } from './citations.ts';

const text = 'Backups\n\nBackups run every night. They are kept\nfor thirty days. Restores take an hour.';
const packed = (marker: string, more: Partial<PackedChunk> = {}): PackedChunk => ({
  id: `c${marker}`,
  documentId: 'd',
  file: 'backups.md',
  text,
  start: 100,
  end: 100 + text.length,
  line: 7,
  hash: '',
  metadata: {},
  marker,
  tokens: 20,
  ...more,
});
const context: Context = {
  text: '',
  tokens: 0,
  dropped: [],
  chunks: [packed('1'), packed('2', { page: 4, text: 'Prices rise.', end: 112 })],
};

describe('citationMarks', () => {
  it.each<[string, string[]]>([
    ['a [1] b [2][3] c [4, 5]', ['1', '2', '3', '4', '5']],
    ['a link [1](http://x) and `code[2]` and ```\nx[3]\n``` then [4]', ['4']],
    ['[a] [] [1', []],
    ['[1; 2] [12345]', ['1', '2']],
  ])('%s', (answer, markers) => {
    expect(citationMarks(answer).flatMap((found) => found.markers)).toEqual(markers);
  });
});

describe('claimsOf', () => {
  it('gives each sentence what it cites, before or after its full stop', () => {
    expect(
      claimsOf('One is so [1]. Two is too. [2] [3] Three is not.').map(({ text, markers }) => [text, markers]),
    ).toEqual([
      ['One is so.', ['1']],
      ['Two is too.', ['2', '3']],
      ['Three is not.', []],
    ]);
  });
  it('adds marks on a line of their own to the sentence before', () => {
    expect(claimsOf('One is so.\n\n[1] [2]').map(({ markers }) => markers)).toEqual([['1', '2']]);
  });
});

describe('resolveCitations', () => {
  it('quotes the claim itself where the source has it word for word, with line and span', () => {
    const [citation] = resolveCitations('They are kept for thirty days. [1]', context);
    expect(citation).toEqual({
      marker: '1',
      chunkId: 'c1',
      file: 'backups.md',
      line: 9,
      start: 134,
      end: 164,
      quote: 'They are kept\nfor thirty days.',
    });
  });
  it('quotes the nearest sentence of the source otherwise', () => {
    expect(resolveCitations('Restoring needs about one hour [1].', context)[0]).toMatchObject({
      quote: 'Restores take an hour.',
      line: 10,
    });
  });
  it('gives the page, and no quote where nothing is shared', () => {
    const citation = resolveCitations('Unrelated words [2].', context)[0];
    expect(citation).toEqual({ marker: '2', chunkId: 'c2', file: 'backups.md', page: 4, line: 7 });
  });
  it('keeps an unknown mark bare and counts a repeated citation once', () => {
    expect(
      resolveCitations('Backups run every night [1]. Backups run every night [1, 9].', context).map(
        ({ marker }) => marker,
      ),
    ).toEqual(['1', '9']);
  });
});

describe('locateCitations', () => {
  it('finds quotes of the model and leaves invented ones without a span', () => {
    const [found, invented, unknown] = locateCitations(
      [
        { marker: '1', quote: 'kept for thirty' },
        { marker: '1', quote: 'kept for ninety days' },
        { marker: '7', quote: 'x' },
      ],
      context,
    );
    expect(found).toMatchObject({ quote: 'kept\nfor thirty', start: 143 });
    expect(invented).toMatchObject({ marker: '1', quote: 'kept for ninety days' });
    expect(invented?.start).toBeUndefined();
    expect(unknown).toEqual({ marker: '7', quote: 'x' });
  });
});

describe('citationProblem', () => {
  const good = resolveCitations('They are kept for thirty days [1].', context)[0] ?? { marker: '' };
  it.each([
    ['a good one', good, undefined],
    ['an unknown mark', { marker: '9' }, 'not a source'],
    ['a quote moved by one', { ...good, start: (good.start ?? 0) + 1 }, 'does not stand'],
    ['a changed quote', { ...good, quote: 'They are kept\nfor ninety days.' }, 'does not stand'],
    ['a quote without a place', { marker: '1', quote: 'They' }, 'does not stand'],
    ['another chunk', { ...good, chunkId: 'cx' }, 'another chunk'],
    [
      'the end of the chunk counted from before it',
      { ...good, start: 92, end: 99, quote: text.slice(-8, -1) },
      'does not stand',
    ],
    ['a span before the chunk', { ...good, start: -3, end: 1 }, 'does not stand'],
  ])('%s', (_, citation, problem) => {
    const found = citationProblem(citation, context);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(problem);
  });
});

describe('findQuote', () => {
  it('is exact before it is lenient, and only about white space', () => {
    expect(findQuote('b  c', 'a b c')).toEqual({ start: 2, end: 5 });
    expect(findQuote('b c', 'a b, c')).toBeUndefined();
    expect(findQuote('B c', 'a b c')).toBeUndefined();
    expect(findQuote(' ', 'a')).toBeUndefined();
    expect(findQuote('a c', 'a b a c')).toEqual({ start: 4, end: 7 });
  });
});
