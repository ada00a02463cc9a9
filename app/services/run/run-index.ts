import type { RunFilter, RunListItem } from '../../core/run/run-list.ts';
import type { RunRemoval } from '../../core/run/run-removal.ts';

/** What the services need of the store of runs besides the journal. */
export interface RunIndex {
  /** Newest first. */
  listRuns(filter?: RunFilter): RunListItem[];
  countRuns(filter?: RunFilter): number;
  /** @throws AppError run.not_found */
  getRun(runId: string): RunListItem;
  hasRun(runId: string): boolean;
  /** Another text whenever anything of any run was written, by this process or another. */
  version(): string;
}

/** Removing runs, as the store does it. */
export interface RunHousekeeping {
  pin(runId: string, pinned: boolean): Promise<void>;
  weigh(runIds: readonly string[]): RunRemoval;
  remove(
    runIds: readonly string[],
    options?: { onProgress?: (done: number) => void; signal?: AbortSignal | undefined },
  ): Promise<RunRemoval>;
}

export interface RunRetention {
  purgePayloads(request: { olderThanDays: number; now: number }): Promise<string[]>;
  dropPayloads(runId: string): Promise<boolean>;
}
