import type { Table } from '@lancedb/lancedb';
import { searchColumn } from './collection-schema.ts';
import type { LanceModule } from './lance-runtime.ts';

/** How an approximate index is asked. `recall` is what was measured with these settings on this collection. */
export interface VectorSearchPlan {
  ef: number;
  refine: number;
  recall: number;
}

/** What stands in the table: the plan, or at how many rows an index was tried and found too little. */
type KeptPlan = VectorSearchPlan | { refusedAt: number };

export interface UpkeepLimits {
  /** Rows from which on vectors get an approximate index; below, every search is exact. */
  indexAbove: number;
  /** Rows (and a tenth of the table) that full text searches without its index before a write has it brought up to date. */
  tailRows: number;
  /** The same when an ingestion is done, and no more writes are to be expected. */
  settledRows: number;
  /** Small fragments (one a write) before they are put together. */
  fragments: number;
  /** Recall@10 below which an approximate index is thrown away again. */
  recall: number;
}

/**
 * Flat search is exact and takes 13 ms over 20,000 vectors of 384 numbers and 49 ms over 100,000; full text
 * over an unindexed tail takes 290 ms for 20,000 short rows and 120 ms for 1,400 abstracts asked for 20 words, over its
 * index 1 to 2 ms; bringing the index up to date takes 0.5 s at 20,000 rows (two cores, LanceDB 0.39).
 */
export const defaultUpkeepLimits: UpkeepLimits = {
  indexAbove: 50_000,
  tailRows: 1_000,
  settledRows: 100,
  fragments: 64,
  recall: 0.95,
};

const textIndex = `${searchColumn}_idx`;
const vectorIndex = 'vector_idx';
const planKey = 'pipewright.vector-search';

/**
 * English stemming and stop words over ICU words: the best of five settings on two public sets (nDCG@10 .369 on
 * Cranfield and .441 on NPL; without stemming .334 and .356), and ICU also finds the words of Chinese and Japanese.
 */
export async function ensureTextIndex(lance: LanceModule, table: Table): Promise<void> {
  if ((await table.listIndices()).some((index) => index.name === textIndex)) return;
  await table.createIndex(searchColumn, {
    config: lance.Index.fts({
      baseTokenizer: 'icu/split',
      language: 'English',
      stem: true,
      removeStopWords: true,
      lowercase: true,
      asciiFolding: true,
      withPosition: false,
    }),
  });
}

async function keptPlan(table: Table): Promise<KeptPlan | undefined> {
  const text = (await table.schema()).fields.find((field) => field.name === 'vector')?.metadata.get(planKey);
  return text === undefined || text === '' ? undefined : (JSON.parse(text) as KeptPlan);
}

/** The settings to ask the vector index with; undefined when there is none and search is flat. */
export async function vectorSearchPlan(table: Table): Promise<VectorSearchPlan | undefined> {
  const kept = await keptPlan(table);
  return kept === undefined || 'refusedAt' in kept ? undefined : kept;
}

async function keepPlan(table: Table, plan: KeptPlan | undefined): Promise<void> {
  const value = plan === undefined ? null : JSON.stringify(plan);
  await table.updateFieldMetadata([{ path: 'vector', metadata: { [planKey]: value } }]);
}

const sampleSize = 24;

/** Share of the true ten nearest that the index finds, over vectors of the table itself, evenly spread. */
export async function measureRecall(table: Table, plan: Pick<VectorSearchPlan, 'ef' | 'refine'>): Promise<number> {
  const rows = await table.countRows();
  const step = Math.max(1, Math.floor(rows / sampleSize));
  const offsets = Array.from({ length: Math.min(sampleSize, rows) }, (_, i) => i * step);
  const sample = await table.takeOffsets(offsets).select(['vector']).toArrow();
  let found = 0;
  let wanted = 0;
  for (const row of sample) {
    const vector = Float32Array.from(row?.['vector'] as Iterable<number>);
    const query = () => table.query().nearestTo(vector).distanceType('cosine').select(['id', '_distance']).limit(10);
    const exact = await query().bypassVectorIndex().toArray();
    const quick = await query().ef(plan.ef).refineFactor(plan.refine).toArray();
    const ids = new Set(quick.map((entry) => String(entry.id)));
    wanted += exact.length;
    found += exact.filter((entry) => ids.has(String(entry.id))).length;
  }
  return wanted === 0 ? 1 : found / wanted;
}

/** From quick to thorough; the first that reaches the recall is kept. */
const plans = [
  { ef: 64, refine: 5 },
  { ef: 200, refine: 10 },
  { ef: 500, refine: 20 },
];

async function indexVectors(lance: LanceModule, table: Table, rows: number, limits: UpkeepLimits): Promise<void> {
  await table.createIndex('vector', {
    config: lance.Index.hnswSq({ distanceType: 'cosine', numPartitions: Math.max(1, Math.ceil(rows / 250_000)) }),
    name: vectorIndex,
    replace: true,
  });
  for (const plan of plans) {
    const recall = await measureRecall(table, plan);
    if (recall < limits.recall) continue;
    await keepPlan(table, { ...plan, recall });
    return;
  }
  await table.dropIndex(vectorIndex);
  await keepPlan(table, { refusedAt: rows });
}

/** Whether `keepUp` has anything to do: cheap enough to ask after each write. */
export async function needsUpkeep(table: Table, limits: UpkeepLimits, settled: boolean): Promise<boolean> {
  const [stats, text] = await Promise.all([table.stats(), table.indexStats(textIndex)]);
  const tail = text === undefined ? stats.numRows : text.numUnindexedRows;
  if (tail > (settled ? limits.settledRows : Math.max(limits.tailRows, stats.numRows / 10))) return true;
  return stats.fragmentStats.numSmallFragments > limits.fragments;
}

/**
 * Brings the indices up to date, puts small fragments together and, from `indexAbove` rows on, builds the vector index
 * and measures its recall. Nothing that is searched depends on it but speed.
 */
export async function keepUp(lance: LanceModule, table: Table, limits: UpkeepLimits): Promise<void> {
  await ensureTextIndex(lance, table);
  await table.optimize();
  const rows = await table.countRows();
  if (rows < limits.indexAbove) return;
  const kept = await keptPlan(table);
  if (kept !== undefined && 'refusedAt' in kept) {
    // Building takes half a minute for 100,000 vectors: not again before the collection is another one.
    if (rows < 2 * kept.refusedAt) return;
  } else if (kept !== undefined) {
    const indexed = (await table.listIndices()).some(({ name }) => name === vectorIndex);
    if (indexed && (await measureRecall(table, kept)) >= limits.recall) return;
    // Searches are exact from here on until the new index has proved itself.
    await keepPlan(table, undefined);
  }
  await indexVectors(lance, table, rows, limits);
}
