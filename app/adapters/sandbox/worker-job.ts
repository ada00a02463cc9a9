import type { CodeFault } from '../../core/capabilities/capabilities.ts';

/** What a worker is told: one job; the next one only after it has said again that it is ready. */
export interface WorkerJob {
  code: string;
  /** JSON text of the inputs. */
  inputs: string;
  now: number;
  /** 0 ≤ seed < 1. */
  seed: number;
  timeoutMs: number;
  memoryBytes: number;
  /** UTF-16 units that the JSON text of the result may have. */
  resultUnits: number;
}

export interface WorkerAnswer {
  /** JSON text of what the code returned; absent when it returned nothing. */
  value?: string;
  fault?: CodeFault;
  logs: string[];
}

/** `isSpent`: this worker takes no further job. Otherwise `ready` follows, as soon as a fresh module stands in it. */
export type WorkerMessage = { ready: true } | { answer: WorkerAnswer; isSpent: boolean };

/** What a worker is given at its start. */
export interface WorkerStart {
  /** QuickJS, compiled once for all workers; each job has an instance of its own. */
  quickjs: object;
}
