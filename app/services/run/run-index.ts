import type { RunFilter, RunListItem } from '../../core/run/run-list.ts';

/** What the services need of the store of runs besides the journal. */
export interface RunIndex {
  /** Newest first. */
  listRuns(filter?: RunFilter): RunListItem[];
  /** @throws AppError run.not_found */
  getRun(runId: string): RunListItem;
}

export interface RunRetention {
  purgePayloads(request: { olderThanDays: number; now: number }): Promise<string[]>;
  dropPayloads(runId: string): Promise<boolean>;
}
