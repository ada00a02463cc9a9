import { join } from 'node:path';
import { connect, MatchQuery } from '@lancedb/lancedb';
import { chunkColumns } from '../../app/adapters/lancedb/chunk-rows.ts';
import { openCollections } from '../../app/adapters/lancedb/open-collections.ts';
import type { EmbedderCapability } from '../../app/core/capabilities/capabilities.ts';
import type { Chunk } from '../../app/core/graph/values.ts';
import { retriever } from '../../nodes/retriever/manifest.ts';
import { run } from '../../nodes/retriever/run.ts';
import { runNode } from '../kit/run-node.ts';
import { type Contestant, figureOf, median, takeTurns } from './measure.ts';
import type { BenchOptions, BenchReport, Figure } from './report.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const ROWS = 20_000;
const DIMENSIONS = 384;
const BATCH = 2_000;
const K = 10;
const COLLECTION = 'bench';

/** The same numbers in every run of the bench. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/** Searches through the retriever node and its capabilities beside raw LanceDB calls on the same table. */
export async function retrieverSpeed({ say }: BenchOptions): Promise<BenchReport> {
  return inTemporaryFolder(async (folder) => {
    const random = makeRandom(1);
    const vector = () => Array.from({ length: DIMENSIONS }, () => random() - 0.5);
    // Words as frequent as in text: a few everywhere, most of them rare.
    const words = (count: number) =>
      Array.from({ length: count }, () => `word${Math.floor(random() ** 3 * 5_000)}`).join(' ');
    const dir = join(folder, 'collections');
    const collections = openCollections({ dir });
    try {
      await collections.ensure({ collection: COLLECTION, embedder: 'e', fingerprint: 'f', dimensions: DIMENSIONS });
      const rates: number[] = [];
      for (let from = 0; from < ROWS; from += BATCH) {
        const chunks = Array.from({ length: BATCH }, (_, i) => chunkOf(from + i, words(60)));
        const vectors = chunks.map(vector);
        const began = performance.now();
        await collections.replaceDocuments({ collection: COLLECTION, batchId: 'b', documentIds: [], chunks, vectors });
        rates.push((BATCH / (performance.now() - began)) * 1000);
      }
      const began = performance.now();
      await collections.settle(COLLECTION);
      const settleMs = performance.now() - began;
      say(`${ROWS} rows written, indices settled in ${Math.round(settleMs)} ms`);

      const table = await (await connect(dir)).openTable(COLLECTION);
      const asked = { vector: vector(), text: words(3) };
      const next = () => Object.assign(asked, { vector: vector(), text: words(3) });
      const nearest = () =>
        table
          .query()
          .nearestTo(Float32Array.from(asked.vector))
          .distanceType('cosine')
          .select([...chunkColumns, '_distance'])
          .limit(K);
      const match = () =>
        table
          .query()
          .fullTextSearch(new MatchQuery(asked.text, 'search'))
          .select([...chunkColumns, '_score'])
          .limit(K);
      const embedder: EmbedderCapability = {
        embed: async () => ({
          vectors: [asked.vector],
          fingerprint: 'f',
          usage: { inputTokens: 0, outputTokens: 0, estimated: true },
          cost: { nanoUsd: 0, known: true, priceVersion: '' },
        }),
      };
      const capability = (mode: 'vector' | 'text' | 'hybrid') => async () => {
        const { chunks } = await collections.search({
          collection: COLLECTION,
          mode,
          k: K,
          vector: asked.vector,
          text: asked.text,
        });
        return checkFound(chunks);
      };
      const node = (mode: 'vector' | 'text' | 'hybrid') => async () => {
        const config = { collection: COLLECTION, mode, k: K };
        const given = { config, inputs: { query: asked.text }, cap: { collections, embedder } };
        return checkFound((await runNode(retriever, run, given)).outputs['chunks'] as unknown as Chunk[]);
      };
      const groups: { raw: Contestant; ours: Contestant[] }[] = [
        {
          raw: { name: 'raw LanceDB, vector', run: async () => checkFound(await nearest().toArray()) },
          ours: [
            { name: 'capability, vector', run: capability('vector') },
            { name: 'retriever node, vector', run: node('vector') },
          ],
        },
        {
          raw: { name: 'raw LanceDB, text', run: async () => checkFound(await match().toArray()) },
          ours: [{ name: 'retriever node, text', run: node('text') }],
        },
        {
          raw: {
            name: 'raw LanceDB, both at once, not fused',
            run: async () => checkFound((await Promise.all([nearest().toArray(), match().toArray()])).flat()),
          },
          ours: [{ name: 'retriever node, hybrid', run: node('hybrid') }],
        },
      ];
      const figures: Figure[] = [];
      for (const { raw, ours } of groups) {
        let turn = 0;
        const size = ours.length + 1;
        // Everyone in a round is asked the same question.
        const fresh = (contestant: Contestant): Contestant => ({
          name: contestant.name,
          run: async () => {
            const began = performance.now();
            await contestant.run();
            const ms = performance.now() - began;
            turn += 1;
            if (turn % size === 0) next();
            return ms;
          },
        });
        const series = await takeTurns([raw, ...ours].map(fresh), { rounds: 120, warmUp: 12 });
        const baseline = series.get(raw.name);
        figures.push(figureOf(baseline, { unit: 'ms' }));
        for (const { name } of ours) {
          const limited = name.endsWith('vector') && { target: { atMost: 1.1, of: 'ratio' as const } };
          figures.push(figureOf(series.get(name), { unit: 'ms', baseline, ...limited }));
        }
      }
      return {
        figures: [
          ...figures,
          {
            name: `ingestion, batches of ${BATCH}`,
            value: median(rates),
            unit: 'rows/s',
            spread: [Math.min(...rates), Math.max(...rates)],
          },
          { name: 'indices brought up to date afterwards', value: settleMs, unit: 'ms' },
        ],
        remarks: [
          '',
          `${ROWS} rows of ${DIMENSIONS} numbers and 60 words, k ${K}, exact vector search; every contestant of a round gets the same question and reads the same columns.`,
          'The retriever node looks the collection up, has the question embedded (answered at once here), searches, and checks what it gives out against its ports.',
          'The spread of the ingestion is its slowest and fastest batch.',
        ],
      };
    } finally {
      await collections.close();
    }
  });
}

function chunkOf(n: number, text: string): Chunk {
  const id = `c${n}`;
  const documentId = `d${n >> 3}`;
  return { id, documentId, file: `${documentId}.md`, text, start: 0, end: text.length, hash: id, metadata: { n } };
}

function checkFound(found: readonly unknown[]): undefined {
  if (found.length < K) throw new Error(`a search gave ${found.length} rows`);
}
