import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { chunkColumns } from '../../app/adapters/lancedb/chunk-rows.ts';
import { openCollections } from '../../app/adapters/lancedb/open-collections.ts';
import type { Chunk } from '../../app/core/graph/values.ts';

export interface RetrieverFigures {
  rows: number;
  dimensions: number;
  /** Medians in milliseconds of the raw LanceDB call and of ours, asked in turns for the same columns. */
  rawMs: number;
  oursMs: number;
  /** Median over pairs of ours / raw: 1.10 is the limit. */
  ratio: number;
  textMs: number;
  hybridMs: number;
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** Times the vector search of a collection beside the raw LanceDB call on the same table, A B A B. */
export async function measureRetriever({
  rows = 20_000,
  dimensions = 384,
  pairs = 60,
} = {}): Promise<RetrieverFigures> {
  const dir = await mkdtemp(join(tmpdir(), 'pipewright-bench-'));
  const collections = openCollections({ dir });
  let seed = 1;
  function random(): number {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed / 0x7fffffff;
  }
  const vector = () => Array.from({ length: dimensions }, () => random() - 0.5);
  const words = () => Array.from({ length: 60 }, () => `word${Math.floor(random() ** 3 * 5_000)}`).join(' ');
  try {
    await collections.ensure({ collection: 'bench', embedder: 'e', fingerprint: 'f', dimensions });
    for (let from = 0; from < rows; from += 2_000) {
      const chunks = Array.from({ length: 2_000 }, (_, i): Chunk => {
        const id = `c${from + i}`;
        return {
          id,
          documentId: `d${(from + i) >> 3}`,
          file: `f${(from + i) >> 3}.md`,
          text: words(),
          start: 0,
          end: 1,
          hash: id,
          metadata: { n: i },
        };
      });
      const vectors = chunks.map(vector);
      await collections.replaceDocuments({ collection: 'bench', batchId: 'b', documentIds: [], chunks, vectors });
    }
    await collections.settle('bench');
    const table = await (await connect(dir)).openTable('bench');
    const raw: number[] = [];
    const ours: number[] = [];
    const text: number[] = [];
    const hybrid: number[] = [];
    async function time(into: number[], work: () => Promise<unknown>): Promise<void> {
      const started = performance.now();
      await work();
      into.push(performance.now() - started);
    }
    for (let i = -5; i < pairs; i += 1) {
      const query = vector();
      if (i === 0) for (const list of [raw, ours, text, hybrid]) list.length = 0;
      await time(raw, () =>
        table
          .query()
          .nearestTo(query)
          .distanceType('cosine')
          .select([...chunkColumns, '_distance'])
          .limit(10)
          .toArray(),
      );
      await time(ours, () => collections.search({ collection: 'bench', mode: 'vector', vector: query, k: 10 }));
      const question = 'word5 word77 word412';
      await time(text, () => collections.search({ collection: 'bench', mode: 'text', text: question, k: 10 }));
      await time(hybrid, () =>
        collections.search({ collection: 'bench', mode: 'hybrid', text: question, vector: query, k: 10 }),
      );
    }
    const ratio = median(raw.map((ms, i) => (ours[i] ?? 0) / ms));
    return {
      rows,
      dimensions,
      rawMs: median(raw),
      oursMs: median(ours),
      ratio,
      textMs: median(text),
      hybridMs: median(hybrid),
    };
  } finally {
    await collections.close();
    await rm(dir, { recursive: true, force: true });
  }
}
