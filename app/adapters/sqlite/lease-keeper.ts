import { AppError } from '../../core/errors/app-error.ts';
import type { SqliteDatabase } from './open-database.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { WriteQueue } from './write-queue.ts';

export interface LeaseOptions {
  now: () => number;
  /** How long a holder may be silent before another process may take its run. */
  ttlMs: number;
  identity: ProcessIdentity;
  isProcessGone: (identity: ProcessIdentity) => boolean;
}

export interface LeaseRow {
  owner: string | null;
  pid: number | null;
  process: string | null;
  host: string | null;
  lease_until: number | null;
}

const READ = 'SELECT owner, pid, process, host, lease_until FROM runs WHERE rid = ?';
const TAKE = 'UPDATE runs SET fence = ?, owner = ?, pid = ?, process = ?, host = ?, lease_until = ? WHERE rid = ?';
const RENEW = 'UPDATE runs SET lease_until = ? WHERE rid = ? AND fence = ?';
/** What a run that nobody holds has in its row, as assignments. */
export const HELD_BY_NOBODY = 'owner = NULL, pid = NULL, process = NULL, host = NULL, lease_until = NULL';
const RELEASE = `UPDATE runs SET ${HELD_BY_NOBODY} WHERE rid = ? AND fence = ?`;

/**
 * Who works on which run. A lease only spares two processes the same work: it is the fence that keeps a stale holder
 * from writing. Renews what this process holds at a third of the time to live.
 */
export class LeaseKeeper {
  readonly #db: SqliteDatabase;
  readonly #queue: WriteQueue;
  readonly #options: LeaseOptions;
  /** Fence by rid. */
  readonly #held = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(db: SqliteDatabase, queue: WriteQueue, options: LeaseOptions) {
    this.#db = db;
    this.#queue = queue;
    this.#options = options;
  }

  /** Inside a transaction; `keep` follows once it is committed. */
  take(rid: number, fence: number, owner: string): void {
    this.#db.statement(TAKE).run(fence, ...this.columns(owner), rid);
  }

  /** What a holder's lease is in the row of its run: `owner, pid, process, host, lease_until`. */
  columns(owner: string): readonly unknown[] {
    const { identity, now, ttlMs } = this.#options;
    return [owner, identity.pid, identity.process, identity.host, now() + ttlMs];
  }

  /** Whether a holder lives and has renewed its lease. */
  isHeld(row: LeaseRow): boolean {
    if (row.owner === null || row.lease_until === null || row.pid === null) return false;
    if (row.lease_until <= this.#options.now()) return false;
    return !this.#options.isProcessGone({ pid: row.pid, process: row.process ?? '', host: row.host ?? '' });
  }

  /** @throws AppError run.owned while a holder lives and has renewed its lease */
  assertFree(rid: number, runId: string): void {
    const row = this.#db.statement<LeaseRow>(READ).get(rid);
    if (row === undefined || !this.isHeld(row)) return;
    throw new AppError('run.owned', {
      message: `The run "${runId}" is being worked on by process ${row.pid} on ${row.host}.`,
      where: runId,
      remedy: 'Wait until it ends there, or end that process; its run can be resumed at once.',
      data: { pid: row.pid ?? 0, host: row.host ?? '' },
    });
  }

  /** Renews the lease from now on. */
  keep(rid: number, fence: number): void {
    this.#held.set(rid, fence);
    this.#timer ??= setInterval(() => this.#renew(), this.#options.ttlMs / 3).unref();
  }

  /** Stops renewing. */
  drop(rid: number): void {
    this.#held.delete(rid);
    if (this.#held.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Gives a run back; a lease that another has taken stays. Inside a transaction. */
  release(rid: number, fence: number): void {
    this.#db.statement(RELEASE).run(rid, fence);
  }

  /** Gives back everything that this process holds. */
  close(): void {
    const held = [...this.#held];
    for (const [rid, fence] of held) {
      this.drop(rid);
      this.#queue.submit(() => this.release(rid, fence)).catch(() => {});
    }
  }

  #renew(): void {
    for (const [rid, fence] of this.#held) {
      const until = this.#options.now() + this.#options.ttlMs;
      this.#queue
        .submit(() => this.#db.statement(RENEW).run(until, rid, fence).changes)
        .then(
          (changes) => {
            // Taken over: the next append is refused by its fence and says so.
            if (changes === 0 && this.#held.get(rid) === fence) this.drop(rid);
          },
          // A locked or full database: the next third tries again, and appends report it to the run.
          () => {},
        );
    }
  }
}
