import * as z from 'zod';
import type { JsonObject } from '../graph/json.ts';
import type { Chunk } from '../graph/values.ts';

/** Why a step that searches, ranks or packs did not hand a chunk on. */
export const dropReasons = [
  /** It ranks below the number of chunks that the step keeps. */
  'below-k',
  /** It came after as many as the step looks at. */
  'not-looked-at',
  /** Its rank alone would have kept it; it says too much of what a chosen one says. */
  'too-alike',
  /** It says almost the same as a better one. */
  'duplicate',
  /** It did not fit into what was left of the tokens. */
  'over-budget',
  /** It stands in a longer piece that it was joined into. */
  'joined',
] as const;
export type DropReason = (typeof dropReasons)[number];

const Rank = z.int().min(1);

/** A chunk as a step saw it. Texts are not told: they stand in the values that flow on the wires. */
export const ReportedChunk = z.object({
  id: z.string(),
  file: z.string(),
  /** Place among the chunks that came in, or of a search among all that it ranked; from 1. */
  before: Rank.exactOptional(),
  /** Place among those handed on, from 1; none for a dropped one. */
  after: Rank.exactOptional(),
  /** What the step ranked it by. */
  score: z.number().exactOptional(),
  /** By channel, where the step searched through several. */
  scores: z.record(z.string(), z.number()).exactOptional(),
  tokens: z.int().exactOptional(),
  dropped: z.enum(dropReasons).exactOptional(),
  /** The chunk that it is too much like, or that it was joined into. */
  of: z.string().exactOptional(),
  start: z.int().exactOptional(),
  end: z.int().exactOptional(),
  line: z.int().exactOptional(),
  page: z.int().exactOptional(),
});
export type ReportedChunk = z.infer<typeof ReportedChunk>;

/**
 * What a step that searches, ranks or packs chunks tells about its work: the member `retrieval` of its facts. Traces
 * follow a query by it from step to step.
 */
export const RetrievalReport = z.object({
  role: z.enum(['search', 'rank', 'pack']),
  /** The first 500 characters. */
  query: z.string().exactOptional(),
  /** How: hybrid, coverage+mmr, rank … */
  method: z.string().exactOptional(),
  collection: z.string().exactOptional(),
  filter: z.json().exactOptional(),
  /** Chunks to hand on at most. */
  limit: z.int().exactOptional(),
  /** Tokens of the text that was made, and how many it might have. */
  tokens: z.int().exactOptional(),
  budget: z.int().exactOptional(),
  /** Chunks that the step chose from, each once. */
  candidates: z.int().exactOptional(),
  /** Best first; those dropped after those kept. A search tells only what it dropped: what it found stands in its output. */
  chunks: z.array(ReportedChunk),
  /** Chunks that are not told, because a report has an end. */
  untold: z.int().exactOptional(),
});
export type RetrievalReport = z.infer<typeof RetrievalReport>;

/** Chunks of a report at most: facts lie inside the log. */
const MOST = 100;
/** UTF-16 units of a query and of a filter's JSON at most. */
const LONGEST_QUERY = 500;
const LONGEST_FILTER = 2000;

/** A report that is short enough to lie in the log: long lists and texts are cut, scores have five digits. */
export function retrievalReport(report: RetrievalReport): { retrieval: JsonObject } {
  const { query, filter, chunks, ...rest } = report;
  const told = chunks.slice(0, MOST).map(({ score, scores, ...chunk }) => ({
    ...chunk,
    ...(score !== undefined && { score: shortened(score) }),
    ...(scores && { scores: Object.fromEntries(Object.entries(scores).map(([by, one]) => [by, shortened(one)])) }),
  }));
  const isFilterShort = filter !== undefined && JSON.stringify(filter).length <= LONGEST_FILTER;
  const short: RetrievalReport = {
    ...rest,
    ...(query !== undefined && { query: query.slice(0, LONGEST_QUERY) }),
    ...(isFilterShort && { filter }),
    chunks: told,
    ...(chunks.length > MOST && { untold: chunks.length - MOST }),
  };
  return { retrieval: short as unknown as JsonObject };
}

/** Which chunk is meant, and where it stands. */
export function reportedPlace({ id, file, start, end, line, page }: Chunk): ReportedChunk {
  return { id, file, start, end, ...(line !== undefined && { line }), ...(page !== undefined && { page }) };
}

/** What a step reported; undefined for one that reports nothing, or whose report may not show. */
export function readRetrievalReport(
  detail: { readonly [fact: string]: unknown } | undefined,
): RetrievalReport | undefined {
  const parsed = RetrievalReport.safeParse(detail?.['retrieval']);
  return parsed.success ? parsed.data : undefined;
}

function shortened(score: number): number {
  return Number(score.toPrecision(5));
}
