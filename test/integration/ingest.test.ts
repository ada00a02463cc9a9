import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openIngestStore } from '../../app/adapters/knowledge/ingest-store.ts';
import { workspaceFiles } from '../../app/adapters/knowledge/workspace-files.ts';
import { openCollections } from '../../app/adapters/lancedb/open-collections.ts';
import { createLoaders } from '../../app/adapters/loaders/loaders.ts';
import { chunkDocument } from '../../app/core/text/chunking.ts';
import { estimateTokens } from '../../app/core/text/estimate-tokens.ts';
import { hashingEmbedderDimensions } from '../../app/core/text/hashing-embedder.ts';
import { CollectionConfig } from '../../app/core/workspace/workspace-config.ts';
import { type IngestReport, ingest } from '../../app/services/knowledge/ingest.ts';
import { searchCollection } from '../../app/services/knowledge/search-collection.ts';
import { hashingEmbedderCapability } from '../kit/hashing-embedder-capability.ts';

const data = process.env['PIPEWRIGHT_DATA'];
const modes = ['vector', 'text', 'hybrid'] as const;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function openKnowledge(patterns: string[], chunking: { size: number; overlap: number }) {
  const root = mkdtempSync(join(tmpdir(), 'pipewright-ingest-'));
  folders.push(root);
  mkdirSync(join(root, 'documents'));
  const machine = join(root, '.pipewright');
  const collections = openCollections({ dir: join(machine, 'lance') });
  const store = openIngestStore({ dir: machine });
  const loaders = createLoaders();
  const embedder = hashingEmbedderCapability(hashingEmbedderDimensions);
  const config = CollectionConfig.parse({ documents: patterns, embedder: 'local', chunking });
  return {
    documents: join(root, 'documents'),
    collections,
    ingest: (): Promise<IngestReport> =>
      ingest({
        collection: 'docs',
        config,
        files: workspaceFiles({ root, loaders }),
        chunk: (document) => chunkDocument(document, config.chunking, estimateTokens),
        embedder,
        collections,
        store,
      }),
    search: (query: string, mode: (typeof modes)[number], k: number) =>
      searchCollection({ collection: 'docs', query, mode, k, collections, embedder }),
    async close() {
      await Promise.all([collections.close(), loaders.close()]);
      store.close();
    },
  };
}

function lines<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

function judgements(file: string): Map<string, Map<string, number>> {
  const all = new Map<string, Map<string, number>>();
  for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
    const [query = '', document = '', gain] = line.split('\t');
    all.set(query, (all.get(query) ?? new Map()).set(document, Number(gain)));
  }
  return all;
}

/** Linear-gain nDCG@10 as trec_eval has it. */
function ndcg10(ranked: string[], gains: ReadonlyMap<string, number>): number {
  const sum = (values: number[]) => values.slice(0, 10).reduce((total, gain, i) => total + gain / Math.log2(i + 2), 0);
  const ideal = sum([...gains.values()].sort((a, b) => b - a));
  return ideal === 0 ? 0 : sum(ranked.map((id) => gains.get(id) ?? 0)) / ideal;
}

describe.skipIf(data === undefined)('ingestion of real documents (needs PIPEWRIGHT_DATA)', () => {
  it('finds the right abstracts of Cranfield as well as a plain BM25 does', { timeout: 240_000 }, async () => {
    const set = join(data ?? '', 'A', 'cranfield');
    const knowledge = openKnowledge(['documents/*.txt'], { size: 8192, overlap: 0 });
    for (const { _id, text } of lines<{ _id: string; text: string }>(join(set, 'corpus.jsonl'))) {
      writeFileSync(join(knowledge.documents, `${_id}.txt`), text);
    }
    const started = performance.now();
    const report = await knowledge.ingest();
    const seconds = (performance.now() - started) / 1000;
    expect(report).toMatchObject({ files: 1400, added: 1398 });
    expect(report.failures.map(({ file, code }) => [file, code])).toEqual([
      ['documents/471.txt', 'document.empty'],
      ['documents/995.txt', 'document.empty'],
    ]);
    expect(await knowledge.ingest()).toMatchObject({ unchanged: 1398, added: 0, chunks: 0 });

    const relevant = judgements(join(set, 'qrels.tsv'));
    const queries = lines<{ _id: string; text: string }>(join(set, 'queries.jsonl'));
    const quality: Record<string, number> = {};
    for (const mode of modes) {
      let total = 0;
      for (const { _id, text } of queries) {
        const chunks = await knowledge.search(text, mode, 20);
        const ranked = [...new Set(chunks.map(({ file }) => file.slice('documents/'.length, -'.txt'.length)))];
        total += ndcg10(ranked, relevant.get(_id) ?? new Map());
      }
      quality[mode] = total / queries.length;
    }
    const { bm25 } = JSON.parse(readFileSync(join(set, 'BASELINE.json'), 'utf8')) as {
      bm25: { tok: string; k1: number; ndcg10: number }[];
    };
    const baseline = bm25.find(({ tok, k1 }) => tok === 'porter' && k1 === 1.2)?.ndcg10 ?? 0;
    const figures = modes.map((mode) => `${mode} ${quality[mode]?.toFixed(4)}`).join(', ');
    console.log(`cranfield: ${seconds.toFixed(1)} s to ingest; nDCG@10 ${figures}; BM25 baseline ${baseline}`);
    expect(quality['text']).toBeGreaterThan(baseline - 0.03);
    expect(quality['vector']).toBeGreaterThan(0.2);
    expect(quality['hybrid']).toBeGreaterThan(Math.max(quality['text'] ?? 0, quality['vector'] ?? 0) - 0.03);
    await knowledge.close();
  });

  it('reads a real documentation, cites lines that hold the text, and follows an edit', {
    timeout: 240_000,
  }, async () => {
    const knowledge = openKnowledge(['documents/**/*.md'], { size: 320, overlap: 40 });
    cpSync(join(data ?? '', 'B', 'docs-pydantic-ai'), knowledge.documents, { recursive: true, dereference: true });
    const started = performance.now();
    const report = await knowledge.ingest();
    console.log(
      `docs-pydantic-ai: ${report.files} files, ${report.chunks} chunks, ${report.failures.length} unreadable, ${((performance.now() - started) / 1000).toFixed(1)} s`,
    );
    expect(report.files).toBeGreaterThanOrEqual(228);
    expect(report.added).toBeGreaterThanOrEqual(report.files - report.failures.length);
    const chunks = await knowledge.search(
      'How do I retry a tool call when the model gives wrong arguments?',
      'hybrid',
      5,
    );
    expect(chunks).toHaveLength(5);
    for (const { file, line = 0, text } of chunks) {
      const first = readFileSync(join(knowledge.documents, '..', file), 'utf8').split('\n')[line - 1] ?? '';
      expect(first).toContain(text.split('\n')[0]?.trim());
    }
    const edited = chunks[0]?.file ?? '';
    writeFileSync(join(knowledge.documents, '..', edited), '# Edited\n\nThe zyzzyva now decides about retries.\n');
    expect(await knowledge.ingest()).toMatchObject({ updated: 1, added: 0, chunks: 1 });
    expect((await knowledge.search('zyzzyva', 'text', 3)).map(({ file }) => file)).toEqual([edited]);
    await knowledge.close();
  });
});
