import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkOf } from '../../../test/kit/chunk.ts';
import type { Chunk } from '../graph/values.ts';
import { packContext, sourceLabel } from './pack-context.ts';

const count = (text: string) => text.split(/\s+/).filter((word) => word !== '').length;
const chunk = (id: string, text: string, more: Partial<Chunk> = {}) =>
  chunkOf(id, text, { line: 1, endLine: 1, ...more });
const options = { budgetTokens: 100, order: 'rank', dedupe: true, join: false } as const;

describe('packContext', () => {
  it('marks what it takes and shows where it comes from', () => {
    const { context } = packContext([chunk('b', 'second text'), chunk('a', 'first text', { page: 3 })], options, count);
    expect(context.text).toBe('[1] b.md:1\nsecond text\n\n[2] a.md, page 3\nfirst text');
    expect(context.chunks.map(({ marker, id }) => [marker, id])).toEqual([
      ['1', 'b'],
      ['2', 'a'],
    ]);
    expect(context.tokens).toBe(count(context.text));
  });

  it('keeps within the budget, fills it with later smaller chunks and says what it left out', () => {
    const long = 'word '.repeat(60).trim();
    const { context, leftOut } = packContext(
      [chunk('a', 'one two three'), chunk('b', long), chunk('c', 'four five')],
      { ...options, budgetTokens: 20 },
      count,
    );
    expect(context.chunks.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(context.dropped).toEqual([{ id: 'b', file: 'b.md', reason: 'budget' }]);
    expect(leftOut).toMatchObject([{ chunk: { id: 'b' }, reason: 'budget', tokens: 64 }]);
  });

  it('holds the budget with a counter whose parts do not add up', () => {
    const odd = (text: string) => count(text) + 20 * (text.split('\n\n').length - 1);
    const chunks = ['a', 'b', 'c'].map((id) => chunk(id, `text ${id}`));
    const { context } = packContext(chunks, { ...options, budgetTokens: 30 }, odd);
    expect(odd(context.text)).toBeLessThanOrEqual(30);
    expect(context.dropped).toEqual([{ id: 'c', file: 'c.md', reason: 'budget' }]);
  });

  it('orders by source when asked', () => {
    const chunks = [
      chunk('b', 'text one'),
      chunk('a2', 'text two', { file: 'a.md', start: 50 }),
      chunk('a1', 'text three', { file: 'a.md', start: 5 }),
    ];
    expect(packContext(chunks, { ...options, order: 'source' }, count).context.chunks.map(({ id }) => id)).toEqual([
      'a1',
      'a2',
      'b',
    ]);
  });

  it('leaves out near-duplicates', () => {
    const text = 'the engine keeps a log of every event and folds it again after a crash';
    const { context, leftOut } = packContext(
      [chunk('a', text), chunk('b', `${text} today`), chunk('c', 'something else entirely')],
      options,
      count,
    );
    expect(context.dropped).toEqual([{ id: 'b', file: 'b.md', reason: 'duplicate' }]);
    expect(leftOut).toMatchObject([{ chunk: { id: 'b' }, reason: 'duplicate', of: 'a' }]);
    expect(
      packContext([chunk('a', text), chunk('b', text)], { ...options, dedupe: false }, count).context.chunks,
    ).toHaveLength(2);
  });

  it('joins overlapping chunks exactly, keeping the better rank', () => {
    const source = 'alpha beta gamma\ndelta epsilon zeta\neta theta iota';
    const part = (id: string, start: number, end: number) => {
      const line = source.slice(0, start).split('\n').length;
      return chunk(id, source.slice(start, end), {
        documentId: 'd',
        file: 'd.md',
        start,
        end,
        line,
        endLine: source.slice(0, end).split('\n').length,
      });
    };
    const { context, leftOut } = packContext(
      [part('x', 30, 50), chunk('y', 'other'), part('z', 0, 20), part('w', 17, 35)],
      { ...options, join: true },
      count,
    );
    expect(context.chunks.map(({ text }) => text)).toEqual([source.slice(0, 50), 'other']);
    expect(context.chunks[0]).toMatchObject({ start: 0, end: 50, line: 1, endLine: 3 });
    const of = context.chunks[0]?.id;
    expect(leftOut.map(({ chunk: { id }, ...why }) => ({ id, ...why }))).toEqual(
      ['z', 'w', 'x'].map((id) => ({ id, reason: 'joined', of })),
    );
  });

  it('holds the budget and loses no chunk without a word, for any chunks', () => {
    const anyChunk = fc.record({
      text: fc.array(fc.constantFrom('a', 'b', 'c d', 'e\n'), { minLength: 1, maxLength: 30 }),
      start: fc.nat(50),
      doc: fc.constantFrom('x', 'y'),
    });
    fc.assert(
      fc.property(
        fc.array(anyChunk, { maxLength: 20 }),
        fc.integer({ min: 0, max: 80 }),
        fc.constantFrom('rank' as const, 'source' as const),
        (list, budgetTokens, order) => {
          const chunks = list.map(({ text, start, doc }, i) => chunk(`c${i}`, text.join(' '), { file: doc, start }));
          const { context } = packContext(chunks, { budgetTokens, order, dedupe: true, join: false }, count);
          expect(count(context.text)).toBeLessThanOrEqual(budgetTokens);
          expect(context.chunks.length + context.dropped.length).toBe(chunks.length);
          for (const { marker, text } of context.chunks)
            expect(context.text).toMatch(new RegExp(`\\[${marker}\\] .*\n${text}`));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('sourceLabel', () => {
  it('names the file, and page or line', () => {
    expect([
      sourceLabel({ file: 'a' }),
      sourceLabel({ file: 'a', line: 2 }),
      sourceLabel({ file: 'a', page: 2, line: 9 }),
    ]).toEqual(['a', 'a:2', 'a, page 2']);
  });
});
