import type { JsonObject } from '../graph/json.ts';

/** A kept answer. */
export interface KeptResponse {
  response: JsonObject;
  /** Lengths of the pieces that its text was streamed in, in UTF-16 units; absent when it was not. */
  pieces?: number[];
}

/** What is known of a kept answer besides itself: nothing of the request. */
export interface ResponseFacts {
  kind: string;
  profile: string;
  provider: string;
  model: string;
  /** Who asked first; absent outside runs. */
  workflowId?: string;
  node?: string;
  scope?: string;
  /** What it cost; absent when that is not known. */
  nanoUsd?: number;
}

export interface KeptRow extends ResponseFacts {
  key: string;
  bytes: number;
  /** Epoch milliseconds. */
  storedAt: number;
  expiresAt: number;
  usedAt: number;
  /** How often it has answered since. */
  hits: number;
}

/** Which kept answers: those that fit all that is given. */
export interface KeptFilter {
  workflowId?: string | undefined;
  node?: string | undefined;
  profile?: string | undefined;
  scope?: string | undefined;
  /** Only what is no longer fresh. */
  expired?: boolean | undefined;
  /** Given before this time, epoch milliseconds. */
  storedBefore?: number | undefined;
}

export interface KeptTotals {
  entries: number;
  bytes: number;
  hits: number;
  /** What the hits would have cost, where known: integer nano-dollars. */
  savedNanoUsd: number;
}

/** Where kept answers lie. What is damaged or no longer fresh is as good as not there. */
export interface ResponseStore {
  /** A fresh answer, counted as used. @throws AppError storage.* */
  take(key: string): Promise<(KeptResponse & { storedAt: number }) | undefined>;
  /** Keeps or replaces; the least used make room. What would take a tenth of all room is not kept. @throws AppError storage.* */
  put(key: string, kept: KeptResponse, facts: ResponseFacts, ttlMs: number): Promise<void>;
}

/** The same for people. */
export interface ResponseShelf extends ResponseStore {
  /** Newest first. */
  list(filter: KeptFilter, limit: number): KeptRow[];
  totals(filter: KeptFilter): KeptTotals;
  /** Those whose key begins so, at most two. */
  find(beginning: string): KeptRow[];
  /** Without counting it as used; undefined when it is damaged. */
  read(key: string): KeptResponse | undefined;
  /** Removes them and gives their room back to the disk. @returns how many */
  clear(filter: KeptFilter): Promise<number>;
  close(): void;
}
