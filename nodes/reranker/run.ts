import type { Chunk, Run } from '../../app/core/nodekit/index.ts';
import { lexicalCoverage } from '../../app/core/text/lexical-coverage.ts';
import { mergeChunkLists } from '../../app/core/text/merge-chunk-lists.ts';
import { mmr } from '../../app/core/text/mmr.ts';
import { searchableText } from '../../app/core/text/searchable-text.ts';
import type { reranker } from './manifest.ts';

/** Weight of neighbouring words against single ones. */
const PROXIMITY = 0.25;
/** Rank at which the worth of an order of arrival has halved. */
const HALF = 10;

interface Candidate {
  chunk: Chunk;
  /** Place in the merged list, from 0. */
  before: number;
  relevance: number;
}

export const run: Run<typeof reranker> = ({ config, inputs }, { detail }) => {
  const merged = mergeChunkLists(inputs.chunks);
  const texts = merged.map(searchableText);
  const byRank = (rank: number) => HALF / (HALF + rank);

  let candidates: Candidate[];
  if (config.method === 'mmr') {
    candidates = merged.map((chunk, before) => ({ chunk, before, relevance: byRank(before) }));
  } else {
    const covered = lexicalCoverage(inputs.query, texts);
    candidates = merged.map((chunk, before) => {
      const { coverage = 0, proximity = 0 } = covered[before] ?? {};
      const words = (1 - PROXIMITY) * coverage + PROXIMITY * proximity;
      const relevance = (1 - config.prior) * words + config.prior * byRank(before);
      return {
        chunk: { ...chunk, score: relevance, scores: { ...chunk.scores, coverage, rerank: relevance } },
        before,
        relevance,
      };
    });
    candidates.sort((a, b) => b.relevance - a.relevance || a.before - b.before);
  }

  let kept = candidates.slice(0, config.topK);
  if (config.method !== 'coverage') {
    const chosen = mmr(
      candidates.map(({ before }) => texts[before] ?? ''),
      candidates.map(({ relevance }) => relevance),
      { lambda: config.lambda, k: config.topK },
    );
    kept = chosen.flatMap(({ index, score }) => {
      const candidate = candidates[index];
      if (candidate === undefined) return [];
      return [
        { ...candidate, chunk: { ...candidate.chunk, score, scores: { ...candidate.chunk.scores, mmr: score } } },
      ];
    });
  }
  detail({
    method: config.method,
    lists: inputs.chunks.length,
    candidates: merged.length,
    kept: kept.map(({ chunk, before }, after) => ({
      id: chunk.id,
      file: chunk.file,
      before: before + 1,
      after: after + 1,
      score: chunk.score ?? 0,
    })),
  });
  return { chunks: kept.map(({ chunk }) => chunk) };
};
