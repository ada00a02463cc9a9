import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openCollections } from '../../app/adapters/lancedb/open-collections.ts';
import { filterArbitrary, hostileChunks } from './filter-arbitrary.ts';
import { matchesFilter } from './filter-oracle.ts';

/**
 * Compares LanceDB with the oracle on random filters over one small hostile table.
 * @returns how many filters matched some rows but not all: a test of filters that never match proves nothing
 */
export async function compareFiltersWithOracle({
  runs,
  seed,
}: {
  runs: number;
  seed: number;
}): Promise<{ telling: number }> {
  const dir = await mkdtemp(join(tmpdir(), 'pipewright-filters-'));
  const store = openCollections({ dir });
  const chunks = hostileChunks(40, seed);
  const shadowed = new Set(
    chunks.flatMap((chunk) =>
      Object.entries(chunk.metadata).flatMap(([field, value]) => (value === null ? [] : [field])),
    ),
  );
  let telling = 0;
  try {
    const made = { collection: 'docs', embedder: 'local', fingerprint: 'test/2' };
    await store.write({ ...made, chunks, vectors: chunks.map((_, i) => [1, i]) });
    await fc.assert(
      fc.asyncProperty(filterArbitrary(chunks), async (filter) => {
        const wanted = chunks.filter((chunk) => matchesFilter(filter, chunk, shadowed)).map((chunk) => chunk.id);
        const found = await store.search({ collection: 'docs', mode: 'vector', vector: [1, 0], k: 100, filter });
        const ids = found.chunks.map((chunk) => chunk.id).sort();
        if (ids.join() !== wanted.sort().join()) throw new Error(`found ${ids.join()}; expected ${wanted.join()}`);
        if (wanted.length > 0 && wanted.length < chunks.length) telling += 1;
      }),
      { numRuns: runs, seed },
    );
  } finally {
    await store.close();
    await rm(dir, { recursive: true, force: true });
  }
  return { telling };
}
