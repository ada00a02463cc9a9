import type { Field, Schema } from 'apache-arrow';
import type { FieldType } from '../../core/capabilities/check-filter.ts';
import { AppError } from '../../core/errors/app-error.ts';
import type { Metadata } from '../../core/graph/values.ts';
import type { ArrowModule } from './lance-runtime.ts';

/**
 * A collection describes itself: what it was made with stands in the metadata of its own Arrow fields, so it is
 * committed by LanceDB together with the rows and cannot fall out of step with them as a file beside the table could.
 */
export interface CollectionIdentity {
  embedder: string;
  fingerprint: string;
  dimensions: number;
  /** New each time that a collection of this name is made. */
  generation: string;
}

/** The typed column of one metadata field; a field whose values are of two types has two. */
export interface FieldColumn {
  field: string;
  type: FieldType;
  column: string;
}

export interface CollectionSchema {
  identity: CollectionIdentity;
  columns: FieldColumn[];
}

/** Fields past this many are kept with each chunk but cannot be filtered by: a table of ten thousand columns is no table. */
const maxFieldColumns = 256;

/** The column that the full-text index covers: see searchableText. */
export const searchColumn = 'search';

const keys = {
  embedder: 'pipewright.embedder',
  fingerprint: 'pipewright.fingerprint',
  generation: 'pipewright.generation',
  field: 'pipewright.field',
} as const;

const typeMark = { string: 's', number: 'n', boolean: 'b' } as const;

/** The Arrow schema of a new collection. */
export function newSchema(arrow: ArrowModule, identity: CollectionIdentity): Schema {
  const { Field, FixedSizeList, Float32, Int32, Schema, Utf8 } = arrow;
  const item = new Field('item', new Float32(), true);
  const about = new Map([
    [keys.embedder, identity.embedder],
    [keys.fingerprint, identity.fingerprint],
    [keys.generation, identity.generation],
  ]);
  return new Schema([
    new Field('id', new Utf8(), false),
    new Field('documentId', new Utf8(), false),
    new Field('file', new Utf8(), false),
    new Field('title', new Utf8(), true),
    new Field('text', new Utf8(), false),
    new Field(searchColumn, new Utf8(), false),
    new Field('start', new Int32(), false),
    new Field('end', new Int32(), false),
    new Field('line', new Int32(), true),
    new Field('endLine', new Int32(), true),
    new Field('page', new Int32(), true),
    new Field('hash', new Utf8(), false),
    new Field('batchId', new Utf8(), false),
    new Field('metadata', new Utf8(), false),
    new Field('vector', new FixedSizeList(identity.dimensions, item), false, about),
  ]);
}

/** Booleans are kept as 0 and 1: a batch whose boolean column is all null is refused by LanceDB 0.39 ("Need at least 1 bytes for bitmap"). */
export function fieldOfColumn(arrow: ArrowModule, { field, type, column }: FieldColumn): Field {
  const dataType = type === 'string' ? new arrow.Utf8() : type === 'number' ? new arrow.Float64() : new arrow.Int8();
  return new arrow.Field(column, dataType, true, new Map([[keys.field, field]]));
}

/** @throws AppError storage.corrupt when the table is not one of ours */
export function readSchema(schema: Schema, collection: string): CollectionSchema {
  const vector = schema.fields.find((field) => field.name === 'vector');
  const fingerprint = vector?.metadata.get(keys.fingerprint);
  const dimensions = (vector?.type as { listSize?: number } | undefined)?.listSize;
  if (vector === undefined || fingerprint === undefined || dimensions === undefined) {
    throw new AppError('storage.corrupt', {
      message: `The table of the collection “${collection}” was not made by Pipewright.`,
      where: `collection “${collection}”`,
      remedy: `Make it anew: pipewright ingest ${collection} --rebuild`,
    });
  }
  const columns: FieldColumn[] = [];
  for (const field of schema.fields) {
    const name = field.metadata.get(keys.field);
    if (name === undefined) continue;
    const type = field.name.endsWith(typeMark.string)
      ? 'string'
      : field.name.endsWith(typeMark.number)
        ? 'number'
        : 'boolean';
    columns.push({ field: name, type, column: field.name });
  }
  return {
    identity: {
      fingerprint,
      dimensions,
      embedder: vector.metadata.get(keys.embedder) ?? '',
      generation: vector.metadata.get(keys.generation) ?? '',
    },
    columns,
  };
}

/**
 * Columns that these metadata need and the collection has not got yet. Column names are ours, by number: no name that
 * a document brings along ever becomes part of a query.
 */
export function missingColumns(known: readonly FieldColumn[], metadata: Iterable<Metadata>): FieldColumn[] {
  const have = new Set(known.map((column) => `${column.type} ${column.field}`));
  const missing: FieldColumn[] = [];
  for (const record of metadata) {
    for (const [field, value] of Object.entries(record)) {
      if (value === null || known.length + missing.length >= maxFieldColumns) continue;
      const type = typeof value as FieldType;
      if (have.has(`${type} ${field}`)) continue;
      have.add(`${type} ${field}`);
      missing.push({ field, type, column: `m${known.length + missing.length}_${typeMark[type]}` });
    }
  }
  return missing;
}
