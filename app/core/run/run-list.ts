import type { ErrorWire } from '../errors/app-error.ts';
import type { Capture, RunOrigin } from './events.ts';

export type RunListStatus = 'created' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';

export interface RunFilter {
  workflowId?: string;
  status?: RunListStatus;
  /** Part of a run id, of a workflow's name or id, or of the run's error. */
  search?: string;
  /** Created at or after this time (epoch ms). */
  since?: number;
  /** Waiting for something that was due at or before this time (epoch ms). */
  dueBefore?: number;
  limit?: number;
  /** Run id: the page after that run. */
  before?: string;
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
  /** When the first of its open waits is due (epoch ms): from then on a resume goes on by itself. */
  dueAt: number | null;
  /** Whether its payloads are still there. */
  payloads: 'kept' | 'purged';
  /** Who works on it; null: nobody, so a run that has not ended was interrupted or waits. */
  owner: string | null;
}
