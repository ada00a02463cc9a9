import type { IngestedFile, IngestStore } from '../../app/core/capabilities/knowledge.ts';
import { AppError } from '../../app/core/errors/app-error.ts';

/** The books of ingestion in memory. `crash()` is what the death of their process leaves: everything but the locks. */
export function createMemoryIngestStore(): IngestStore & { crash(): void } {
  const generations = new Map<string, string>();
  const files = new Map<string, IngestedFile & { collection: string }>();
  const batches = new Map<string, string>();
  const locks = new Set<string>();
  let last = 0;

  const key = (collection: string, file: string): string => `${collection}\n${file}`;
  return {
    crash: () => locks.clear(),
    lock(collection) {
      if (locks.has(collection)) {
        throw new AppError('ingest.busy', { message: 'Busy.', where: collection, remedy: 'Wait until it is done.' });
      }
      locks.add(collection);
      return { release: () => locks.delete(collection) };
    },
    read(name) {
      const own = [...files.values()].filter(({ collection }) => collection === name);
      const plain = own.map(({ collection: _, ...file }) => file).sort((a, b) => (a.file < b.file ? -1 : 1));
      const openBatches = [...batches].flatMap(([id, collection]) => (collection === name ? [id] : []));
      return { generation: generations.get(name) ?? null, files: plain, openBatches };
    },
    reset(name, generation) {
      for (const [at, { collection }] of files) if (collection === name) files.delete(at);
      for (const [id, collection] of batches) if (collection === name) batches.delete(id);
      generations.delete(name);
      if (generation !== null) generations.set(name, generation);
    },
    begin(collection, begun) {
      for (const file of begun) files.set(key(collection, file.file), { ...file, collection, hash: '' });
      last += 1;
      batches.set(String(last), collection);
      return String(last);
    },
    commit(collection, batchId, done) {
      for (const file of done) files.set(key(collection, file.file), { ...file, collection });
      batches.delete(batchId);
    },
    abandon(_collection, batchIds) {
      for (const id of batchIds) batches.delete(id);
    },
    removeFiles(collection, gone) {
      for (const file of gone) files.delete(key(collection, file));
    },
    close: () => undefined,
  };
}
