import { randomBytes } from 'node:crypto';
import type { Connection, Table } from '@lancedb/lancedb';
import type {
  CollectionInfo,
  SearchRequest,
  SearchResponse,
  WriteChunksRequest,
} from '../../core/capabilities/capabilities.ts';
import { checkFilter, type FieldType, type FieldTypes, shownFields } from '../../core/capabilities/check-filter.ts';
import type {
  CollectionStore,
  EnsureCollectionRequest,
  ReplaceDocumentsRequest,
} from '../../core/capabilities/knowledge.ts';
import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import { type ChunkRows, toArrow } from './chunk-rows.ts';
import {
  type CollectionIdentity,
  type CollectionSchema,
  type FieldColumn,
  fieldOfColumn,
  missingColumns,
  newSchema,
  readSchema,
} from './collection-schema.ts';
import { compileFilter, sqlText } from './compile-filter.ts';
import { isConflict, isNotFound, lanceError } from './lance-errors.ts';
import { type LanceRuntime, loadLance } from './lance-runtime.ts';
import { checkRequest, searchTable } from './search-table.ts';
import {
  defaultUpkeepLimits,
  ensureTextIndex,
  keepUp,
  needsUpkeep,
  type UpkeepLimits,
  type VectorSearchPlan,
  vectorSearchPlan,
} from './table-upkeep.ts';

export interface OpenCollectionsOptions {
  /** Folder of the LanceDB database; made at the first write. */
  dir: string;
  upkeep?: Partial<UpkeepLimits>;
}

interface OpenTable {
  table: Table;
  /** What was read at `version`; read again when another version is current. */
  version: number;
  schema: CollectionSchema;
  plan: VectorSearchPlan | undefined;
  /** Distinct documents, counted when first asked for. */
  documents?: number;
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** Table names must differ on file systems that do not tell `Docs` from `docs`: capitals become a dot and the letter. */
export function tableName(collection: string): string {
  return collection.replace(/[A-Z]/g, (letter) => `.${letter.toLowerCase()}`);
}
export function collectionName(table: string): string {
  return table.replace(/\.([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function fieldTypes(columns: readonly FieldColumn[]): FieldTypes {
  const types = new Map<string, Set<FieldType>>();
  for (const { field, type } of columns) types.set(field, (types.get(field) ?? new Set()).add(type));
  return types;
}

function checkEmbedder(
  collection: string,
  made: CollectionIdentity,
  asked: Omit<EnsureCollectionRequest, 'collection'>,
): void {
  if (made.fingerprint === asked.fingerprint && made.dimensions === asked.dimensions) return;
  throw new AppError('collection.embedder', {
    message: `The collection was made with the embedder ${made.fingerprint} (${made.dimensions} dimensions), not with ${asked.fingerprint} (${asked.dimensions}). Their vectors cannot be compared.`,
    where: `collection “${collection}”`,
    remedy: `Use the profile “${made.embedder}”, or make the collection anew: pipewright ingest ${collection} --rebuild`,
  });
}

function checkVectors(
  request: Pick<WriteChunksRequest, 'collection' | 'chunks' | 'vectors'>,
  dimensions: number,
): void {
  const { collection, chunks, vectors } = request;
  if (chunks.length === vectors.length && vectors.every((vector) => vector.length === dimensions)) return;
  throw new AppError('collection.write', {
    message: `${chunks.length} chunks came with ${vectors.length} vectors; each chunk needs one of ${dimensions} numbers.`,
    where: `collection “${collection}”`,
    remedy: 'Give one vector for each chunk, all from the same embedder.',
  });
}

/** Conditions that hold for rows with any of these values, some hundreds at a time. */
function valuesIn(column: 'documentId' | 'batchId', values: readonly string[]): string[] {
  const conditions: string[] = [];
  for (let i = 0; i < values.length; i += 500) {
    conditions.push(
      `${column} IN (${values
        .slice(i, i + 500)
        .map(sqlText)
        .join(', ')})`,
    );
  }
  return conditions;
}

/** Of chunks with one id the last counts. */
function lastOfEachId({ chunks, vectors, batchId }: ChunkRows): ChunkRows {
  const last = new Map(chunks.map((chunk, i) => [chunk.id, i]));
  if (last.size === chunks.length) return { chunks, vectors, batchId };
  const kept = [...last.values()].sort((a, b) => a - b);
  return { chunks: kept.flatMap((i) => chunks[i] ?? []), vectors: kept.flatMap((i) => [vectors[i] ?? []]), batchId };
}

/** Turns that a native handle gets to be let go of by a call that has just ended. */
const RELEASE_TURNS = 200;

/**
 * Closes a native handle. LanceDB answers a call before it lets go of the handle, and refuses to close one that is still
 * held: then a little later is early enough, and never closing what the process is about to give back does no harm.
 */
async function released(close: () => void): Promise<void> {
  for (let turn = 1; ; turn += 1) {
    try {
      close();
      return;
    } catch (error) {
      if (!String(error).includes('borrow')) throw error;
      if (turn === RELEASE_TURNS) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/**
 * The collections of a workspace in one LanceDB folder, a table each. LanceDB is loaded at first use. Other processes
 * may read and write the same folder: each read sees the newest committed version (that check costs 0.05 ms).
 */
export function openCollections({ dir, upkeep }: OpenCollectionsOptions): CollectionStore {
  const limits: UpkeepLimits = { ...defaultUpkeepLimits, ...upkeep };
  const tables = new Map<string, OpenTable>();
  const queues = new Map<string, Promise<unknown>>();
  let connecting: Promise<{ runtime: LanceRuntime; connection: Connection }> | undefined;
  let closed = false;

  function connect(): Promise<{ runtime: LanceRuntime; connection: Connection }> {
    if (closed)
      throw new AppError('storage.failed', {
        message: 'The collections are closed.',
        remedy: 'Open the workspace again.',
      });
    connecting ??= (async () => {
      const runtime = await loadLance();
      try {
        return { runtime, connection: await runtime.lance.connect(dir, { readConsistencyInterval: 0 }) };
      } catch (thrown) {
        connecting = undefined;
        throw lanceError(thrown, undefined, 'storage.failed');
      }
    })();
    return connecting;
  }

  async function list(): Promise<string[]> {
    const { connection } = await connect();
    const names: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await connection.tableNames({ limit: 500, ...(after !== undefined && { startAfter: after }) });
      names.push(...page);
      after = page.at(-1);
      if (page.length < 500)
        return names
          .map(collectionName)
          .filter((name) => namePattern.test(name))
          .sort();
    }
  }

  async function missing(collection: string): Promise<AppError> {
    const names = await list();
    const have = names.length === 0 ? 'None has been ingested yet.' : `There are: ${names.slice(0, 20).join(', ')}.`;
    return new AppError('collection.missing', {
      message: `There is no collection “${collection.slice(0, 80)}”.${didYouMean(collection, names)}`,
      where: `collection “${collection.slice(0, 80)}”`,
      remedy: `Ingest its documents first: pipewright ingest ${namePattern.test(collection) ? collection : 'NAME'}. ${have}`,
    });
  }

  /** The open table with what is known about its current version; undefined when there is none. */
  async function find(collection: string): Promise<OpenTable | undefined> {
    const { connection } = await connect();
    if (!namePattern.test(collection)) return undefined;
    const open = tables.get(collection);
    try {
      const table = open?.table ?? (await connection.openTable(tableName(collection)));
      const version = await table.version();
      if (open !== undefined && open.version === version) return open;
      const schema = readSchema(await table.schema(), collection);
      if (open !== undefined && schema.identity.generation !== open.schema.identity.generation)
        throw new Error('replaced');
      const fresh: OpenTable = { table, version, schema, plan: await vectorSearchPlan(table) };
      tables.set(collection, fresh);
      return fresh;
    } catch (thrown) {
      tables.delete(collection);
      // A table that was open and has vanished or was replaced by another process: look for the new one, once.
      if (open !== undefined) return find(collection);
      if (isNotFound(thrown)) return undefined;
      throw lanceError(thrown, collection, 'storage.corrupt');
    }
  }

  async function need(collection: string): Promise<OpenTable> {
    const open = await find(collection);
    if (open === undefined) throw await missing(collection);
    return open;
  }

  /** One write at a time for each collection; a commit that lost against another process is tried again. */
  function enqueue<T>(collection: string, work: () => Promise<T>): Promise<T> {
    const before = queues.get(collection) ?? Promise.resolve();
    const result = before.then(async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await work();
        } catch (thrown) {
          if (!isConflict(thrown) || attempt === 5) throw lanceError(thrown, collection, 'collection.write');
        }
      }
    });
    queues.set(
      collection,
      result.catch(() => undefined),
    );
    return result;
  }

  async function upkeepNow(collection: string, settled: boolean): Promise<void> {
    await enqueue(collection, async () => {
      const open = await find(collection);
      if (open === undefined || !(await needsUpkeep(open.table, limits, settled))) return;
      const { runtime } = await connect();
      await keepUp(runtime.lance, open.table, limits);
    });
  }

  function upkeepLater(collection: string): void {
    // Only speed depends on it, and the next write tries again: its failure is nobody's error.
    upkeepNow(collection, false).catch(() => undefined);
  }

  async function create(request: EnsureCollectionRequest): Promise<OpenTable> {
    const { runtime, connection } = await connect();
    const { collection, embedder, fingerprint, dimensions } = request;
    if (!namePattern.test(collection)) {
      throw new AppError('collection.query', {
        message: `“${collection.slice(0, 80)}” cannot name a collection.`,
        where: 'collection name',
        remedy: 'Use up to 64 letters, digits, hyphens and underscores, with a letter or digit first.',
      });
    }
    const identity = { embedder, fingerprint, dimensions, generation: randomBytes(8).toString('hex') };
    await connection.createEmptyTable(tableName(collection), newSchema(runtime.arrow, identity), { existOk: true });
    tables.delete(collection);
    return need(collection);
  }

  /** Inside the queue: the table, made if need be, with its text index and a column for each field of these chunks. */
  async function prepare(request: EnsureCollectionRequest, rows: ChunkRows): Promise<OpenTable> {
    const { runtime } = await connect();
    let open = (await find(request.collection)) ?? (await create(request));
    checkEmbedder(request.collection, open.schema.identity, request);
    await ensureTextIndex(runtime.lance, open.table);
    const missingOnes = missingColumns(
      open.schema.columns,
      rows.chunks.map((chunk) => chunk.metadata),
    );
    if (missingOnes.length > 0) {
      await open.table.addColumns(
        new runtime.arrow.Schema(missingOnes.map((column) => fieldOfColumn(runtime.arrow, column))),
      );
      open = await need(request.collection);
    }
    return open;
  }

  async function rowsFor(open: OpenTable, rows: ChunkRows) {
    const { runtime } = await connect();
    const schema = await open.table.schema();
    return toArrow(runtime.arrow, schema, open.schema.columns, open.schema.identity.dimensions, rows);
  }

  function version(open: OpenTable): string {
    return `${open.schema.identity.generation}.${open.version}`;
  }

  /**
   * Runs a read on the newest version. Another process may have dropped the table and made it anew under the open
   * handle, which then fails in ways of its own: the read is made once more on a handle opened afresh.
   */
  async function read<T>(collection: string, work: (open: OpenTable) => Promise<T>): Promise<T> {
    const open = await need(collection);
    try {
      return await work(open);
    } catch (thrown) {
      if (isAppError(thrown)) throw thrown;
      tables.delete(collection);
      const again = await need(collection);
      return work(again).catch((failure: unknown) => {
        throw lanceError(failure, collection, 'storage.corrupt');
      });
    }
  }

  async function describe(collection: string): Promise<CollectionInfo> {
    return read(collection, async (open) => {
      if (open.documents === undefined) {
        const ids = await open.table.query().select(['documentId']).toArrow();
        open.documents = new Set(ids.getChild('documentId') ?? []).size;
      }
      return {
        name: collection,
        embedder: open.schema.identity.embedder,
        embedderFingerprint: open.schema.identity.fingerprint,
        dimensions: open.schema.identity.dimensions,
        chunks: await open.table.countRows(),
        documents: open.documents,
        version: version(open),
        fields: shownFields(fieldTypes(open.schema.columns)),
      };
    });
  }

  async function search(request: SearchRequest): Promise<SearchResponse> {
    const { collection, filter } = request;
    const { runtime } = await connect();
    return read(collection, async (open) => {
      const { columns, identity } = open.schema;
      checkRequest(request, identity.dimensions);
      const checked = filter === undefined ? undefined : checkFilter(filter, fieldTypes(columns), collection);
      const where = checked === undefined ? undefined : compileFilter(checked, columns);
      return searchTable(runtime.lance, open.table, { request, where, plan: open.plan });
    });
  }

  async function write(request: WriteChunksRequest): Promise<{ written: number; version: string }> {
    const { collection, embedder, fingerprint } = request;
    const rows = lastOfEachId({ chunks: request.chunks, vectors: request.vectors, batchId: '' });
    const dimensions = request.vectors[0]?.length;
    const result = await enqueue(collection, async () => {
      const known = dimensions ?? (await need(collection)).schema.identity.dimensions;
      const open = await prepare({ collection, embedder, fingerprint, dimensions: known }, rows);
      checkVectors(request, open.schema.identity.dimensions);
      if (rows.chunks.length > 0) {
        const merge = open.table.mergeInsert('id').whenMatchedUpdateAll().whenNotMatchedInsertAll();
        await merge.execute(await rowsFor(open, rows));
      }
      return { written: rows.chunks.length, version: version(await need(collection)) };
    });
    upkeepLater(collection);
    return result;
  }

  async function ensure(request: EnsureCollectionRequest): Promise<{ generation: string }> {
    return enqueue(request.collection, async () => {
      const open = await prepare(request, { chunks: [], vectors: [], batchId: '' });
      return { generation: open.schema.identity.generation };
    });
  }

  async function replaceDocuments(request: ReplaceDocumentsRequest): Promise<void> {
    const { collection, documentIds } = request;
    const rows = lastOfEachId(request);
    await enqueue(collection, async () => {
      const { identity } = (await need(collection)).schema;
      const open = await prepare({ collection, ...identity }, rows);
      checkVectors(request, identity.dimensions);
      const old = documentIds.length === 0 ? 'false' : `documentId IN (${documentIds.map(sqlText).join(', ')})`;
      const before = await open.table.countRows(old);
      if (rows.chunks.length === 0) {
        if (before > 0) await open.table.delete(old);
      } else if (before === 0) {
        // Nothing to replace, the usual case: an append takes an eighth of a merge's time.
        await open.table.add(await rowsFor(open, rows));
      } else {
        const merge = open.table.mergeInsert('id').whenMatchedUpdateAll().whenNotMatchedInsertAll();
        await merge.whenNotMatchedBySourceDelete({ where: old }).execute(await rowsFor(open, rows));
      }
    });
    upkeepLater(collection);
  }

  async function removeWhere(collection: string, conditions: readonly string[]): Promise<void> {
    await enqueue(collection, async () => {
      const open = await find(collection);
      for (const condition of conditions) await open?.table.delete(condition);
    });
  }

  return {
    describe,
    search,
    write,
    list,
    ensure,
    replaceDocuments,
    removeDocuments: ({ collection, documentIds }) => removeWhere(collection, valuesIn('documentId', documentIds)),
    removeBatches: ({ collection, batchIds }) => removeWhere(collection, valuesIn('batchId', batchIds)),
    removeIngested: (collection) => removeWhere(collection, ["batchId <> ''"]),
    settle: (collection) => upkeepNow(collection, true),
    drop: (collection) =>
      enqueue(collection, async () => {
        const { connection } = await connect();
        if ((await find(collection)) === undefined) return false;
        await connection.dropTable(tableName(collection));
        tables.delete(collection);
        return true;
      }),
    async close() {
      await Promise.all(queues.values());
      closed = true;
      const open = await connecting?.catch(() => undefined);
      for (const { table } of tables.values()) await released(() => table.close());
      tables.clear();
      await released(() => open?.connection.close());
    },
  };
}
