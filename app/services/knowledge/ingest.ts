import type { EmbedderCapability } from '../../core/capabilities/capabilities.ts';
import type {
  CollectionStore,
  FileFailure,
  IngestedFile,
  IngestStore,
  SourceFiles,
} from '../../core/capabilities/knowledge.ts';
import { AppError, toAppError } from '../../core/errors/app-error.ts';
import type { ErrorCode } from '../../core/errors/error-codes.ts';
import { jsonHash } from '../../core/graph/hash.ts';
import type { Chunk, Document } from '../../core/graph/values.ts';
import { searchableText } from '../../core/text/searchable-text.ts';
import type { CollectionConfig } from '../../core/workspace/workspace-config.ts';
import { readAhead } from './read-ahead.ts';

export interface IngestProgress {
  /** load, write and remove count files; embed counts the chunks of the batch in hand. */
  phase: 'find' | 'load' | 'embed' | 'write' | 'remove' | 'index' | 'done';
  done: number;
  total: number;
  file?: string;
}

export interface IngestOptions {
  collection: string;
  config: CollectionConfig;
  files: SourceFiles;
  chunk: (document: Document) => Chunk[];
  embedder: EmbedderCapability;
  collections: CollectionStore;
  store: IngestStore;
  /** Drops the collection first: the way to another embedder. */
  rebuild?: boolean;
  onProgress?: (progress: IngestProgress) => void;
  signal?: AbortSignal;
  /** Chunks that are embedded and written together. */
  batchChunks?: number;
}

export interface IngestFailure extends FileFailure {
  remedy?: string;
  /** What an earlier ingestion read from the file is still searched. */
  kept: boolean;
}

export interface IngestReport {
  collection: string;
  files: number;
  added: number;
  updated: number;
  unchanged: number;
  removed: number;
  /** Written now; not all that the collection holds. */
  chunks: number;
  failures: IngestFailure[];
  inputTokens: number;
  cost: { nanoUsd: number; known: boolean };
}

interface Prepared {
  file: string;
  document: Document;
  chunks: Chunk[];
}
type Read =
  | { file: string; state: 'unchanged' }
  | { file: string; state: 'failed'; error: AppError }
  | (Prepared & { state: 'read' });

/** Part of the settings digest: raise it when chunks or vectors come to be made in another way. */
const ingestVersion = 1;

/** Chunks of one call to the embedder; a provider's own limit is the gateway's business. */
const embedChunks = 128;

/** After these the file's old text is certainly not its text any more; after others it may be read again next time. */
const goneCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'document.missing',
  'document.outside',
  'document.unsupported',
  'document.empty',
]);

function stopIfAborted(signal: AbortSignal | undefined, collection: string): void {
  if (signal?.aborted !== true) return;
  throw new AppError('ingest.cancelled', {
    message: 'The ingestion was cancelled. What is already written stays and can be searched.',
    where: `collection “${collection}”`,
    remedy: `Run it again to go on where it stopped: pipewright ingest ${collection}`,
  });
}

/**
 * Brings a collection up to date with the files of its patterns: reads what is new or changed (by the hash of its
 * bytes, the chunking and the embedder), replaces and removes what is not there any more, and skips the rest.
 *
 * Two stores cannot commit together, so the books (`store`) are the authority: a batch is opened there, written to the
 * collection in one atomic step with its id in every row, then committed there. A process may die between any two:
 * the next ingestion deletes the rows of batches left open and reads their files again.
 *
 * A file that cannot be read is reported and the others go on; its earlier text stays searchable unless the failure
 * says that it is gone.
 *
 * @throws AppError ingest.busy, ingest.cancelled, collection.embedder, document.missing when no file fits the patterns,
 *   and what the embedder throws (what was written before stays)
 */
export async function ingest(options: IngestOptions): Promise<IngestReport> {
  const lock = options.store.lock(options.collection);
  try {
    return await new Ingestion(options).run();
  } catch (thrown) {
    stopIfAborted(options.signal, options.collection);
    throw toAppError(thrown);
  } finally {
    lock.release();
  }
}

class Ingestion {
  readonly #options: IngestOptions;
  readonly #report: IngestReport;
  #settings = '';
  #fingerprint = '';
  #known = new Map<string, IngestedFile>();
  #total = 0;
  #written = 0;

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#report = {
      collection: options.collection,
      files: 0,
      added: 0,
      updated: 0,
      unchanged: 0,
      removed: 0,
      chunks: 0,
      failures: [],
      inputTokens: 0,
      cost: { nanoUsd: 0, known: true },
    };
  }

  async run(): Promise<IngestReport> {
    const { config, files, signal } = this.#options;
    this.#progress('find', 0, 0);
    const found = await files.find(config.documents, { ...(signal !== undefined && { signal }) });
    if (found.length === 0) throw this.#nothingFound();
    this.#total = found.length;
    this.#report.files = found.length;
    await this.#prepareCollection();

    let batch: Prepared[] = [];
    let waiting = 0;
    for await (const read of readAhead(found, 2, (file) => this.#read(file))) {
      stopIfAborted(signal, this.#options.collection);
      if (read.state === 'read') {
        batch.push(read);
        waiting += read.chunks.length;
      } else if (read.state === 'failed') await this.#fail(read.file, read.error);
      else this.#report.unchanged += 1;
      if (waiting >= (this.#options.batchChunks ?? 512)) {
        await this.#write(batch);
        [batch, waiting] = [[], 0];
      }
      this.#progress(
        'load',
        this.#report.unchanged + this.#report.failures.length + this.#written + batch.length,
        this.#total,
        read.file,
      );
    }
    if (batch.length > 0) await this.#write(batch);
    await this.#removeVanished(new Set(found));
    this.#progress('index', this.#total, this.#total);
    await this.#options.collections.settle(this.#options.collection);
    this.#progress('done', this.#total, this.#total);
    return this.#report;
  }

  /** Makes the collection if need be, checks its embedder, and clears away what an interrupted ingestion left. */
  async #prepareCollection(): Promise<void> {
    const { collection, config, collections, store, rebuild } = this.#options;
    // One short text tells the embedder's fingerprint, and that it can be reached, before any file is read.
    const [vector] = await this.#embed([collection]);
    if (rebuild === true) {
      await collections.drop(collection);
      store.reset(collection, null);
    }
    const about = {
      collection,
      embedder: config.embedder,
      fingerprint: this.#fingerprint,
      dimensions: vector?.length ?? 0,
    };
    const { generation } = await collections.ensure(about);
    let state = store.read(collection);
    if (state.generation !== generation) {
      // The books are lost or about an earlier collection: nothing that was ingested before can be accounted for.
      await collections.removeIngested(collection);
      store.reset(collection, generation);
      state = store.read(collection);
    }
    if (state.openBatches.length > 0) {
      await collections.removeBatches({ collection, batchIds: state.openBatches });
      store.abandon(collection, state.openBatches);
    }
    this.#known = new Map(state.files.map((file) => [file.file, file]));
    const { chunking, metadata } = config;
    this.#settings = jsonHash({ chunking, metadata, fingerprint: this.#fingerprint, version: ingestVersion });
  }

  async #read(file: string): Promise<Read> {
    const { files, chunk, config, signal } = this.#options;
    try {
      const known = this.#known.get(file);
      if (known?.settings === this.#settings && known.hash === (await files.hash(file)))
        return { file, state: 'unchanged' };
      const loaded = await files.load(file, { ...(signal !== undefined && { signal }) });
      const document = { ...loaded, metadata: { ...config.metadata, ...loaded.metadata } };
      const chunks = chunk(document);
      if (chunks.length > 0) return { file, state: 'read', document, chunks };
      throw new AppError('document.empty', {
        message: 'The file holds no text.',
        where: file,
        remedy: 'Nothing to do, unless it should hold text: a scanned page needs text recognition first.',
      });
    } catch (thrown) {
      return { file, state: 'failed', error: toAppError(thrown, 'document.unreadable', file) };
    }
  }

  async #fail(file: string, error: AppError): Promise<void> {
    const { collection, collections, store, signal } = this.#options;
    stopIfAborted(signal, collection);
    const known = this.#known.get(file);
    // A file whose batch was left open has rows of which nobody knows whether they are old or new.
    const gone = known !== undefined && (known.hash === '' || goneCodes.has(error.code));
    if (gone) {
      await collections.removeDocuments({ collection, documentIds: [known.documentId] });
      store.removeFiles(collection, [file]);
    }
    this.#report.failures.push({
      file,
      code: error.code,
      message: error.message,
      ...(error.remedy !== undefined && { remedy: error.remedy }),
      kept: known !== undefined && !gone,
    });
  }

  async #write(batch: Prepared[]): Promise<void> {
    const { collection, collections, store, signal } = this.#options;
    const chunks = batch.flatMap((prepared) => prepared.chunks);
    const vectors: number[][] = [];
    for (let i = 0; i < chunks.length; i += embedChunks) {
      stopIfAborted(signal, collection);
      this.#progress('embed', i, chunks.length);
      vectors.push(...(await this.#embed(chunks.slice(i, i + embedChunks).map(searchableText))));
    }
    stopIfAborted(signal, collection);
    const files = batch.map(({ file, document, chunks }): IngestedFile => {
      return { file, documentId: document.id, hash: document.hash, settings: this.#settings, chunks: chunks.length };
    });
    const batchId = store.begin(collection, files);
    const documentIds = files.map(({ documentId }) => documentId);
    await collections.replaceDocuments({ collection, batchId, documentIds, chunks, vectors });
    store.commit(collection, batchId, files);
    for (const { file } of files) {
      if (this.#known.has(file)) this.#report.updated += 1;
      else this.#report.added += 1;
    }
    this.#report.chunks += chunks.length;
    this.#written += files.length;
    this.#progress('write', this.#report.unchanged + this.#report.failures.length + this.#written, this.#total);
  }

  async #removeVanished(found: ReadonlySet<string>): Promise<void> {
    const { collection, collections, store } = this.#options;
    const vanished = [...this.#known.values()].filter(({ file }) => !found.has(file));
    if (vanished.length === 0) return;
    this.#progress('remove', 0, vanished.length);
    await collections.removeDocuments({ collection, documentIds: vanished.map(({ documentId }) => documentId) });
    store.removeFiles(
      collection,
      vanished.map(({ file }) => file),
    );
    this.#report.removed = vanished.length;
    this.#progress('remove', vanished.length, vanished.length);
  }

  async #embed(texts: string[]): Promise<number[][]> {
    const { embedder, config, signal, collection } = this.#options;
    const request = { profile: config.embedder, texts, purpose: 'document' } as const;
    const answer = await embedder.embed(request, { ...(signal !== undefined && { signal }) });
    if (this.#fingerprint !== '' && answer.fingerprint !== this.#fingerprint) {
      throw new AppError('collection.embedder', {
        message: `The embedder changed from ${this.#fingerprint} to ${answer.fingerprint} while documents were ingested.`,
        where: `collection “${collection}”`,
        remedy: `Settle on one model, then make the collection anew: pipewright ingest ${collection} --rebuild`,
      });
    }
    this.#fingerprint = answer.fingerprint;
    this.#report.inputTokens += answer.usage.inputTokens;
    this.#report.cost.nanoUsd += answer.cost.nanoUsd;
    this.#report.cost.known &&= answer.cost.known;
    return answer.vectors;
  }

  #progress(phase: IngestProgress['phase'], done: number, total: number, file?: string): void {
    this.#options.onProgress?.({ phase, done, total, ...(file !== undefined && { file }) });
  }

  #nothingFound(): AppError {
    const { collection, config } = this.#options;
    return new AppError('document.missing', {
      message: `No file fits the patterns of the collection: ${config.documents.join(', ')}.`,
      where: `collections.${collection}.documents in pipewright.json`,
      remedy: 'Correct the patterns or put the files there. What was ingested before is left as it is.',
    });
  }
}
