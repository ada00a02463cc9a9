import type { Json } from '../core/graph/json.ts';
import type { Decision } from '../core/graph/values.ts';
import type { PortRefs, RunEvent } from '../core/run/events.ts';

/** A value too large for its event: canonical JSON text under its SHA-256. */
export interface StoredValue {
  digest: string;
  text: string;
  /** Payload of a node marked personal: encrypted at rest, purged by retention. */
  personal: boolean;
}

/** One all-or-nothing addition to a run's log. */
export interface JournalBatch {
  runId: string;
  /** The fence got from `create` or `claim`; an older one is refused. */
  fence: number;
  events: readonly RunEvent[];
  values: readonly StoredValue[];
}

export interface Claim {
  fence: number;
  events: RunEvent[];
}

/**
 * Where runs are kept. Semantics only: no connection, no transaction shows. Every implementation passes
 * test/conformance/journal.
 */
export interface Journal {
  /** Begins a run owned by `owner` with fence 1 and its first events. */
  create(batch: Omit<JournalBatch, 'fence'> & { owner: string }): Promise<{ fence: number }>;
  /**
   * Takes a run over: raises its fence, so that every other holder is refused from then on, and reads its log.
   * @throws AppError run.not_found; run.owned while a live owner holds it
   */
  claim(runId: string, owner: string): Promise<Claim>;
  /**
   * Resolves when the batch is durable. Batches given in one turn, also of other runs, may share a transaction,
   * each remains all or nothing.
   * @throws AppError run.fenced when the run was taken over; storage.*
   */
  append(batch: JournalBatch): Promise<void>;
  /** Gives the run up without ending it: another owner may claim it at once. */
  release(runId: string, fence: number): Promise<void>;
  /** The log of a run from after `afterSeq`. @throws AppError run.not_found */
  events(runId: string, afterSeq?: number): Promise<RunEvent[]>;
  /** The same as JSON, at most `limit` events, for who hands them on without a look into them. @throws AppError run.not_found */
  eventTexts(runId: string, afterSeq: number, limit: number): Promise<string[]>;
  /** A stored value; `runId` finds personal ones, which each run keeps for itself. @throws AppError storage.corrupt when absent or damaged, run.not_replayable when purged */
  value(digest: string, runId: string): Promise<Json>;
  /** Snapshots by hash (workflow, prompts, profiles): written once. */
  putSnapshot(hash: string, text: string): Promise<void>;
  snapshot(hash: string): Promise<string>;
  /** The newest finished step marked `shared` with this memo key, not older than `since` (epoch ms): for the policy `cache`. */
  findMemo(
    key: string,
    since: number,
  ): Promise<{ runId: string; step: string; at: number; outputs: PortRefs } | undefined>;
  /**
   * Decisions that people made and that no event of the run's log carries yet (`wait.decided` in an appended batch
   * settles its decision in the same transaction, so that none is lost or applied twice).
   */
  pendingDecisions(runId: string): Promise<{ wait: string; decision: Decision }[]>;
}
