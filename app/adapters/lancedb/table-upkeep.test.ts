import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Table } from '@lancedb/lancedb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunkOf } from '../../../test/conformance/collections/collections-suite.ts';
import type { CollectionStore } from '../../core/capabilities/knowledge.ts';
import { openCollections } from './open-collections.ts';
import { measureRecall, vectorSearchPlan } from './table-upkeep.ts';

const dimensions = 32;

/** Unit-free vectors in 40 clusters, the same each time. */
function vectorOf(i: number): number[] {
  return Array.from({ length: dimensions }, (_, j) => Math.sin((i % 40) * 7 + j) + 0.4 * Math.sin(i * 13.7 + j * 3.1));
}

let dir: string;
let store: CollectionStore;
let table: Table;

async function fill(from: number, to: number): Promise<void> {
  const chunks = Array.from({ length: to - from }, (_, i) =>
    chunkOf(`c${from + i}`, `word${from + i} text`, {}, { n: from + i }),
  );
  const vectors = chunks.map((_, i) => vectorOf(from + i));
  await store.write({ collection: 'docs', embedder: 'local', fingerprint: 'test', chunks, vectors });
}

async function openTable(): Promise<Table> {
  return (await connect(dir)).openTable('docs');
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'pipewright-upkeep-'));
});
afterEach(async () => {
  table?.close();
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

describe('index upkeep', () => {
  it('indexes the tail in the background when it has grown, and is waited for on close', async () => {
    store = openCollections({ dir, upkeep: { tailRows: 50 } });
    await fill(0, 60);
    await store.close();
    table = await openTable();
    expect((await table.indexStats('search_idx'))?.numIndexedRows).toBe(60);
  });

  it('leaves a short tail alone until it is told that the writes are over', async () => {
    store = openCollections({ dir, upkeep: { settledRows: 10 } });
    await fill(0, 60);
    await fill(60, 62);
    table = await openTable();
    expect((await table.indexStats('search_idx'))?.numIndexedRows).toBe(0);
    await store.settle('docs');
    await table.checkoutLatest();
    expect((await table.indexStats('search_idx'))?.numIndexedRows).toBe(62);
    const found = await store.search({ collection: 'docs', mode: 'text', text: 'word61', k: 1 });
    expect(found.chunks[0]?.id).toBe('c61');
  });

  it('builds a vector index above the threshold, keeps its measured recall, and still finds new rows', {
    timeout: 60_000,
  }, async () => {
    store = openCollections({ dir, upkeep: { indexAbove: 2_000, settledRows: 10 } });
    await fill(0, 2_500);
    await store.settle('docs');
    table = await openTable();
    expect((await table.listIndices()).map(({ name }) => name).sort()).toEqual(['search_idx', 'vector_idx']);
    const plan = await vectorSearchPlan(table);
    expect(plan?.recall).toBeGreaterThanOrEqual(0.95);
    expect(await measureRecall(table, { ef: 64, refine: 5 })).toBeGreaterThanOrEqual(0.95);

    await fill(2_500, 2_501);
    const fresh = await store.search({ collection: 'docs', mode: 'vector', vector: vectorOf(2_500), k: 1 });
    expect(fresh.chunks[0]?.id).toBe('c2500');
    const filter = { field: 'n', op: 'lt', value: 30 } as const;
    const narrow = await store.search({ collection: 'docs', mode: 'vector', vector: vectorOf(5), k: 40, filter });
    expect(narrow.chunks).toHaveLength(30);
    expect(narrow.chunks[0]?.id).toBe('c5');
  });

  it('throws away an index that does not find enough, and says nothing false about it', {
    timeout: 60_000,
  }, async () => {
    store = openCollections({ dir, upkeep: { indexAbove: 500, settledRows: 10, recall: 1.01 } });
    await fill(0, 600);
    await store.settle('docs');
    table = await openTable();
    expect((await table.listIndices()).map(({ name }) => name)).toEqual(['search_idx']);
    expect(await vectorSearchPlan(table)).toBeUndefined();
    const found = await store.search({ collection: 'docs', mode: 'vector', vector: vectorOf(9), k: 1 });
    expect(found.chunks[0]?.id).toBe('c9');
    const metadata = (await table.schema()).fields.find(({ name }) => name === 'vector')?.metadata;
    expect(metadata?.get('pipewright.vector-search')).toBe('{"refusedAt":600}');
    expect(metadata?.get('pipewright.fingerprint')).toBe('test');
  });
});
