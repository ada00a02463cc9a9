/**
 * Why a run is not removed. open: it goes on, waits or can be resumed. pinned: somebody wants it kept. parent: an open run
 * was made from it and needs what it says.
 */
export const keptBecause = ['open', 'pinned', 'parent'] as const;
export type KeptBecause = (typeof keptBecause)[number];

/** What removing some runs comes to. */
export interface RunRemoval {
  /** Ids of the runs that go, or are gone. */
  runs: string[];
  kept: { runId: string; because: KeptBecause }[];
  /** What is freed: log and values that no other run names. Tables beside it come on top. */
  bytes: number;
}

/** Which runs a workspace keeps; what is left out holds nothing. */
export interface RunLimits {
  /** Days since the end. */
  days?: number | undefined;
  /** The newest so many. */
  runs?: number | undefined;
  /** Megabytes (of 1,048,576 bytes) of database and value files. */
  mb?: number | undefined;
}

/** What the store of runs takes of the disk, bytes. */
export interface StoreUsage {
  /** The database and its write-ahead log, with values that lie in it. */
  database: number;
  /** Of it, values beside the log. */
  values: number;
  /** Of it, pages that hold nothing: `compact` gives them back. */
  unused: number;
  /** Files of large values. */
  files: number;
  runs: number;
}
