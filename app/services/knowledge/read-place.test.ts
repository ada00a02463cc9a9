import { describe, expect, it } from 'vitest';
import type { Document } from '../../core/graph/values.ts';
import { partAt, readPlace } from './read-place.ts';

const of = (text: string, more: Partial<Document> = {}): Document => ({
  ...{ id: 'd', file: 'documents/a.md', mime: 'text/markdown', text, hash: 'h', metadata: {} },
  ...more,
});
const long = Array.from({ length: 20_000 }, (_, n) => `line ${n + 1}`).join('\n');

describe('the part of a document round a place', () => {
  it('is the whole of a short one', () => {
    expect(partAt(of('one\ntwo\nthree'), { line: 2 })).toMatchObject({
      text: 'one\ntwo\nthree',
      offset: 0,
      line: 1,
      at: 4,
    });
  });

  it.each([{ start: long.indexOf('line 15000') }, { line: 15_000 }])(
    'holds %o of a long one, at line ends',
    (place) => {
      const { text, offset, line, at, length } = partAt(of(long), place);
      expect(length).toBe(long.length);
      expect(text.length).toBeLessThanOrEqual(60_000);
      expect(long.slice(offset, offset + text.length)).toBe(text);
      expect(text.slice(at - offset).startsWith('line 15000\n')).toBe(true);
      expect(text.startsWith(`line ${line}\n`)).toBe(true);
      expect(long[offset + text.length] ?? '\n').toBe('\n');
    },
  );

  it('finds pages', () => {
    const paged = of('one two three', { pages: [0, 4, 8] });
    expect(partAt(paged, { page: 2 })).toMatchObject({ at: 4, page: 2 });
    expect(partAt(paged, { start: 9 })).toMatchObject({ at: 9, page: 3 });
  });

  it.each([{ start: 1e9 }, { line: 1e6 }, { page: 7 }, {}])('begins at the beginning for %o', (place) => {
    expect(partAt(of('one\ntwo'), place).at).toBe(0);
  });

  it('of an empty document is empty', () => {
    expect(partAt(of(''), { line: 3 })).toMatchObject({ text: '', at: 0, offset: 0, line: 1 });
  });
});

it('reads only what can be cited', async () => {
  const ports = {
    findCitable: async () => new Set(['documents/a.md']),
    load: async (file: string) => of('x', { file }),
  };
  expect(await readPlace(ports, 'documents/a.md', {})).toMatchObject({ text: 'x' });
  for (const file of ['pipewright.json', '../x', 'documents/../documents/a.md'])
    await expect(readPlace(ports, file, {})).rejects.toMatchObject({ code: 'document.outside' });
});
