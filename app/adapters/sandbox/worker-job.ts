import type { CodeFault } from '../../core/capabilities/capabilities.ts';

/** What a worker is told: one job, its only one. */
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

export type WorkerMessage = { ready: true } | { answer: WorkerAnswer };
