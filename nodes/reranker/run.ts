import type { Spend } from '../../app/core/asking/spend.ts';
import { addCall, emptySpend } from '../../app/core/asking/spend.ts';
import type { Chunk, JsonObject, Run } from '../../app/core/nodekit/index.ts';
import { type ReportedChunk, reportedPlace, retrievalReport } from '../../app/core/run/retrieval-report.ts';
import { lexicalCoverage, relevanceOf } from '../../app/core/text/lexical-coverage.ts';
import { mergeChunkLists } from '../../app/core/text/merge-chunk-lists.ts';
import { mmr } from '../../app/core/text/mmr.ts';
import { searchableText } from '../../app/core/text/searchable-text.ts';
import { gradeByModel } from './grade-by-model.ts';
import type { reranker } from './manifest.ts';

/** What became of the candidates: those kept in their new order, and why each other one was not. */
interface Choice {
  kept: Candidate[];
  dropped: (Pick<ReportedChunk, 'of'> & { candidate: Candidate; why: NonNullable<ReportedChunk['dropped']> })[];
}

/** Rank at which the worth of an order of arrival has halved. */
const HALF = 10;
const byRank = (rank: number) => HALF / (HALF + rank);

interface Candidate {
  chunk: Chunk;
  /** Place in the merged list, from 0. */
  before: number;
  relevance: number;
}

export const run: Run<typeof reranker> = async ({ config, inputs }, { cap, detail, step }) => {
  const merged = mergeChunkLists(inputs.chunks);
  const { query } = inputs;
  const { topK, method, profile = '' } = config;
  let spend: Spend | undefined;
  const candidates = await ranked();
  const { kept, dropped } = method === 'mmr' || method === 'coverage+mmr' ? spread(candidates) : best(candidates);
  const unseen = merged.slice(candidates.length);
  detail({
    method,
    lists: inputs.chunks.length,
    candidates: merged.length,
    ...retrievalReport({
      role: 'rank',
      query,
      method,
      limit: topK,
      candidates: merged.length,
      chunks: [
        ...kept.map((candidate, after) => ({ ...reported(candidate), after: after + 1 })),
        ...dropped.map(({ candidate, why, of }) => ({
          ...reported(candidate),
          dropped: why,
          ...(of !== undefined && { of }),
        })),
        ...unseen.map((chunk, at): ReportedChunk => {
          return { ...reportedPlace(chunk), before: candidates.length + at + 1, dropped: 'not-looked-at' };
        }),
      ],
    }),
  });
  return {
    chunks: kept.map(({ chunk }) => chunk),
    usage: spend === undefined ? undefined : ({ ...spend } as unknown as JsonObject),
  };

  async function ranked(): Promise<Candidate[]> {
    if (method === 'mmr') return merged.map((chunk, before) => ({ chunk, before, relevance: byRank(before) }));
    if (method === 'coverage' || method === 'coverage+mmr') return byWords();
    const looked = merged.slice(0, config.candidates);
    if (looked.length === 0) return [];
    const scores = await (method === 'service' ? byService : byModel)(looked.map(searchableText));
    return byRelevance(looked.map((chunk, before) => scored(chunk, before, scores[before] ?? 0)));
  }

  function byWords(): Candidate[] {
    const covered = lexicalCoverage(query, merged.map(searchableText));
    return byRelevance(
      merged.map((chunk, before) => {
        const words = covered[before] ?? { coverage: 0, proximity: 0 };
        const relevance = (1 - config.prior) * relevanceOf(words) + config.prior * byRank(before);
        return scored(chunk, before, relevance, { coverage: words.coverage });
      }),
    );
  }

  async function byService(texts: string[]): Promise<number[]> {
    const answer = await cap.reranker.rerank({ profile, query, texts });
    spend = emptySpend();
    addCall(spend, answer);
    const { model, provider, fallback } = answer;
    detail({ model, provider, ...(fallback && { fallback: fallback.name }) });
    return answer.scores;
  }

  async function byModel(texts: string[]): Promise<number[]> {
    const graded = await gradeByModel({
      model: cap.model,
      profile,
      query,
      texts: texts.map((text) => text.slice(0, config.maxChars)),
      window: config.window,
      reasks: config.reasks,
      where: `node ${step.nodeId}, profile ${profile}`,
      onFailed: detail,
    });
    spend = graded.spend;
    detail({ ungraded: graded.ungraded });
    return graded.scores;
  }

  function best(from: readonly Candidate[]): Choice {
    return {
      kept: from.slice(0, topK),
      dropped: from.slice(topK).map((candidate) => ({ candidate, why: 'below-k' })),
    };
  }

  function spread(from: readonly Candidate[]): Choice {
    const { chosen, left } = mmr(
      from.map(({ chunk }) => searchableText(chunk)),
      from.map(({ relevance }) => relevance),
      { lambda: config.lambda, k: topK },
    );
    const kept = chosen.flatMap(({ index, score }) => {
      const candidate = from[index];
      if (candidate === undefined) return [];
      const { chunk } = candidate;
      return [{ ...candidate, chunk: { ...chunk, score, scores: { ...chunk.scores, mmr: score } } }];
    });
    const dropped = left.flatMap(({ index, near, score }): Choice['dropped'] => {
      const passed = from[index];
      if (passed === undefined) return [];
      const candidate = { ...passed, chunk: { ...passed.chunk, score } };
      // Whoever ranks among the first and was passed over made room for something unlike it.
      if (index >= topK) return [{ candidate, why: 'below-k' }];
      const like = from[near]?.chunk.id;
      return [{ candidate, why: 'too-alike', ...(like !== undefined && { of: like }) }];
    });
    return { kept, dropped };
  }
};

function scored(chunk: Chunk, before: number, relevance: number, scores: { [by: string]: number } = {}): Candidate {
  const shown = { ...chunk.scores, ...scores, rerank: relevance };
  return { chunk: { ...chunk, score: relevance, scores: shown }, before, relevance };
}

function reported({ chunk, before }: Candidate): ReportedChunk {
  const { score } = chunk;
  return { ...reportedPlace(chunk), before: before + 1, ...(score !== undefined && { score }) };
}

/** Equal ones stay as they came. */
function byRelevance(candidates: Candidate[]): Candidate[] {
  return candidates.sort((a, b) => b.relevance - a.relevance || a.before - b.before);
}
