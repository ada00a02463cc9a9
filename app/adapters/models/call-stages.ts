import type { CallOptions } from '../../core/capabilities/capabilities.ts';
import type { AppError } from '../../core/errors/app-error.ts';
import type { JsonObject } from '../../core/graph/json.ts';
import type { CallAccounts } from '../../core/graph/values.ts';
import type { Profile } from '../../core/workspace/workspace-config.ts';

/**
 * What stands around every call of a model, embedder or reranker, each a stage of its own: a cache, a limiter, budgets.
 * The order is the gateway's (call-pipeline.ts); hosts pass in those that a workspace has, and one that is not there
 * costs nothing.
 */

/** A call as a node makes it, before anybody is asked. */
export interface GatewayCall {
  kind: 'chat' | 'embedding' | 'rerank';
  /** The profile that the request names. */
  name: string;
  profile: Profile;
  /** The whole request: what decides the answer. */
  request: JsonObject;
  options: CallOptions;
}

/** One try of a call: by the profile that it names, or by a fallback. */
export interface CallAttemptAbout {
  call: GatewayCall;
  /** Who is asked now. */
  name: string;
  profile: Profile;
  /** Whose limits count: provider, address, model and the fingerprint of the key. Never the key. */
  account: string;
  /** The most that this try may use, and what that would cost; `cost.known` is false where no price is known. */
  worst(): Promise<Required<Pick<CallAccounts, 'usage' | 'cost'>>>;
}

/** Answers calls without asking anybody, where an equal one was answered before. */
export interface ResponseCache {
  /**
   * The kept answer of an equal call, or that of an equal call under way, or what `work` gives, kept for the next one.
   * `work` gets the options to call with: a cache that replays streams listens to the deltas.
   */
  answer<Response extends JsonObject>(
    call: GatewayCall,
    work: (options: CallOptions) => Promise<Response>,
  ): Promise<Response>;
}

/** Lets tries through as fast as a provider allows. */
export interface Limiter {
  /**
   * Waits for its turn.
   * @throws AppError provider.queue_timeout, run.cancelled
   */
  admit(about: CallAttemptAbout): Promise<Admission>;
}
export interface Admission {
  /** Milliseconds that it waited. */
  waitedMs: number;
  /** The provider has begun to answer: its headers tell its limits. */
  heard(headers: { [name: string]: string }): void;
  /** The try is over. */
  end(outcome: CallOutcome): void;
}
export interface CallOutcome {
  /** What it really used, if that is known. */
  accounts?: CallAccounts | undefined;
  /** How it failed. */
  error?: AppError | undefined;
}

/** Holds money back for a try before it is made. */
export interface Budgets {
  /** @throws AppError budget.exceeded, budget.price_unknown */
  reserve(about: CallAttemptAbout): Promise<Reservation>;
}
export interface Reservation {
  /** The most tokens that the answer may have for the reservation to be enough, where a limit holds. */
  maxTokens?: number;
  /** The try is over: how, and what it really cost; undefined: nothing. */
  settle(accounts: CallAccounts | undefined, end: 'answered' | 'failed' | 'cancelled'): Promise<void>;
}

export interface CallStages {
  cache?: ResponseCache | undefined;
  limiter?: Limiter | undefined;
  budgets?: Budgets | undefined;
}
