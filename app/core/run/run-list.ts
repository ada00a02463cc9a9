import type { ErrorWire } from '../errors/app-error.ts';
import type { Capture, RunOrigin } from './events.ts';

export type RunListStatus = 'created' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';

/** Orders of a list of runs. */
export const runSorts = ['newest', 'oldest', 'dearest', 'longest'] as const;

export interface RunFilter {
  workflowId?: string;
  status?: RunListStatus;
  /** Part of a run id, of a workflow's name or id, or of the run's error. */
  search?: string;
  /** With a thumb up or down on it or on one of its outputs. */
  thumb?: 'up' | 'down';
  /** With this tag. */
  tag?: string;
  /** Created at or after this time (epoch ms). */
  since?: number;
  /** Created before this time (epoch ms). */
  until?: number;
  /** That cost so much or more: integer nano-dollars. */
  atLeastNanoUsd?: number;
  /** That took so long or longer, milliseconds. */
  atLeastMs?: number;
  pinned?: boolean;
  /** Waiting for something that was due at or before this time (epoch ms). */
  dueBefore?: number;
  /** Made from one of these snapshots. */
  snapshots?: readonly string[];
  /** `newest` where nothing is said. */
  sort?: (typeof runSorts)[number];
  limit?: number;
  /** So many of the beginning are left out. */
  offset?: number;
  /** Run id: the page after that run, by its time. */
  before?: string;
}

/** What runs of one snapshot came to: the same workflow, prompts and profiles. */
export interface SnapshotRuns {
  snapshot: string;
  runs: number;
  succeeded: number;
  failed: number;
  /** Epoch milliseconds. */
  firstAt: number;
  lastAt: number;
  thumbs: { up: number; down: number };
}

/** A run in a list. */
export interface RunListItem {
  runId: string;
  workflowId: string;
  workflowName: string;
  workflowHash: string;
  /** Hash of the snapshot that every resume works from. */
  snapshot: string;
  /** Release that began it. */
  engine: string;
  capture: Capture;
  origin: RunOrigin | null;
  status: RunListStatus;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** Times that a process began or resumed it. */
  starts: number;
  error: ErrorWire | null;
  failedStep: string | null;
  counts: { succeeded: number; cached: number; failed: number; skipped: number; cancelled: number; retried: number };
  calls: number;
  inputTokens: number;
  outputTokens: number;
  /** Integer nano-dollars; calls without a known price are counted in `unpricedCalls` instead. */
  nanoUsd: number;
  unpricedCalls: number;
  openWaits: number;
  /** What people thought of it and of its outputs: thumbs up and down. */
  thumbs: { up: number; down: number };
  /** When the first of its open waits is due (epoch ms): from then on a resume goes on by itself. */
  dueAt: number | null;
  /** What its spending is counted under. */
  tags: string[];
  /** Kept whatever retention says. */
  pinned: boolean;
  /** Whether its payloads are still there. */
  payloads: 'kept' | 'purged';
  /** Who works on it; null: nobody, so a run that has not ended was interrupted or waits. */
  owner: string | null;
}
