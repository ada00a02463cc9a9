import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chunk } from '../../app/core/graph/values.ts';
import { openWorkspace } from '../../app/index.ts';
import { reranker } from '../../nodes/reranker/manifest.ts';
import { run } from '../../nodes/reranker/run.ts';
import { runNode } from '../kit/run-node.ts';
import { judge, meanQuality, type RankingQuality, readJudgements } from './ranking.ts';
import { type BenchOptions, type BenchReport, type Figure, requireData } from './report.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const modes = ['text', 'vector', 'hybrid'] as const;
const DEPTH = 100;

interface Baseline {
  tok: string;
  k1: number;
  b: number;
  ndcg10: number;
  r100: number;
  mrr10: number;
}

/** Quality of retrieval over 225 questions to 1,400 abstracts, through ingestion and search of a workspace. */
export async function cranfield(options: BenchOptions): Promise<BenchReport> {
  const set = join(requireData(options), 'A', 'cranfield');
  const rows = (name: string) =>
    readFileSync(join(set, name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { _id: string; text: string });
  const judgements = readJudgements(readFileSync(join(set, 'qrels.tsv'), 'utf8'));
  const { bm25 } = JSON.parse(readFileSync(join(set, 'BASELINE.json'), 'utf8')) as { bm25: Baseline[] };

  return inTemporaryFolder(async (folder) => {
    mkdirSync(join(folder, 'documents'));
    for (const { _id, text } of rows('corpus.jsonl')) writeFileSync(join(folder, 'documents', `${_id}.txt`), text);
    const config = {
      format: 1,
      name: 'Cranfield',
      profiles: { local: { use: 'embedding', provider: 'built-in', model: 'hashing-embedder' } },
      // Judgements are of whole abstracts, so a chunk is one.
      collections: {
        docs: { documents: ['documents/*.txt'], embedder: 'local', chunking: { size: 8192, overlap: 0 } },
      },
    };
    writeFileSync(join(folder, 'pipewright.json'), JSON.stringify(config));
    const workspace = await openWorkspace(folder, { env: {}, profileDir: join(folder, 'profile') });
    try {
      options.say('ingesting 1,400 abstracts …');
      const began = performance.now();
      const [report] = await workspace.ingest('docs');
      const seconds = (performance.now() - began) / 1000;
      const found = new Map<string, RankingQuality[]>();
      const note = (way: string, chunks: readonly Chunk[], grades: ReadonlyMap<string, number>) => {
        const ids = chunks.map(({ file }) => /(\d+)\.txt$/.exec(file)?.[1] ?? '');
        found.set(way, [...(found.get(way) ?? []), judge([...new Set(ids)], grades)]);
      };
      for (const { _id, text } of rows('queries.jsonl')) {
        const grades = judgements.get(_id);
        if (!grades) continue;
        for (const mode of modes) {
          const chunks = await workspace.search('docs', text, { mode, k: DEPTH });
          note(mode, chunks, grades);
          for (const method of ['coverage', 'coverage+mmr'] as const) {
            const given = { config: { method, topK: DEPTH }, inputs: { query: text, chunks: [chunks] } };
            const { outputs } = await runNode(reranker, run, given);
            note(`${mode}, reranker ${method}`, outputs['chunks'] as unknown as Chunk[], grades);
          }
        }
      }
      const figures = [
        ...bm25.map(({ tok, k1, b, ndcg10, r100, mrr10 }) => ({
          name: `BM25 baseline, ${tok === 'none' ? 'no stemming' : tok}, k1 ${k1}, b ${b}`,
          quality: { ndcg10, recall100: r100, mrr10 },
        })),
        ...[...found].map(([name, all]) => ({ name, quality: meanQuality(all) })),
      ].flatMap(({ name, quality }): Figure[] => [
        { name, value: quality.ndcg10, unit: 'nDCG@10' },
        { name: '', value: quality.recall100, unit: 'R@100' },
        { name: '', value: quality.mrr10, unit: 'MRR@10' },
      ]);
      return {
        figures: [...figures, { name: 'ingestion of 1,400 files', value: seconds, unit: 's' }],
        remarks: [
          '',
          `${found.get('text')?.length} questions with judgements; ${report?.chunks} abstracts, not read: ${report?.failures.map(({ file, code }) => `${file} (${code})`).join(', ')}.`,
          'Linear-gain nDCG as trec_eval has it. The embedder is the built-in hashing one, which knows no synonyms. The baseline is the best of a plain BM25 on the same texts (BASELINE.json of the set).',
          'R@100 of a reranked list is that of the list it was given.',
        ],
        details: Object.fromEntries([...found].map(([way, all]) => [way, meanQuality(all)])),
      };
    } finally {
      await workspace.close();
    }
  });
}
