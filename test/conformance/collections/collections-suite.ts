import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Filter, SearchRequest } from '../../../app/core/capabilities/capabilities.ts';
import type { CollectionStore } from '../../../app/core/capabilities/knowledge.ts';
import type { AppError } from '../../../app/core/errors/app-error.ts';
import type { Chunk, Metadata } from '../../../app/core/graph/values.ts';

const made = { embedder: 'local', fingerprint: 'test/4', dimensions: 4 };

export function chunkOf(id: string, text: string, more: Partial<Chunk> = {}, metadata: Metadata = {}): Chunk {
  const documentId = more.documentId ?? `doc-${id}`;
  return {
    id,
    documentId,
    file: `${documentId}.md`,
    text,
    start: 0,
    end: text.length,
    hash: `h-${id}`,
    metadata,
    ...more,
  };
}

async function failureOf(work: Promise<unknown>): Promise<AppError> {
  return work.then(
    () => {
      throw new Error('It was expected to fail and did not.');
    },
    (thrown) => thrown as AppError,
  );
}

const ids = (chunks: Chunk[]): string[] => chunks.map((chunk) => chunk.id);

/** What every store of collections must do, whatever is under it. */
export function collectionsSuite(
  name: string,
  open: () => Promise<{ store: CollectionStore; dispose(): Promise<void> }>,
): void {
  describe(`collections conformance: ${name}`, () => {
    let store: CollectionStore;
    let dispose: () => Promise<void>;

    beforeEach(async () => {
      ({ store, dispose } = await open());
    });
    afterEach(async () => {
      await dispose();
    });

    const three = [
      chunkOf(
        'a',
        'A kettle boils water quickly.',
        { title: 'Kettles', line: 3, endLine: 4, page: 2 },
        { year: 2020, kind: 'tool' },
      ),
      chunkOf('b', 'The grinder crushes coffee beans.', {}, { year: 2021, kind: 'tool', good: true }),
      chunkOf('c', 'Espresso is brewed under pressure.', {}, { year: 2022, kind: 'drink', good: false, note: null }),
    ];
    const vectors = [
      [1, 0, 0, 0],
      [0, 2, 0, 0],
      [0.6, 0.8, 0, 0],
    ];
    async function fill(): Promise<void> {
      await store.write({ collection: 'docs', ...made, chunks: three, vectors });
    }
    async function textIds(text: string, filter?: Filter): Promise<string[]> {
      const request = {
        collection: 'docs',
        mode: 'text',
        text,
        k: 10,
        ...(filter !== undefined && { filter }),
      } as const;
      return ids((await store.search(request)).chunks);
    }

    it('says that a collection is missing, what it may have been, and how to make it', async () => {
      await fill();
      const searched = () => store.search({ collection: 'dosc', mode: 'text', text: 'x', k: 1 });
      for (const work of [() => store.describe('dosc'), searched]) {
        const failure = await failureOf(work());
        expect(failure.code).toBe('collection.missing');
        expect(failure.message).toContain('“docs”');
        expect(failure.remedy).toContain('pipewright ingest dosc');
      }
      expect((await failureOf(store.describe('../evil'))).code).toBe('collection.missing');
    });

    it('describes what it holds', async () => {
      await fill();
      const info = await store.describe('docs');
      expect(info).toMatchObject({
        name: 'docs',
        embedder: 'local',
        embedderFingerprint: 'test/4',
        dimensions: 4,
        chunks: 3,
        documents: 3,
      });
      expect(info.fields).toEqual({ good: 'boolean', kind: 'string', year: 'number' });
      expect(await store.list()).toEqual(['docs']);
    });

    it('gives chunks back exactly as they were written', async () => {
      await fill();
      const odd = chunkOf(
        'odd',
        'Naïve “quotes” \\ and ’ \u0000 nul, 日本語, 👩‍🚀 end',
        { start: 7, end: 99 },
        { 'a b.c"\'': "it's", nested: null, __proto: 1 },
      );
      await store.write({ collection: 'docs', ...made, chunks: [odd], vectors: [[0, 0, 1, 0]] });
      const { chunks } = await store.search({ collection: 'docs', mode: 'vector', vector: [0, 0, 1, 0], k: 1 });
      const { score, scores, ...rest } = chunks[0] as Chunk;
      expect(rest).toEqual({ ...odd, collection: 'docs' });
      expect(score).toBeCloseTo(1, 5);
      expect(scores?.['vector']).toBe(score);
      const first = (await store.search({ collection: 'docs', mode: 'vector', vector: [1, 0, 0, 0], k: 1 })).chunks[0];
      expect(first).toMatchObject({ ...three[0] });
    });

    it('ranks by cosine similarity, whatever the lengths', async () => {
      await fill();
      const { chunks } = await store.search({ collection: 'docs', mode: 'vector', vector: [0, 5, 0, 0], k: 3 });
      expect(ids(chunks)).toEqual(['b', 'c', 'a']);
      expect(chunks.map((chunk) => chunk.score)).toEqual([
        expect.closeTo(1, 5),
        expect.closeTo(0.8, 5),
        expect.closeTo(0, 5),
      ]);
      expect(
        ids((await store.search({ collection: 'docs', mode: 'vector', vector: [0, 5, 0, 0], k: 2 })).chunks),
      ).toEqual(['b', 'c']);
    });

    it('finds words, also those of the title, and nothing for words that are not there', async () => {
      await fill();
      expect(await textIds('coffee')).toEqual(['b']);
      expect(await textIds('kettles')).toEqual(['a']);
      expect(await textIds('zeppelin')).toEqual([]);
      const { chunks } = await store.search({ collection: 'docs', mode: 'text', text: 'coffee pressure', k: 10 });
      expect(new Set(ids(chunks))).toEqual(new Set(['b', 'c']));
      for (const chunk of chunks) expect(chunk.scores?.['text']).toBeGreaterThan(0);
    });

    it('reads no syntax in a question', async () => {
      await fill();
      for (const text of [
        'coffee:',
        '(coffee',
        '"coffee',
        'coffee)',
        '+coffee -grinder',
        'text:coffee',
        'coffee*',
        '\\coffee',
        "coffee' OR 1=1 --",
        'coffee~2 AND NOT',
      ]) {
        expect(await textIds(text), text).toContain('b');
      }
      for (const text of ['(', ':', '"', '-', '*', '\\', '\ud800']) expect(await textIds(text), text).toEqual([]);
      expect(await textIds(`${'x'.repeat(5_000)} `)).toEqual([]);
    });

    it('fuses both rankings by rank', async () => {
      await fill();
      const { chunks } = await store.search({
        collection: 'docs',
        mode: 'hybrid',
        text: 'coffee',
        vector: [1, 0, 0, 0],
        k: 3,
      });
      expect(ids(chunks)).toEqual(['b', 'a', 'c']);
      expect(chunks[0]?.scores).toMatchObject({
        vector: expect.closeTo(0, 5),
        rrf: expect.closeTo(1 / 61 + 1 / 63, 8),
      });
      expect(chunks[0]?.scores?.['text']).toBeGreaterThan(0);
      expect(chunks[0]?.score).toBe(chunks[0]?.scores?.['rrf']);
      expect(chunks[1]?.scores).toEqual({ vector: expect.closeTo(1, 5), rrf: expect.closeTo(1 / 61, 8) });
    });

    it('shows new chunks to every mode at once', async () => {
      await fill();
      for (let i = 0; i < 5; i += 1) {
        const fresh = chunkOf(`n${i}`, `Freshword${i} arrived just now.`);
        await store.write({ collection: 'docs', ...made, chunks: [fresh], vectors: [[0, 0, 1, i]] });
        const text = `freshword${i}`;
        expect(await textIds(text)).toEqual([`n${i}`]);
        for (const mode of ['vector', 'hybrid'] as const) {
          const { chunks } = await store.search({ collection: 'docs', mode, text, vector: [0, 0, 1, i], k: 1 });
          expect(ids(chunks), mode).toEqual([`n${i}`]);
        }
      }
    });

    it('filters by metadata in every mode, and by file and title', async () => {
      await fill();
      const cases: [Filter, string[]][] = [
        [{ field: 'year', op: 'gte', value: 2021 }, ['b', 'c']],
        [{ field: 'kind', op: 'eq', value: 'tool' }, ['a', 'b']],
        [{ field: 'kind', op: 'ne', value: 'tool' }, ['c']],
        [{ field: 'good', op: 'eq', value: true }, ['b']],
        [{ field: 'good', op: 'ne', value: true }, ['a', 'c']],
        [{ field: 'good', op: 'exists', value: false }, ['a']],
        [{ not: { field: 'good', op: 'eq', value: false } }, ['a', 'b']],
        [{ field: 'year', op: 'in', value: [2020, 2022, 1999] }, ['a', 'c']],
        [{ field: 'kind', op: 'contains', value: 'oo' }, ['a', 'b']],
        [{ field: 'kind', op: 'startsWith', value: 'dr' }, ['c']],
        [{ field: 'file', op: 'eq', value: 'doc-b.md' }, ['b']],
        [{ field: 'title', op: 'exists', value: true }, ['a']],
        [{ field: 'page', op: 'eq', value: 2 }, ['a']],
        [
          { and: [{ field: 'year', op: 'lt', value: 2022 }, { or: [{ field: 'good', op: 'eq', value: true }] }] },
          ['b'],
        ],
        [{ and: [] }, ['a', 'b', 'c']],
        [{ or: [] }, []],
      ];
      const text = 'kettle grinder espresso';
      for (const [filter, expected] of cases) {
        for (const mode of ['vector', 'text', 'hybrid'] as const) {
          const { chunks } = await store.search({
            collection: 'docs',
            mode,
            text,
            vector: [1, 1, 0, 0],
            k: 10,
            filter,
          });
          expect(ids(chunks).sort(), `${mode} ${JSON.stringify(filter)}`).toEqual(expected);
        }
      }
    });

    it('refuses a filter that makes no sense, and says where', async () => {
      await fill();
      const cases: [unknown, string, string][] = [
        [{ field: 'yaer', op: 'eq', value: 1 }, 'filter of', '“year”'],
        [{ and: [{ not: { field: 'year', op: 'eq', value: '2020' } }] }, 'filter.and[0].not.value', 'number'],
        [{ field: 'year', op: 'gt', value: Number.NaN }, 'filter.value', 'finite'],
        [{ field: 'year', op: 'like', value: 1 }, 'filter of', 'like'],
        [{ field: 'year', op: 'contains', value: '2' }, 'filter of', 'text field'],
        [{ field: 'year = 1 OR 1=1 --', op: 'eq', value: 1 }, 'filter of', 'OR 1=1'],
        [{ field: 'constructor', op: 'exists', value: true }, 'filter of', 'constructor'],
        ['year = 1', 'filter of', 'object'],
      ];
      for (const [filter, where, message] of cases) {
        const failure = await failureOf(
          store.search({ collection: 'docs', mode: 'text', text: 'x', k: 1, filter: filter as Filter }),
        );
        expect(failure.code).toBe('collection.filter');
        expect(failure.where).toContain(where);
        expect(failure.message).toContain(message);
        expect(failure.remedy).toBeTruthy();
      }
    });

    it('keeps values of one field apart by type', async () => {
      const chunks = [
        chunkOf('n', 'one', {}, { v: 1 }),
        chunkOf('s', 'two', {}, { v: '1' }),
        chunkOf('t', 'three', {}, { v: true }),
      ];
      await store.write({ collection: 'docs', ...made, chunks, vectors });
      const found = async (filter: Filter) => (await textIds('one two three', filter)).sort();
      expect((await store.describe('docs')).fields).toEqual({ v: 'string' });
      expect(await found({ field: 'v', op: 'eq', value: 1 })).toEqual(['n']);
      expect(await found({ field: 'v', op: 'eq', value: '1' })).toEqual(['s']);
      expect(await found({ field: 'v', op: 'ne', value: true })).toEqual(['n', 's']);
      expect(await found({ field: 'v', op: 'in', value: [1, true, null] })).toEqual(['n', 't']);
      expect(await found({ field: 'v', op: 'exists', value: true })).toEqual(['n', 's', 't']);
    });

    it('refuses a bad request', async () => {
      await fill();
      const base = { collection: 'docs', k: 1 } as const;
      const cases: SearchRequest[] = [
        { ...base, mode: 'text', text: '  ' },
        { ...base, mode: 'vector' },
        { ...base, mode: 'hybrid', text: 'x' },
        { ...base, mode: 'text', text: 'x', k: 0 },
        { ...base, mode: 'text', text: 'x', k: 1.5 },
        { ...base, mode: 'vector', vector: [1, Number.NaN, 0, 0] },
      ];
      for (const request of cases) expect((await failureOf(store.search(request))).code).toBe('collection.query');
    });

    it('refuses another embedder to write and to search, and says how to change it', async () => {
      await fill();
      const other = { collection: 'docs', embedder: 'other', chunks: [three[0] as Chunk] };
      const failures = [
        await failureOf(store.write({ ...other, fingerprint: 'other/4', vectors: [[1, 0, 0, 0]] })),
        await failureOf(store.write({ ...other, fingerprint: 'test/4', vectors: [[1, 0]] })),
        await failureOf(store.ensure({ collection: 'docs', ...made, fingerprint: 'other/4' })),
        await failureOf(store.search({ collection: 'docs', mode: 'vector', vector: [1, 0], k: 1 })),
      ];
      for (const failure of failures) {
        expect(failure.code).toBe('collection.embedder');
        expect(failure.remedy).toContain('pipewright ingest docs --rebuild');
      }
      expect((await store.describe('docs')).chunks).toBe(3);
    });

    it('refuses chunks without a vector each', async () => {
      const failure = await failureOf(
        store.write({ collection: 'docs', ...made, chunks: three, vectors: vectors.slice(1) }),
      );
      expect(failure.code).toBe('collection.write');
    });

    it('replaces chunks by id, the last of one call winning, and gives each write a version', async () => {
      await fill();
      const before = await store.describe('docs');
      const result = await store.write({
        collection: 'docs',
        ...made,
        chunks: [chunkOf('b', 'Old tea.'), chunkOf('d', 'Cocoa.'), chunkOf('b', 'New tea.')],
        vectors: [
          [1, 0, 0, 0],
          [0, 0, 1, 0],
          [0, 0, 0, 1],
        ],
      });
      const after = await store.describe('docs');
      expect(result).toEqual({ written: 2, version: after.version });
      expect(after.version).not.toBe(before.version);
      expect(after.chunks).toBe(4);
      expect(await textIds('tea')).toEqual(['b']);
      expect(await textIds('old')).toEqual([]);
      expect(await textIds('coffee')).toEqual([]);
      expect((await store.describe('docs')).version).toBe(after.version);
    });

    it('replaces whole documents', async () => {
      await store.ensure({ collection: 'docs', ...made });
      expect(await store.describe('docs')).toMatchObject({ chunks: 0, documents: 0 });
      expect(await textIds('anything')).toEqual([]);
      const one = { documentId: 'd1' };
      const put = (batchId: string, documentIds: string[], chunks: Chunk[]) =>
        store.replaceDocuments({
          collection: 'docs',
          batchId,
          documentIds,
          chunks,
          vectors: chunks.map(() => [1, 0, 0, 0]),
        });
      await put(
        '1',
        ['d1', 'd2'],
        [chunkOf('x1', 'apple', one), chunkOf('x2', 'pear', one), chunkOf('y1', 'plum', { documentId: 'd2' })],
      );
      await put('2', ['d1'], [chunkOf('x2', 'pear', one), chunkOf('x3', 'quince', one)]);
      expect(
        ids(
          (await store.search({ collection: 'docs', mode: 'text', text: 'apple pear quince plum', k: 9 })).chunks,
        ).sort(),
      ).toEqual(['x2', 'x3', 'y1']);
      await put('3', ['d2'], []);
      expect(await store.describe('docs')).toMatchObject({ chunks: 2, documents: 1 });
      await put('4', ['d3'], [chunkOf('z1', 'fig', { documentId: 'd3' })]);
      await store.removeBatches({ collection: 'docs', batchIds: ['4', '9'] });
      expect(await textIds('fig')).toEqual([]);
      await store.removeDocuments({ collection: 'docs', documentIds: ['d1', "d'9"] });
      expect(await store.describe('docs')).toMatchObject({ chunks: 0, documents: 0 });
      await put('5', ['d5'], [chunkOf('v1', 'date', { documentId: 'd5' })]);
      await store.write({ collection: 'docs', ...made, chunks: [chunkOf('w1', 'nut')], vectors: [[1, 0, 0, 0]] });
      await store.removeIngested('docs');
      expect(await textIds('date nut')).toEqual(['w1']);
    });

    it('drops, and knows a collection made anew from the one before', async () => {
      await fill();
      const { generation } = await store.ensure({ collection: 'docs', ...made });
      const before = (await store.describe('docs')).version;
      expect(await store.drop('docs')).toBe(true);
      expect(await store.drop('docs')).toBe(false);
      expect((await failureOf(store.describe('docs'))).code).toBe('collection.missing');
      await fill();
      expect((await store.ensure({ collection: 'docs', ...made })).generation).not.toBe(generation);
      expect((await store.describe('docs')).version).not.toBe(before);
      expect(await textIds('coffee')).toEqual(['b']);
    });

    it('keeps collections apart, also those whose names differ in case', async () => {
      await fill();
      await store.write({
        collection: 'Docs',
        ...made,
        chunks: [chunkOf('q', 'Quite another.')],
        vectors: [[1, 0, 0, 0]],
      });
      expect(await store.list()).toEqual(['Docs', 'docs']);
      expect((await store.describe('docs')).chunks).toBe(3);
      expect((await store.describe('Docs')).chunks).toBe(1);
    });

    it('takes parallel writes and searches', async () => {
      await fill();
      await Promise.all(
        Array.from({ length: 12 }, async (_, i) => {
          const chunk = chunkOf(`p${i}`, `Parallel number${i}.`, {}, { [`field${i % 3}`]: i });
          await store.write({ collection: 'docs', ...made, chunks: [chunk], vectors: [[0, 0, 1, 0]] });
          expect(await textIds(`number${i}`)).toEqual([`p${i}`]);
        }),
      );
      expect((await store.describe('docs')).chunks).toBe(15);
    });
  });
}
