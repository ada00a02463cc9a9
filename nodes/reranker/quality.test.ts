import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../app/core/nodekit/index.ts';
import { terms } from '../../app/core/text/words.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { reranker } from './manifest.ts';
import { run } from './run.ts';

const data = process.env['PIPEWRIGHT_DATA'];

/** BM25 (k1 1.2, b 0.75) over stemmed words: the first 50 documents for a query. */
function makeSearch(chunks: readonly Chunk[]): (query: string) => Chunk[] {
  const counts = chunks.map(({ text }) => Map.groupBy(terms(text), (term) => term));
  const lengths = counts.map((groups) => groups.values().reduce((sum, group) => sum + group.length, 0));
  const average = lengths.reduce((sum, length) => sum + length, 0) / chunks.length;
  return (query) => {
    const asked = [...new Set(terms(query))].map((term) => {
      const holders = counts.filter((groups) => groups.has(term)).length;
      return { term, idf: Math.log(1 + (chunks.length - holders + 0.5) / (holders + 0.5)) };
    });
    return chunks
      .map((chunk, i): Chunk => {
        const norm = 1.2 * (0.25 + (0.75 * (lengths[i] ?? 0)) / average);
        const score = asked.reduce((sum, { term, idf }) => {
          const n = counts[i]?.get(term)?.length ?? 0;
          return sum + (idf * n * 2.2) / (n + norm);
        }, 0);
        return { ...chunk, score };
      })
      .sort((a, b) => (b.score ?? 0) - (a.score ?? 0))
      .slice(0, 50);
  };
}

function ndcg10(ids: readonly string[], grades: ReadonlyMap<string, number>): number {
  const gain = (list: readonly number[]) =>
    list.slice(0, 10).reduce((sum, grade, i) => sum + grade / Math.log2(i + 2), 0);
  const ideal = gain([...grades.values()].sort((a, b) => b - a));
  return ideal === 0 ? 0 : gain(ids.map((id) => grades.get(id) ?? 0)) / ideal;
}

describe.skipIf(data === undefined)('reranking Cranfield (PIPEWRIGHT_DATA: A/cranfield)', () => {
  it('does not harm a good text search, mends a shuffled one, and prints both', { timeout: 60_000 }, async () => {
    const folder = join(data ?? '', 'A/cranfield');
    const lines = (name: string) => readFileSync(join(folder, name), 'utf8').trim().split('\n');
    const rows = (name: string) =>
      lines(name).map((line): { _id: string; title?: string; text: string } => JSON.parse(line));
    const chunks = rows('corpus.jsonl').map(
      ({ _id, text }): Chunk => ({
        id: _id,
        documentId: _id,
        file: _id,
        text,
        start: 0,
        end: text.length,
        hash: '',
        metadata: {},
      }),
    );
    const grades = new Map<string, Map<string, number>>();
    for (const line of lines('qrels.tsv').slice(1)) {
      const [query = '', document = '', grade] = line.split('\t');
      const known = grades.get(query) ?? new Map<string, number>();
      grades.set(query, known.set(document, Math.max(0, Number(grade))));
    }
    const search = makeSearch(chunks);
    const sums = { search: 0, coverage: 0, 'coverage+mmr': 0, shuffled: 0, mended: 0 };
    const queries = rows('queries.jsonl').filter(({ _id }, i) => grades.has(_id) && i % 3 === 0);
    for (const { _id, text: query } of queries) {
      const judge = (list: readonly { id: string }[]) =>
        ndcg10(
          list.map(({ id }) => id),
          grades.get(_id) ?? new Map(),
        );
      const rerank = async (method: 'coverage' | 'coverage+mmr', list: readonly Chunk[]) => {
        const { outputs } = await runNode(reranker, run, {
          config: { method, topK: 10 },
          inputs: { query, chunks: [list] },
        });
        return judge(outputs['chunks'] as unknown as Chunk[]);
      };
      const found = search(query);
      // An order that says nothing: by document number.
      const shuffled = found.toSorted((a, b) => Number(a.id) - Number(b.id));
      sums.search += judge(found);
      sums.coverage += await rerank('coverage', found);
      sums['coverage+mmr'] += await rerank('coverage+mmr', found);
      sums.shuffled += judge(shuffled);
      sums.mended += await rerank('coverage', shuffled);
    }
    const mean = Object.fromEntries(
      Object.entries(sums).map(([name, sum]) => [name, sum / queries.length]),
    ) as typeof sums;
    const shown = Object.entries(mean).map(([name, value]) => `${name} ${value.toFixed(3)}`);
    console.info(`nDCG@10 on Cranfield, ${queries.length} queries: ${shown.join(', ')}`);
    expect(mean.coverage).toBeGreaterThan(mean.search - 0.01);
    expect(mean['coverage+mmr']).toBeGreaterThan(mean.search - 0.02);
    expect(mean.mended).toBeGreaterThan(mean.shuffled + 0.05);
  });
});
