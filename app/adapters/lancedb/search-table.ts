import type { Table } from '@lancedb/lancedb';
import type { ChunkPlace, SearchRequest, SearchResponse } from '../../core/capabilities/capabilities.ts';
import { AppError } from '../../core/errors/app-error.ts';
import type { Chunk } from '../../core/graph/values.ts';
import { reciprocalRankFusion } from '../../core/text/reciprocal-rank-fusion.ts';
import { chunkColumns, type FoundRow, fromArrow } from './chunk-rows.ts';
import { searchColumn } from './collection-schema.ts';
import type { LanceModule } from './lance-runtime.ts';
import type { VectorSearchPlan } from './table-upkeep.ts';

const maxResults = 1_000;

/** A question of many pages takes seconds and finds everything: what counts is at its beginning. */
const maxQueryUnits = 4_096;

export interface TableSearch {
  request: SearchRequest;
  /** Compiled by compileFilter. */
  where: string | undefined;
  plan: VectorSearchPlan | undefined;
}

function refuse(collection: string, message: string, remedy: string): never {
  throw new AppError('collection.query', { message, where: `search in collection “${collection}”`, remedy });
}

/** @throws AppError collection.query, and collection.embedder for a vector of another size */
export function checkRequest({ collection, mode, k, text, vector }: SearchRequest, dimensions: number): void {
  if (!Number.isInteger(k) || k < 1 || k > maxResults) {
    refuse(collection, `A search gives 1 to ${maxResults} chunks, not ${k}.`, 'Set k to a whole number in that range.');
  }
  if (mode !== 'vector' && (text === undefined || text.trim() === '')) {
    refuse(collection, `A ${mode} search needs a question, and it is empty.`, 'Give a text, or search by vector.');
  }
  if (mode === 'text') return;
  if (vector === undefined || vector.length === 0) {
    refuse(collection, `A ${mode} search needs the question's vector.`, 'Embed the question, or search by text.');
  }
  if (vector.length !== dimensions) {
    throw new AppError('collection.embedder', {
      message: `The question's vector has ${vector.length} dimensions; the collection's have ${dimensions}: they come from different embedders.`,
      where: `collection “${collection}”`,
      remedy: `Embed with the collection's own profile, or re-ingest with the new one: pipewright ingest ${collection} --rebuild`,
    });
  }
  if (!vector.every(Number.isFinite)) {
    refuse(collection, "The question's vector holds numbers that are not finite.", 'Check the embedding profile.');
  }
}

function ordered(rows: FoundRow[], name: string, scoreOf: (rank: number) => number): Chunk[] {
  return rows
    .map(({ chunk, rank }) => ({ ...chunk, score: scoreOf(rank), scores: { [name]: scoreOf(rank) } }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}

async function vectorSearch(table: Table, { request, where, plan }: TableSearch, k: number): Promise<Chunk[]> {
  const vector = Float32Array.from(request.vector ?? []);
  function query() {
    const nearest = table
      .query()
      .nearestTo(vector)
      .distanceType('cosine')
      .select([...chunkColumns, '_distance'])
      .limit(k);
    return where === undefined ? nearest : nearest.where(where);
  }
  async function rows(asked: ReturnType<typeof query>) {
    return fromArrow(await asked.toArrow(), request.collection, '_distance');
  }
  let found: FoundRow[];
  if (plan === undefined) found = await rows(query().bypassVectorIndex());
  else {
    // A filter thins the graph that the index walks: look wider, and exactly if that was still not enough.
    const ef = Math.max(where === undefined ? plan.ef : Math.max(plan.ef, 200), 2 * k);
    found = await rows(query().ef(ef).refineFactor(plan.refine));
    if (where !== undefined && found.length < k) found = await rows(query().bypassVectorIndex());
  }
  return ordered(found, 'vector', (distance) => 1 - distance);
}

async function textSearch(
  lance: LanceModule,
  table: Table,
  { request, where }: TableSearch,
  k: number,
): Promise<Chunk[]> {
  // A match query has no syntax: every character of the user's text is a word or nothing.
  const words = (request.text ?? '').slice(0, maxQueryUnits).toWellFormed();
  const match = table
    .query()
    .fullTextSearch(new lance.MatchQuery(words, searchColumn))
    .select([...chunkColumns, '_score'])
    .limit(k);
  const found = fromArrow(
    await (where === undefined ? match : match.where(where)).toArrow(),
    request.collection,
    '_score',
  );
  return ordered(found, 'text', (score) => score);
}

/** How deep each list is read before they are fused: past that, ranks hardly weigh. */
function fusionDepth(k: number): number {
  return Math.min(maxResults, Math.max(50, 3 * k));
}

/** Chunks below the last one found that are told. */
const maxBelow = 10;

function placeOf({ id, file, line, page, start, end, score, scores }: Chunk): ChunkPlace {
  return {
    id,
    file,
    start,
    end,
    ...(line !== undefined && { line }),
    ...(page !== undefined && { page }),
    ...(score !== undefined && { score }),
    ...(scores && { scores }),
  };
}

/**
 * Answers a checked request, best first. Hybrid runs both searches at once and fuses them by rank: LanceDB's own
 * hybrid query does the same one after the other, in 6.8 ms instead of 4.2.
 */
export async function searchTable(lance: LanceModule, table: Table, search: TableSearch): Promise<SearchResponse> {
  const { mode, k } = search.request;
  if (mode === 'vector') return { chunks: await vectorSearch(table, search, k) };
  if (mode === 'text') return { chunks: await textSearch(lance, table, search, k) };
  const depth = fusionDepth(k);
  const lists = await Promise.all([vectorSearch(table, search, depth), textSearch(lance, table, search, depth)]);
  const scores = new Map<string, Record<string, number>>();
  for (const chunk of lists.flat()) scores.set(chunk.id, { ...scores.get(chunk.id), ...chunk.scores });
  const fused = reciprocalRankFusion(lists, (chunk) => chunk.id)
    .slice(0, k + maxBelow)
    .map(({ item, score }) => ({ ...item, score, scores: { ...scores.get(item.id), rrf: score } }));
  const below = fused.slice(k).map(placeOf);
  return { chunks: fused.slice(0, k), ...(below.length > 0 && { below }) };
}
