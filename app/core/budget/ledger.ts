import type { CallAccounts, Usage } from '../graph/values.ts';
import type { ScopedLimit } from './limits.ts';

/** What is known of a try of a call before it is made: who spends, on what. */
export interface Spending {
  /** Epoch milliseconds. */
  at: number;
  runId?: string;
  workflowId?: string;
  /** The workflows in which the step lies besides that one: nodes run them. */
  within?: readonly string[];
  step?: string;
  node?: string;
  /** Number of the call in its step. */
  call?: number;
  kind: string;
  profile: string;
  provider: string;
  model: string;
  /** Prompt files that the request is made of, each with its version. */
  prompt?: string;
  tags: readonly string[];
}

export interface ReserveRequest {
  spending: Spending;
  /** The most that it may use and cost. */
  worst: { usage: Usage; nanoUsd: number; priceKnown: boolean; priceVersion: string };
  limits: readonly ScopedLimit[];
}

/** Why there is no room. */
export interface Refusal {
  limit: ScopedLimit;
  spentNanoUsd: number;
  /** Held back for calls under way. */
  reservedNanoUsd: number;
  /** What is held back may turn out to be more than was needed: then there is room. */
  mayFit: boolean;
}

export type ReserveAnswer = { id: number } | { refused: Refusal };

export interface Settlement {
  /** What it really used; undefined: nothing, and the entry goes. */
  accounts: CallAccounts | undefined;
  /** How the try ended. */
  end: 'answered' | 'failed' | 'cancelled';
}

/**
 * What is and was spent. Reserving and settling are one transaction each, seen by every process of the workspace: the
 * sum of what is settled and what is reserved never passes a limit.
 */
export interface Ledger {
  /** @throws AppError storage.* */
  reserve(request: ReserveRequest): Promise<ReserveAnswer>;
  /** @throws AppError storage.* */
  settle(id: number, settlement: Settlement): Promise<void>;
}
