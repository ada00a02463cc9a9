import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunkOf } from '../../../test/conformance/collections/collections-suite.ts';
import type { CollectionStore } from '../../core/capabilities/knowledge.ts';
import type { AppError } from '../../core/errors/app-error.ts';
import { isConflict, lanceError } from './lance-errors.ts';
import { collectionName, openCollections, tableName } from './open-collections.ts';

let dir: string;
let store: CollectionStore;
const made = { collection: 'docs', embedder: 'local', fingerprint: 'test/2' };
const two = {
  chunks: [chunkOf('a', 'alpha'), chunkOf('b', 'beta')],
  vectors: [
    [1, 0],
    [0, 1],
  ],
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'pipewright-lance-'));
  store = openCollections({ dir });
});
afterEach(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

async function failureOf(work: Promise<unknown>): Promise<AppError> {
  return work.then(
    () => Promise.reject(new Error('It was expected to fail and did not.')),
    (thrown) => thrown as AppError,
  );
}

describe('openCollections', () => {
  it('names tables so that capitals do not collide', () => {
    for (const name of ['docs', 'Docs', 'dOcS-2_x', 'A', 'a1']) expect(collectionName(tableName(name))).toBe(name);
    expect(tableName('Docs')).toBe('.docs');
    expect(tableName('Docs')).toBe(tableName('Docs').toLowerCase());
  });

  it('sees at once what another process writes, drops and makes anew', async () => {
    await store.write({ ...made, ...two });
    const other = openCollections({ dir });
    expect((await other.describe('docs')).chunks).toBe(2);
    await store.write({ ...made, chunks: [chunkOf('c', 'gamma', {}, { fresh: true })], vectors: [[1, 1]] });
    expect(await other.describe('docs')).toMatchObject({ chunks: 3, documents: 3, fields: { fresh: 'boolean' } });
    const found = await other.search({
      collection: 'docs',
      mode: 'text',
      text: 'gamma',
      k: 1,
      filter: { field: 'fresh', op: 'eq', value: true },
    });
    expect(found.chunks.map(({ id }) => id)).toEqual(['c']);

    await store.drop('docs');
    expect((await failureOf(other.describe('docs'))).code).toBe('collection.missing');
    await store.write({ ...made, fingerprint: 'new/3', chunks: [chunkOf('n', 'new')], vectors: [[1, 0, 0]] });
    expect(await other.describe('docs')).toMatchObject({ chunks: 1, dimensions: 3, embedderFingerprint: 'new/3' });
    await other.close();
  });

  it('says that a damaged table is damaged, and how to get it back', async () => {
    await store.write({ ...made, ...two });
    await store.close();
    const data = join(dir, 'docs.lance', 'data');
    for (const file of await readdir(data)) await truncate(join(data, file), 10);
    store = openCollections({ dir });
    const failure = await failureOf(store.search({ collection: 'docs', mode: 'vector', vector: [1, 0], k: 1 }));
    expect(failure.code).toBe('storage.corrupt');
    expect(failure.remedy).toContain('pipewright ingest docs --rebuild');
    expect(await store.drop('docs')).toBe(true);
  });

  it('does not take a foreign table for a collection', async () => {
    await (await connect(dir)).createTable('foreign', [{ id: 1, vector: [1, 2] }]);
    expect((await failureOf(store.describe('foreign'))).code).toBe('storage.corrupt');
  });

  it('refuses a vector that is not of finite numbers, and a name that cannot be a table', async () => {
    expect(
      (await failureOf(store.write({ ...made, chunks: [chunkOf('a', 'x')], vectors: [[Number.NaN, 1]] }))).code,
    ).toBe('collection.write');
    expect((await failureOf(store.write({ ...made, collection: '../x', ...two }))).code).toBe('collection.query');
  });

  it('fails plainly where its folder cannot be', async () => {
    await writeFile(join(dir, 'file'), '');
    const blocked = openCollections({ dir: join(dir, 'file', 'lance') });
    const failure = await failureOf(blocked.write({ ...made, ...two }));
    expect(failure.code).toMatch(/^(collection\.write|storage\.)/);
    expect(failure.remedy).toBeTruthy();
    const unread = await failureOf(blocked.describe('docs'));
    expect(unread).toMatchObject({ code: 'storage.failed', where: 'the folder of the collections' });
    await blocked.close();
  });
});

describe('lanceError', () => {
  it('tells a full disk, a folder without rights and the rest apart, without LanceDB’s own source positions', () => {
    const cases = [
      ['LanceError(IO): No space left on device (os error 28), /rust/src/io.rs:1', 'storage.full'],
      ['Generic error: Permission denied (os error 13)', 'storage.readonly'],
      ['Something broke  Caused by: deep things', 'collection.write'],
    ] as const;
    for (const [message, code] of cases) {
      const error = lanceError(new Error(message), 'docs', 'collection.write');
      expect(error.code).toBe(code);
      expect(error.where).toBe('collection “docs”');
      expect(`${error.message}${error.remedy}`).not.toMatch(/\.rs|Caused by/);
      expect(lanceError(new Error(message), undefined, 'storage.failed').remedy).not.toContain('undefined');
    }
    expect(isConflict(new Error('Commit conflict for version 5'))).toBe(true);
    expect(isConflict(new Error('Schema conflict'))).toBe(false);
  });
});
