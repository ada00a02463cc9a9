import type { CollectionInfo, SearchRequest, WriteChunksRequest } from '../../app/core/capabilities/capabilities.ts';
import { checkFilter, type FieldType, shownFields } from '../../app/core/capabilities/check-filter.ts';
import type {
  CollectionStore,
  EnsureCollectionRequest,
  ReplaceDocumentsRequest,
} from '../../app/core/capabilities/knowledge.ts';
import { AppError } from '../../app/core/errors/app-error.ts';
import { didYouMean } from '../../app/core/errors/suggest.ts';
import type { Chunk } from '../../app/core/graph/values.ts';
import { reciprocalRankFusion } from '../../app/core/text/reciprocal-rank-fusion.ts';
import { searchableText } from '../../app/core/text/searchable-text.ts';
import { matchesFilter } from './filter-oracle.ts';

interface Row {
  chunk: Chunk;
  vector: number[];
  batchId: string;
}
interface Collection extends Omit<EnsureCollectionRequest, 'collection'> {
  generation: string;
  revision: number;
  rows: Map<string, Row>;
  /** Every field ever written, as in a table whose columns stay. */
  fields: Map<string, Set<FieldType>>;
}

const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

function unit(vector: number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((x) => (length === 0 ? 0 : x / length));
}

/** BM25 (k1 1.2, b 0.75) of each row for the words of a question; rows without any of them are left out. */
function bm25(rows: Row[], question: string): Map<string, number> {
  const lengths = rows.map((row) => words(searchableText(row.chunk)).length);
  const average = lengths.reduce((sum, n) => sum + n, 0) / Math.max(1, rows.length);
  const scores = new Map<string, number>();
  for (const word of new Set(words(question))) {
    const counts = rows.map((row) => words(searchableText(row.chunk)).filter((other) => other === word).length);
    const holding = counts.filter((n) => n > 0).length;
    const idf = Math.log(1 + (rows.length - holding + 0.5) / (holding + 0.5));
    rows.forEach((row, i) => {
      const n = counts[i] ?? 0;
      if (n === 0) return;
      const gain = (idf * n * 2.2) / (n + 1.2 * (0.25 + (0.75 * (lengths[i] ?? 0)) / average));
      scores.set(row.chunk.id, (scores.get(row.chunk.id) ?? 0) + gain);
    });
  }
  return scores;
}

function ranked(collection: string, rows: Row[], name: string, scores: Map<string, number>): Chunk[] {
  return rows
    .filter((row) => scores.has(row.chunk.id))
    .map(({ chunk }) => {
      const score = scores.get(chunk.id) ?? 0;
      return { ...structuredClone(chunk), collection, score, scores: { [name]: score } };
    })
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}

/** Collections in memory, exact in every mode: what nodes and the ingestion are tested on. */
export function createMemoryCollections(): CollectionStore {
  const collections = new Map<string, Collection>();
  let generations = 0;

  function need(name: string): Collection {
    const found = collections.get(name);
    if (found !== undefined) return found;
    throw new AppError('collection.missing', {
      message: `There is no collection “${name}”.${didYouMean(name, collections.keys())}`,
      where: `collection “${name}”`,
      remedy: `Ingest its documents first: pipewright ingest ${name}`,
    });
  }

  function ensured({ collection, embedder, fingerprint, dimensions }: EnsureCollectionRequest): Collection {
    const found = collections.get(collection);
    if (found === undefined) {
      generations += 1;
      const made = {
        embedder,
        fingerprint,
        dimensions,
        generation: `g${generations}`,
        revision: 1,
        rows: new Map(),
        fields: new Map(),
      };
      collections.set(collection, made);
      return made;
    }
    if (found.fingerprint !== fingerprint || found.dimensions !== dimensions) {
      throw new AppError('collection.embedder', {
        message: `The collection was made with ${found.fingerprint}, not with ${fingerprint}.`,
        where: `collection “${collection}”`,
        remedy: `Make the collection anew: pipewright ingest ${collection} --rebuild`,
      });
    }
    return found;
  }

  function put(
    into: Collection,
    request: Pick<WriteChunksRequest, 'collection' | 'chunks' | 'vectors'>,
    batchId: string,
  ): void {
    const { chunks, vectors, collection } = request;
    if (chunks.length !== vectors.length || vectors.some((vector) => vector.length !== into.dimensions)) {
      throw new AppError('collection.write', {
        message: 'Each chunk needs one vector of the right size.',
        where: `collection “${collection}”`,
        remedy: 'Give one vector for each chunk.',
      });
    }
    chunks.forEach((chunk, i) => {
      into.rows.set(chunk.id, { chunk: structuredClone(chunk), vector: unit(vectors[i] ?? []), batchId });
      for (const [field, value] of Object.entries(chunk.metadata)) {
        if (value === null) continue;
        into.fields.set(field, (into.fields.get(field) ?? new Set()).add(typeof value as FieldType));
      }
    });
    into.revision += 1;
  }

  function removeWhere(name: string, doomed: (row: Row) => boolean): void {
    const found = collections.get(name);
    if (found === undefined) return;
    for (const [id, row] of found.rows) if (doomed(row)) found.rows.delete(id);
    found.revision += 1;
  }

  function info(name: string): CollectionInfo {
    const found = need(name);
    return {
      name,
      embedder: found.embedder,
      embedderFingerprint: found.fingerprint,
      dimensions: found.dimensions,
      chunks: found.rows.size,
      documents: new Set([...found.rows.values()].map((row) => row.chunk.documentId)).size,
      version: `${found.generation}.${found.revision}`,
      fields: shownFields(found.fields),
    };
  }

  function check(request: SearchRequest, { dimensions }: Collection): void {
    const { collection, k, mode, text, vector } = request;
    const where = `search in collection “${collection}”`;
    const remedy = 'Check the request.';
    if (!Number.isInteger(k) || k < 1 || k > 1_000)
      throw new AppError('collection.query', { message: `Not ${k}.`, where, remedy });
    if (mode !== 'vector' && !text?.trim())
      throw new AppError('collection.query', { message: 'No text.', where, remedy });
    if (mode === 'text') return;
    if (!vector?.length || !vector.every(Number.isFinite)) {
      throw new AppError('collection.query', { message: 'No vector of finite numbers.', where, remedy });
    }
    if (vector.length !== dimensions) {
      const rebuild = `pipewright ingest ${collection} --rebuild`;
      throw new AppError('collection.embedder', {
        message: `${dimensions} dimensions, not ${vector.length}.`,
        where,
        remedy: rebuild,
      });
    }
  }

  function search(request: SearchRequest): Chunk[] {
    const { collection, mode, k, filter } = request;
    const found = need(collection);
    check(request, found);
    const checked = filter === undefined ? undefined : checkFilter(filter, found.fields, collection);
    const shadowed = new Set(found.fields.keys());
    const all = [...found.rows.values()];
    const rows = checked === undefined ? all : all.filter((row) => matchesFilter(checked, row.chunk, shadowed));

    function byVector(): Chunk[] {
      const query = unit(request.vector ?? []);
      const near = rows.filter((row) => row.vector.some((x) => x !== 0) && query.some((x) => x !== 0));
      const scores = near.map((row): [string, number] => [
        row.chunk.id,
        row.vector.reduce((sum, x, i) => sum + x * (query[i] ?? 0), 0),
      ]);
      return ranked(collection, near, 'vector', new Map(scores));
    }
    const byText = (): Chunk[] => ranked(collection, rows, 'text', bm25(all, request.text ?? ''));
    if (mode === 'vector') return byVector().slice(0, k);
    if (mode === 'text') return byText().slice(0, k);
    const lists = [byVector(), byText()].map((list) => list.slice(0, Math.max(50, 3 * k)));
    const scores = new Map<string, Record<string, number>>();
    for (const chunk of lists.flat()) scores.set(chunk.id, { ...scores.get(chunk.id), ...chunk.scores });
    return reciprocalRankFusion(lists, (chunk) => chunk.id)
      .slice(0, k)
      .map(({ item, score }) => ({ ...item, score, scores: { ...scores.get(item.id), rrf: score } }));
  }

  return {
    describe: async (name) => info(name),
    search: async (request) => ({ chunks: search(request) }),
    async write({ collection, embedder, fingerprint, chunks, vectors }) {
      const dimensions = vectors[0]?.length ?? need(collection).dimensions;
      put(ensured({ collection, embedder, fingerprint, dimensions }), { collection, chunks, vectors }, '');
      return { written: new Set(chunks.map((chunk) => chunk.id)).size, version: info(collection).version };
    },
    list: async () => [...collections.keys()].sort(),
    ensure: async (request) => ({ generation: ensured(request).generation }),
    async replaceDocuments({ collection, batchId, documentIds, chunks, vectors }: ReplaceDocumentsRequest) {
      const found = need(collection);
      const kept = new Set(chunks.map((chunk) => chunk.id));
      removeWhere(collection, (row) => documentIds.includes(row.chunk.documentId) && !kept.has(row.chunk.id));
      put(found, { collection, chunks, vectors }, batchId);
    },
    async removeDocuments({ collection, documentIds }) {
      removeWhere(collection, (row) => documentIds.includes(row.chunk.documentId));
    },
    async removeBatches({ collection, batchIds }) {
      removeWhere(collection, (row) => batchIds.includes(row.batchId));
    },
    async removeIngested(collection) {
      removeWhere(collection, (row) => row.batchId !== '');
    },
    settle: async () => undefined,
    drop: async (name) => collections.delete(name),
    close: async () => undefined,
  };
}
