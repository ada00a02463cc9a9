import type { Table as ArrowTable, Schema } from 'apache-arrow';
import { AppError } from '../../core/errors/app-error.ts';
import type { Chunk, Metadata } from '../../core/graph/values.ts';
import { searchableText } from '../../core/text/searchable-text.ts';
import type { FieldColumn } from './collection-schema.ts';
import type { ArrowModule } from './lance-runtime.ts';

/** What a search reads back; never the vector, the search text or the filter columns. */
export const chunkColumns = [
  'id',
  'documentId',
  'file',
  'title',
  'text',
  'start',
  'end',
  'line',
  'endLine',
  'page',
  'hash',
  'metadata',
] as const;

export interface ChunkRows {
  chunks: readonly Chunk[];
  vectors: readonly (readonly number[])[];
  batchId: string;
}

function cellOf(column: FieldColumn, metadata: Metadata): string | number | null {
  const value = Object.hasOwn(metadata, column.field) ? metadata[column.field] : null;
  if (value === null || value === undefined || typeof value !== column.type) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? (value === 0 ? 0 : value) : value.toWellFormed();
}

/**
 * Chunks as one Arrow table in the collection's schema, vectors at unit length. Built by column: LanceDB's own reading
 * of row objects is three times slower.
 * @throws AppError collection.write for a vector that is not of finite numbers
 */
export function toArrow(
  arrow: ArrowModule,
  schema: Schema,
  columns: readonly FieldColumn[],
  dimensions: number,
  { chunks, vectors, batchId }: ChunkRows,
): ArrowTable {
  const flat = new Float32Array(chunks.length * dimensions);
  vectors.forEach((vector, row) => {
    const length = Math.hypot(...vector);
    if (!Number.isFinite(length)) {
      throw new AppError('collection.write', {
        message: 'The embedder gave a vector with numbers that are not finite.',
        where: chunks[row]?.file,
        remedy: 'Check the embedding profile and its server: such a vector can never be found again.',
      });
    }
    for (let i = 0; i < dimensions; i += 1) flat[row * dimensions + i] = length === 0 ? 0 : (vector[i] ?? 0) / length;
  });

  const cells = new Map<string, (string | number | null)[]>([
    ['id', chunks.map((chunk) => chunk.id)],
    ['documentId', chunks.map((chunk) => chunk.documentId)],
    ['file', chunks.map((chunk) => chunk.file)],
    ['title', chunks.map((chunk) => chunk.title ?? null)],
    ['text', chunks.map((chunk) => chunk.text)],
    ['search', chunks.map(searchableText)],
    ['start', chunks.map((chunk) => chunk.start)],
    ['end', chunks.map((chunk) => chunk.end)],
    ['line', chunks.map((chunk) => chunk.line ?? null)],
    ['endLine', chunks.map((chunk) => chunk.endLine ?? null)],
    ['page', chunks.map((chunk) => chunk.page ?? null)],
    ['hash', chunks.map((chunk) => chunk.hash)],
    ['batchId', chunks.map(() => batchId)],
    ['metadata', chunks.map((chunk) => JSON.stringify(chunk.metadata))],
    ...columns.map((column): [string, (string | number | null)[]] => [
      column.column,
      chunks.map((chunk) => cellOf(column, chunk.metadata)),
    ]),
  ]);
  const children = schema.fields.map((field) => {
    if (field.name !== 'vector') return arrow.vectorFromArray(cells.get(field.name) ?? [], field.type).data;
    const child = arrow.makeData({ type: new arrow.Float32(), data: flat });
    return [
      arrow.makeData({
        type: field.type as InstanceType<ArrowModule['FixedSizeList']>,
        length: chunks.length,
        nullCount: 0,
        child,
      }),
    ];
  });
  const data = arrow.makeData({
    type: new arrow.Struct(schema.fields),
    length: chunks.length,
    nullCount: 0,
    children: children.map((parts) => parts[0] as NonNullable<(typeof parts)[0]>),
  });
  return new arrow.Table(schema, new arrow.RecordBatch(schema, data));
}

export interface FoundRow {
  chunk: Chunk;
  /** Of the ranking column: a distance or a BM25 score. */
  rank: number;
}

/** Rows of a search as chunks, with the value of `rankColumn` beside each. */
export function fromArrow(table: ArrowTable, collection: string, rankColumn: string): FoundRow[] {
  const rows: FoundRow[] = [];
  for (const batch of table.batches) {
    const [id, documentId, file, title, text, start, end, line, endLine, page, hash, metadata] = chunkColumns.map(
      (name) => batch.getChild(name),
    );
    const rank = batch.getChild(rankColumn);
    for (let row = 0; row < batch.numRows; row += 1) {
      const optional = {
        title: title?.get(row),
        line: line?.get(row),
        endLine: endLine?.get(row),
        page: page?.get(row),
      };
      rows.push({
        chunk: {
          id: id?.get(row),
          documentId: documentId?.get(row),
          file: file?.get(row),
          text: text?.get(row),
          start: start?.get(row),
          end: end?.get(row),
          hash: hash?.get(row),
          metadata: JSON.parse(metadata?.get(row)) as Metadata,
          collection,
          ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null && value !== undefined)),
        },
        rank: rank?.get(row) as number,
      });
    }
  }
  return rows;
}
