import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import type { Filter } from '../capabilities/capabilities.ts';
import { Chunk, Scalar } from '../graph/values.ts';
import { Name, Nothing, procedure } from './procedure.ts';

const Field = z.string().min(1).max(200);

/** A filter over chunk metadata as a tree. The store checks fields, types and sizes against the collection. */
const FilterTree: z.ZodType<Filter> = z.lazy(() =>
  z.union([
    z.strictObject({ and: z.array(FilterTree) }),
    z.strictObject({ or: z.array(FilterTree) }),
    z.strictObject({ not: FilterTree }),
    z.strictObject({ field: Field, op: z.enum(['eq', 'ne', 'lt', 'lte', 'gt', 'gte']), value: Scalar }),
    z.strictObject({ field: Field, op: z.literal('in'), value: z.array(Scalar) }),
    z.strictObject({ field: Field, op: z.enum(['contains', 'startsWith']), value: z.string() }),
    z.strictObject({ field: Field, op: z.literal('exists'), value: z.boolean() }),
  ]),
);

export const CollectionListItem = z.strictObject({
  name: z.string(),
  embedder: z.string(),
  chunks: z.int(),
  documents: z.int(),
});

export const IngestProgress = z.strictObject({
  /** load, write and remove count files; embed counts the chunks of the batch in hand. */
  phase: z.enum(['find', 'load', 'embed', 'write', 'remove', 'index', 'done']),
  done: z.int(),
  total: z.int(),
  file: z.string().exactOptional(),
});

export const IngestReport = z.strictObject({
  collection: z.string(),
  files: z.int(),
  added: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  removed: z.int(),
  chunks: z.int(),
  failures: z.array(
    z.strictObject({
      file: z.string(),
      code: z.string(),
      message: z.string(),
      remedy: z.string().exactOptional(),
      kept: z.boolean(),
    }),
  ),
  inputTokens: z.int(),
  cost: z.strictObject({ nanoUsd: z.int(), known: z.boolean() }),
});

const DocumentPart = z.strictObject({
  file: z.string(),
  title: z.string().nullable(),
  mime: z.string(),
  /** SHA-256 of the file's bytes. */
  hash: z.string(),
  text: z.string(),
  /** Where the part begins in the whole text, and on which line. */
  offset: z.int(),
  line: z.int(),
  /** Length of the whole text. */
  length: z.int(),
  /** Where in the whole text the place begins. */
  at: z.int(),
  page: z.int().nullable(),
});
export type DocumentPart = z.infer<typeof DocumentPart>;

const ChunkedPart = z.strictObject({
  ...DocumentPart.shape,
  /** How many chunks the whole document makes. */
  count: z.int(),
  /** Those that reach into the part, counted from 1, with their places in the whole text. */
  chunks: z.array(z.strictObject({ number: z.int(), start: z.int(), end: z.int() })),
});

export const knowledgeContract = {
  /** The collections that are there. */
  collections: procedure.input(Nothing).output(z.array(CollectionListItem)),
  /**
   * Brings a collection up to date with its files: progress while it works, the report at its end. Who stops listening
   * stops the ingestion; what is written stays.
   */
  ingest: procedure
    .input(z.strictObject({ collection: Name, rebuild: z.boolean().default(false) }))
    .output(
      eventIterator(
        z.discriminatedUnion('type', [
          z.strictObject({ type: z.literal('progress'), progress: IngestProgress }),
          z.strictObject({ type: z.literal('report'), report: IngestReport }),
        ]),
      ),
    ),
  /**
   * A document as text, about 60,000 characters round a place: what a citation points to. Only files that answers can
   * cite, those of collections and of the documents folder.
   */
  document: procedure
    .input(
      z.strictObject({
        file: z.string().min(1).max(500),
        start: z.int().min(0).exactOptional(),
        end: z.int().min(0).exactOptional(),
        line: z.int().min(1).exactOptional(),
        page: z.int().min(1).exactOptional(),
      }),
    )
    .output(DocumentPart),
  /** What a collection was ingested from, by file; nothing before the first ingestion. */
  documents: procedure
    .input(z.strictObject({ collection: Name }))
    .output(z.array(z.strictObject({ file: z.string(), chunks: z.int() }))),
  /** A document as `document` gives it, with the chunks that the settings of a collection cut it into as it lies there now. */
  chunks: procedure
    .input(
      z.strictObject({
        collection: Name,
        file: z.string().min(1).max(500),
        start: z.int().min(0).exactOptional(),
      }),
    )
    .output(ChunkedPart),
  /** Best first. */
  search: procedure
    .input(
      z.strictObject({
        collection: Name,
        query: z.string().max(100_000),
        mode: z.enum(['vector', 'text', 'hybrid']).default('hybrid'),
        k: z.int().min(1).max(1000).default(10),
        filter: FilterTree.exactOptional(),
      }),
    )
    .output(z.array(Chunk)),
};
