import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import type { Document } from '../graph/values.ts';
import { documentKind } from './chunk-boundaries.ts';
import { chunkDocument } from './chunking.ts';

/** Counts words and, so that nothing is free, every four characters of a long one; fast, for it is not what is measured. */
function countTokens(text: string): number {
  let tokens = 0;
  let length = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const white = code < 0xa0 ? code === 32 || (code >= 9 && code <= 13) : /\s/.test(text[i] as string);
    if (white) length = 0;
    else if (length++ % 4 === 0) tokens += 1;
  }
  return tokens;
}

const document = (text: string, mime = 'text/markdown', more: Partial<Document> = {}): Document => ({
  id: 'd',
  file: 'documents/a.txt',
  mime,
  text,
  hash: 'h',
  metadata: {},
  ...more,
});
const texts = (text: string, size: number, overlap = 0, mime?: string) =>
  chunkDocument(document(text, mime), { size, overlap }, countTokens).map((chunk) => chunk.text);

describe('chunkDocument', () => {
  const pieces = fc.constantFrom(
    'word ',
    'Sentence here. ',
    '\n',
    '\n\n',
    '# H\n',
    '## Sub heading\n',
    '```\n',
    '~~~\n',
    '| a | b |\n',
    '- item\n',
    'longlonglonglongword',
    '"',
    ',',
    '😀',
    '\r\n',
    '  ',
    '\t',
    '---\n',
    '===\n',
    '{"a":1}\n',
    'function f() {\n',
    '}\n',
    'é',
    '\u2028',
    '。',
  );
  const anyText = fc.array(pieces, { maxLength: 120 }).map((parts) => parts.join(''));
  const mime = fc.constantFrom(
    'text/markdown',
    'text/plain',
    'text/html',
    'text/csv',
    'application/jsonl',
    'text/x-python',
    'application/pdf',
  );

  it('cuts exactly, in order, without losing text, within the size, whatever the document', () => {
    fc.assert(
      fc.property(
        anyText,
        mime,
        fc.integer({ min: 4, max: 60 }),
        fc.integer({ min: 0, max: 40 }),
        fc.array(fc.nat(400)),
        (text, type, size, overlap, cuts) => {
          const pages = [...new Set([0, ...cuts.filter((cut) => cut < text.length)])].sort((a, b) => a - b);
          const paged = type === 'application/pdf';
          const doc = document(text, type, paged ? { pages } : {});
          const chunks = chunkDocument(doc, { size, overlap }, countTokens);
          let covered = 0;
          for (const chunk of chunks) {
            expect(text.slice(chunk.start, chunk.end)).toBe(chunk.text);
            expect(chunk.text.trim()).not.toBe('');
            expect(chunk.end).toBeGreaterThan(covered);
            expect(text.slice(covered, chunk.start).trim()).toBe('');
            covered = chunk.end;
            expect(countTokens(chunk.text)).toBeLessThanOrEqual(size);
            expect(chunk.text.isWellFormed() || !text.isWellFormed() || paged).toBe(true);
            if (paged) {
              const page = chunk.page ?? 0;
              expect(pages[page - 1]).toBeLessThanOrEqual(chunk.start);
              expect(chunk.end).toBeLessThanOrEqual(pages[page] ?? text.length);
            } else if (type !== 'text/html') {
              expect(chunk.line).toBe(text.slice(0, chunk.start).split('\n').length);
              expect(chunk.endLine).toBe(text.slice(0, chunk.end).split('\n').length);
            }
          }
          expect(text.slice(covered).trim()).toBe('');
          expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(chunks.length);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('keeps a heading with the text under it, also when headings follow each other', () => {
    expect(texts('# A\n\n## B\n\none two three four\n\n## C\n\nfive six seven eight', 9)).toEqual([
      '# A\n\n## B\n\none two three four',
      '## C\n\nfive six seven eight',
    ]);
  });

  it('leaves no heading alone when the text under the next one must be cut', () => {
    const [first] = texts(`# A\n\n## B\n\n${'Some words stand here. '.repeat(10)}`, 20);
    expect(first).toMatch(/^# A\n\n## B\n\nSome words/);
  });

  it('never cuts a character in two', () => {
    for (const part of texts(`a${'😀'.repeat(60)}`, 4, 0, 'text/plain')) expect(part.isWellFormed()).toBe(true);
  });

  it('cuts at headings before paragraphs, and evenly', () => {
    const section = (name: string) =>
      `## ${name}\n\n${'word '.repeat(10).trim()}.\n\n${'text '.repeat(10).trim()}.\n\n`;
    const parts = texts(section('One') + section('Two') + section('Three'), 30);
    expect(parts.map((part) => part.split('\n', 1)[0])).toEqual(['## One', '## Two', '## Three']);
  });

  it('does not cut a code fence that fits, though it holds blank lines and things like headings', () => {
    const fence = '```sh\n# not a heading\n\nrun a b c d\n\n# nor this\nrun e f\n```';
    const parts = texts(`${'intro '.repeat(12)}\n\n${fence}\n\n${'outro '.repeat(12)}`, 30);
    expect(parts.some((part) => part.includes(fence))).toBe(true);
  });

  it('never begins an overlap inside a code fence that it leaves', () => {
    const text = `${'intro words here. '.repeat(6)}\n\n\`\`\`sh\n${'run it now\n'.repeat(5)}\`\`\`\n\n${'outro words there. '.repeat(12)}`;
    const parts = texts(text, 30, 12);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect((part.match(/```/g) ?? []).length % 2).toBe(0);
  });

  it('says which headings a chunk stands under', () => {
    const chunks = chunkDocument(
      document('Setup\n=====\n\nText one two.\n\n## Linux\n\nText three four.\n\n# Use\n\nText five six.'),
      { size: 8, overlap: 0 },
      countTokens,
    );
    expect(chunks.map((chunk) => chunk.metadata['section'])).toEqual(['Setup', 'Setup > Linux', 'Use']);
  });

  it('repeats the end of the text before only where a cut parts what belongs together', () => {
    const prose = Array.from({ length: 12 }, (_, i) => `Sentence number ${i} is here.`).join(' ');
    const [first, second] = texts(prose, 24, 8, 'text/plain');
    expect(second?.startsWith(first?.split('. ').at(-1) ?? '?')).toBe(true);
    const rows = Array.from({ length: 12 }, (_, i) => `${i},name,value`).join('\n');
    expect(texts(rows, 12, 4, 'text/csv').join('\n')).toBe(rows);
  });

  it('cuts CSV between records only and tells the columns', () => {
    const chunks = chunkDocument(
      document('id,note\n1,"a\nb, c"\n2,d', 'text/csv'),
      { size: 3, overlap: 0 },
      countTokens,
    );
    expect(chunks.map((chunk) => chunk.text)).toEqual(['id,note', '1,"a\nb, c"', '2,d']);
    expect(chunks[2]).toMatchObject({ line: 4, endLine: 4, metadata: { columns: 'id,note' } });
  });

  it('cuts code at top-level blocks', () => {
    const code =
      'import a from "a"\n\nfunction one() {\n  let x = 1\n\n  return x\n}\n\n// about two\nfunction two() {\n  return 2\n}\n';
    expect(texts(code, 14, 0, 'text/x-javascript')).toEqual([
      'import a from "a"',
      'function one() {\n  let x = 1\n\n  return x\n}',
      '// about two\nfunction two() {\n  return 2\n}',
    ]);
  });

  it('never crosses a page and numbers it', () => {
    const chunks = chunkDocument(
      document('First page.\nSecond page.', 'application/pdf', { pages: [0, 12] }),
      { size: 100, overlap: 0 },
      countTokens,
    );
    expect(chunks.map(({ text, page, line }) => [text, page, line])).toEqual([
      ['First page.', 1, undefined],
      ['Second page.', 2, undefined],
    ]);
  });

  it('gives the same ids for the same text and others for another', () => {
    const ids = (text: string) =>
      chunkDocument(document(text), { size: 8, overlap: 0 }, countTokens).map((chunk) => chunk.id);
    expect(ids('One two.\n\nThree four.')).toEqual(ids('One two.\n\nThree four.'));
    expect(ids('One two.')).not.toEqual(ids('One twa.'));
    expect(ids('One two.')[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  it('lets the metadata of the document win and keeps it', () => {
    const [chunk] = chunkDocument(
      document('# A\n\nb', 'text/markdown', { metadata: { section: 'own', team: 'x' } }),
      { size: 9, overlap: 0 },
      countTokens,
    );
    expect(chunk?.metadata).toEqual({ section: 'own', team: 'x' });
  });

  it.each(['a', ' ', '\n', 'a ', '# a\n', '```\n', '"\n', 'é😀', '. '])(
    'stays fast on half a megabyte of %j',
    async (unit) => {
      const text = unit.repeat(Math.ceil(500_000 / unit.length));
      for (const mime of ['text/markdown', 'text/csv'])
        await expectCpuWithin(15_000, () =>
          chunkDocument(document(text, mime), { size: 320, overlap: 40 }, countTokens),
        );
    },
    60_000,
  );
});

describe('documentKind', () => {
  it.each([
    ['text/markdown', 'a', 'markdown'],
    ['text/plain', 'a.md', 'markdown'],
    ['text/plain', 'a.py', 'code'],
    ['text/plain', 'a.txt', 'text'],
    ['text/html; charset=utf-8', 'a.html', 'text'],
    ['application/json', 'a.json', 'code'],
    ['application/x-ndjson', 'a', 'rows'],
    ['application/pdf', 'a.pdf', 'text'],
    ['text/x-typescript', 'a', 'code'],
    ['message/rfc822', 'a.eml', 'text'],
    ['', 'b.csv', 'rows'],
  ])('%s %s is %s', (mime, file, kind) => {
    expect(documentKind({ mime, file })).toBe(kind);
  });
});
