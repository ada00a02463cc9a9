import type { RunLimits, RunRemoval, StoreUsage } from '../../core/run/run-removal.ts';
import { cleanable, type DiskPart, diskParts } from '../../core/workspace/disk-parts.ts';

type Gone = { removed: number; bytes: number };

/** What is kept, as pipewright.json says. */
export interface Keeping {
  /** 0: payloads stay for ever. */
  payloadDays: number;
  limits: RunLimits;
}

/** The store of runs, as far as it is kept small. */
export interface RunUpkeep {
  usage(): StoreUsage;
  overLimits(limits: RunLimits, now: number): string[];
  weigh(runs: readonly string[]): RunRemoval;
  remove(
    runs: readonly string[],
    options: { onProgress?: (done: number) => void; signal?: AbortSignal | undefined },
  ): Promise<RunRemoval>;
  purgePayloads(request: { olderThanDays: number; now: number }): Promise<string[]>;
  /** Files that no row names. */
  sweep(): Promise<string[]>;
  compact(): void;
}

export interface DiskPorts {
  /** Undefined where nothing ever ran. */
  runs(): Promise<RunUpkeep | undefined>;
  /** Removes all kept answers. @returns how many */
  clearAnswers(): Promise<number>;
  /** Bytes of a file or folder of machine state. */
  bytesOf(path: string): Promise<number>;
  removeOld(folder: string, before: number): Promise<Gone>;
  removeOldVersions(folder: string, before: number): Promise<Gone>;
  keeping(): Keeping;
  /** Writes it into pipewright.json. @throws AppError workspace.*, storage.* */
  keep(keeping: Keeping): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
}

export interface DiskUsage {
  parts: { part: DiskPart; bytes: number; cleanable: boolean }[];
  runs: number;
  /** Bytes of the database that hold nothing. */
  unused: number;
  keeping: Keeping;
}

export interface CleanOptions {
  onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface Cleaned extends Gone {
  part: DiskPart;
  stopped: boolean;
}

export interface DiskService {
  usage(): Promise<DiskUsage>;
  /** What a clean-up of the runs would remove under these limits. Changes nothing. */
  preview(limits: RunLimits): Promise<RunRemoval>;
  keep(keeping: Keeping): Promise<void>;
  /**
   * Cleans one part up. Runs: those over the limits go, payloads that are too old, files that nothing names, and the
   * unused pages of the database. History, trash and unsaved work: what is older than thirty days, though never the
   * newest version of a file. What cannot be cleaned stays as it is.
   */
  clean(part: DiskPart, options?: CleanOptions): Promise<Cleaned>;
}

const DAY_MS = 86_400_000;
/** What nobody came back for in this time may go. */
const OLD_DAYS = 30;

/** Where each part lies in the folder of machine state. */
const places: { readonly [P in DiskPart]: readonly string[] } = {
  runs: ['pipewright.db', 'pipewright.db-wal', 'blobs'],
  collections: ['collections'],
  answers: ['cache.db', 'cache.db-wal'],
  tables: ['cache/tables'],
  history: ['history'],
  trash: ['trash'],
  recovery: ['recovery'],
  ledger: ['ledger.db', 'ledger.db-wal'],
};

export function createDiskService(ports: DiskPorts): DiskService {
  async function bytesOf(part: DiskPart): Promise<number> {
    let bytes = 0;
    for (const path of places[part]) bytes += await ports.bytesOf(path);
    return bytes;
  }

  async function cleanRuns({ onProgress, signal }: CleanOptions): Promise<Omit<Cleaned, 'part'>> {
    const store = await ports.runs();
    if (!store) return { removed: 0, bytes: 0, stopped: false };
    const before = await bytesOf('runs');
    const { limits, payloadDays } = ports.keeping();
    const runs = store.overLimits(limits, ports.now());
    onProgress?.({ done: 0, total: runs.length });
    const removal = await store.remove(runs, {
      signal,
      onProgress: (done) => onProgress?.({ done, total: runs.length }),
    });
    const stopped = signal?.aborted === true;
    if (!stopped) {
      if (payloadDays > 0) await store.purgePayloads({ olderThanDays: payloadDays, now: ports.now() });
      await store.sweep();
      store.compact();
    }
    return { removed: removal.runs.length, bytes: Math.max(0, before - (await bytesOf('runs'))), stopped };
  }

  async function cleanAnswers(): Promise<Gone> {
    const before = await bytesOf('answers');
    const removed = await ports.clearAnswers();
    return { removed, bytes: Math.max(0, before - (await bytesOf('answers'))) };
  }

  async function cleanFiles(part: DiskPart): Promise<Gone> {
    const before = ports.now() - OLD_DAYS * DAY_MS;
    if (part === 'history') return ports.removeOldVersions('history', before);
    // What tables were made into is made again when it is asked for.
    if (part === 'tables') return ports.removeOld('cache/tables', ports.now() - DAY_MS);
    return ports.removeOld(part, before);
  }

  return {
    async usage() {
      const parts: DiskUsage['parts'] = [];
      for (const part of diskParts) parts.push({ part, bytes: await bytesOf(part), cleanable: cleanable.has(part) });
      const store = (await ports.runs())?.usage();
      return { parts, runs: store?.runs ?? 0, unused: store?.unused ?? 0, keeping: ports.keeping() };
    },
    async preview(limits) {
      const store = await ports.runs();
      return store ? store.weigh(store.overLimits(limits, ports.now())) : { runs: [], kept: [], bytes: 0 };
    },
    keep: (keeping) => ports.keep(keeping),
    async clean(part, options = {}) {
      if (!cleanable.has(part)) return { part, removed: 0, bytes: 0, stopped: false };
      if (part === 'runs') return { part, ...(await cleanRuns(options)) };
      const gone = part === 'answers' ? await cleanAnswers() : await cleanFiles(part);
      return { part, ...gone, stopped: false };
    },
  };
}
