/** How good rankings are, over queries with graded judgements. */
export interface RankingQuality {
  ndcg10: number;
  recall100: number;
  mrr10: number;
}

/** Judgements by query and document, grades above 0 only. */
export type Judgements = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Reads `query-id corpus-id score` with a header line (BEIR). */
export function readJudgements(tsv: string): Judgements {
  const all = new Map<string, Map<string, number>>();
  for (const line of tsv.trim().split('\n').slice(1)) {
    const [query = '', document = '', grade] = line.split('\t');
    if (Number(grade) <= 0) continue;
    const known = all.get(query) ?? new Map<string, number>();
    all.set(query, known.set(document, Number(grade)));
  }
  return all;
}

/** nDCG@10 with linear gain as trec_eval has it, recall among the first 100, reciprocal rank among the first 10. */
export function judge(ranked: readonly string[], grades: ReadonlyMap<string, number>): RankingQuality {
  const gain = (list: readonly number[]) =>
    list.slice(0, 10).reduce((sum, grade, i) => sum + grade / Math.log2(i + 2), 0);
  const ideal = gain([...grades.values()].sort((a, b) => b - a));
  const found = ranked.slice(0, 100).filter((id) => grades.has(id)).length;
  const first = ranked.slice(0, 10).findIndex((id) => grades.has(id));
  return {
    ndcg10: ideal === 0 ? 0 : gain(ranked.map((id) => grades.get(id) ?? 0)) / ideal,
    recall100: grades.size === 0 ? 0 : found / grades.size,
    mrr10: first === -1 ? 0 : 1 / (first + 1),
  };
}

export function meanQuality(all: readonly RankingQuality[]): RankingQuality {
  const mean = (key: keyof RankingQuality) => all.reduce((sum, one) => sum + one[key], 0) / all.length;
  return { ndcg10: mean('ndcg10'), recall100: mean('recall100'), mrr10: mean('mrr10') };
}
