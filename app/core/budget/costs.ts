import type { BudgetScope } from './limits.ts';

/** What the ledger can be summed up by. */
export const costGroups = ['workflow', 'node', 'model', 'profile', 'prompt', 'tag', 'day', 'run'] as const;
export type CostGroup = (typeof costGroups)[number];

/** The id of the workflow, and what of it, that a key of a group names; undefined where keys name something else. */
export function workflowOfKey(by: CostGroup, key: string): { id: string; within: string[] } | undefined {
  if (by !== 'workflow' && by !== 'node') return undefined;
  const [id = '', ...within] = key.split(' ');
  return { id, within };
}

export interface CostFilter {
  /** Epoch milliseconds: from then on. */
  since?: number;
  workflowId?: string;
  runId?: string;
  tag?: string;
}

/** What some calls used and cost. Money is integer nano-dollars. */
export interface CostSum {
  /** Tries that may be on a bill. */
  calls: number;
  inputTokens: number;
  outputTokens: number;
  nanoUsd: number;
  /** The part of `nanoUsd` that nobody has confirmed: counted by us, or held back by a process that died. */
  estimatedNanoUsd: number;
  /** Calls without a known price: `nanoUsd` does not hold them. */
  unpricedCalls: number;
}

export interface CostRow extends CostSum {
  /** Null for calls that have none: outside runs, without a tag, without a prompt file. */
  key: string | null;
}

export interface CostReport {
  by: CostGroup;
  /** The dearest first; days in their order. */
  rows: CostRow[];
  /** Of all entries: with several tags on a run, the rows add up to more. */
  total: CostSum;
}

/** How one limit stands. */
export interface BudgetStatus {
  scope: BudgetScope;
  what: string;
  source: string;
  limitNanoUsd: number;
  warnNanoUsd: number;
  spentNanoUsd: number;
  /** Held back for calls under way. */
  reservedNanoUsd: number;
}

/** A limit whose share for a warning was passed. */
export interface BudgetWarning {
  what: string;
  source: string;
  limitNanoUsd: number;
  /** When it was passed. */
  spentNanoUsd: number;
  at: number;
  /** Whose call it was; null outside runs. */
  runId: string | null;
}
