import { statSync } from 'node:fs';
import type { KeptBecause, RunLimits, RunRemoval, StoreUsage } from '../../core/run/run-removal.ts';
import { requireRun } from './event-rows.ts';
import type { SqliteDatabase } from './open-database.ts';
import { overwriting } from './overwriting.ts';
import { projectionTables } from './refold.ts';
import type { ValueStore } from './value-store.ts';
import type { WriteQueue } from './write-queue.ts';

export interface RemoveOptions {
  /** After each run. */
  onProgress?: (done: number) => void;
  /** Ends it between two runs: what is gone is gone. */
  signal?: AbortSignal | undefined;
}

/** Keeping the store of runs small. Nothing here touches a run that is open, pinned, or that an open run was made from. */
export interface Housekeeping {
  /** @throws AppError run.not_found */
  pin(runId: string, pinned: boolean): Promise<void>;
  /** What removing these would come to. Changes nothing. @throws AppError run.not_found */
  weigh(runIds: readonly string[]): RunRemoval;
  /**
   * Removes runs with all that they hold: log, values, decisions, feedback. What they cost stays in the ledger.
   * @throws AppError run.not_found, storage.*
   */
  remove(runIds: readonly string[], options?: RemoveOptions): Promise<RunRemoval>;
  /** Ids of the runs that these limits do not keep, the oldest first. `now`: epoch milliseconds. */
  overLimits(limits: RunLimits, now: number): string[];
  usage(): StoreUsage;
  /** Writes the database anew without its unused pages: it grows smaller, and nothing deleted is left in it. */
  compact(): void;
}

const MB = 1_048_576;
const DAY_MS = 86_400_000;
const OPEN = "('created', 'running', 'waiting')";
const KEPT = `CASE
  WHEN summary.status IS NULL OR summary.status IN ${OPEN} THEN 'open'
  WHEN runs.pinned = 1 THEN 'pinned'
  WHEN runs.run_id IN (
    SELECT json_extract(child.origin, '$.parent') FROM run_summaries AS child
    WHERE child.status IN ${OPEN} AND child.origin IS NOT NULL
  ) THEN 'parent' END`;
const FROM = 'FROM runs LEFT JOIN run_summaries AS summary USING (rid)';
const RIDS = '(SELECT value FROM json_each(?))';
/** Values that only these runs name. */
const OWN = `digest IN (SELECT digest FROM value_refs WHERE rid IN ${RIDS}) AND NOT EXISTS (
  SELECT 1 FROM value_refs AS other WHERE other.digest = held.digest AND other.rid NOT IN ${RIDS})`;

interface Candidate {
  rid: number;
  runId: string;
  endedAt: number | null;
  kept: KeptBecause | null;
}

export function createHousekeeping(db: SqliteDatabase, queue: WriteQueue, values: ValueStore): Housekeeping {
  const keptBecause = (rid: number): KeptBecause | null =>
    db.statement<{ kept: KeptBecause | null }>(`SELECT ${KEPT} AS kept ${FROM} WHERE rid = ?`).get(rid)?.kept ?? null;

  function sum(sql: string, ...parameters: (string | number)[]): number {
    return db.statement<{ bytes: number }>(sql).get(...parameters)?.bytes ?? 0;
  }

  const fileBytes = (name: string): number => statSync(values.files.path(name), { throwIfNoEntry: false })?.size ?? 0;

  /** Bytes of log and values that only these runs hold. */
  function bytesOf(rids: readonly number[]): number {
    const these = JSON.stringify(rids);
    const files = db
      .statement<{ file: string }>(
        `SELECT digest AS file FROM stored_values AS held WHERE form = 'file' AND ${OWN}
         UNION SELECT file FROM personal_values AS held WHERE form = 'file' AND ${OWN}`,
      )
      .all(these, these, these, these);
    return (
      sum(`SELECT coalesce(sum(octet_length(body)), 0) AS bytes FROM events WHERE rid IN ${RIDS}`, these) +
      sum(
        `SELECT coalesce(sum(octet_length(body)), 0) AS bytes FROM stored_values AS held WHERE ${OWN}`,
        these,
        these,
      ) +
      sum(
        `SELECT coalesce(sum(octet_length(body)), 0) AS bytes FROM personal_values AS held WHERE ${OWN}`,
        these,
        these,
      ) +
      files.reduce((bytes, { file }) => bytes + fileBytes(file), 0)
    );
  }

  function weigh(runIds: readonly string[]): RunRemoval & { rids: number[] } {
    const removal: RunRemoval & { rids: number[] } = { runs: [], kept: [], bytes: 0, rids: [] };
    for (const runId of new Set(runIds)) {
      const { rid } = requireRun(db, runId);
      const because = keptBecause(rid);
      if (because !== null) removal.kept.push({ runId, because });
      else {
        removal.runs.push(runId);
        removal.rids.push(rid);
      }
    }
    removal.bytes = bytesOf(removal.rids);
    return removal;
  }

  /** Names of files that may be removed once this is committed. Inside a transaction. */
  function removeRun(rid: number): string[] {
    const files = values.purge(rid);
    for (const table of ['events', ...projectionTables, 'decisions', 'feedback', 'runs'])
      db.statement(`DELETE FROM ${table} WHERE rid = ?`).run(rid);
    return files;
  }

  function usage(): StoreUsage {
    const pages = (name: string) => db.raw.pragma(name, { simple: true }) as number;
    const size = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    return {
      database: pages('page_count') * pages('page_size') + size(`${db.file}-wal`),
      unused: pages('freelist_count') * pages('page_size'),
      values:
        sum('SELECT coalesce(sum(octet_length(body)), 0) AS bytes FROM stored_values') +
        sum('SELECT coalesce(sum(octet_length(body)), 0) AS bytes FROM personal_values'),
      files: values.files.list().names.reduce((bytes, name) => bytes + fileBytes(name), 0),
      runs: sum('SELECT count(*) AS bytes FROM runs'),
    };
  }

  return {
    async pin(runId, pinned) {
      await queue.submit(() => {
        const { rid } = requireRun(db, runId);
        db.statement('UPDATE runs SET pinned = ? WHERE rid = ?').run(pinned ? 1 : 0, rid);
      });
    },

    weigh(runIds) {
      return db.guard(() => {
        const { rids: _, ...removal } = weigh(runIds);
        return removal;
      });
    },

    async remove(runIds, { onProgress, signal } = {}) {
      const removal = db.guard(() => weigh(runIds));
      const gone: RunRemoval = { runs: [], kept: [...removal.kept], bytes: 0 };
      await overwriting(db, async () => {
        for (const runId of removal.runs) {
          if (signal?.aborted) break;
          // A transaction of its own for each run, which looks again: somebody may have forked or pinned it meanwhile.
          const done = await queue.submit(() => {
            const { rid } = requireRun(db, runId);
            const because = keptBecause(rid);
            if (because !== null) return { because };
            return { bytes: bytesOf([rid]), files: removeRun(rid) };
          });
          if ('because' in done) gone.kept.push({ runId, because: done.because });
          else {
            gone.runs.push(runId);
            gone.bytes += done.bytes;
            // After the rows are gone for good, and never a file that a row has come to name again.
            await queue.submit(() => {
              for (const name of done.files) if (!values.isFileNamed(name)) values.files.remove(name);
            });
          }
          onProgress?.(gone.runs.length + gone.kept.length - removal.kept.length);
        }
      });
      return gone;
    },

    overLimits({ days, runs, mb }, now) {
      return db.guard(() => {
        const newest = db
          .statement<Candidate>(
            `SELECT rid, run_id AS runId, summary.ended_at AS endedAt, ${KEPT} AS kept ${FROM} ORDER BY rid DESC`,
          )
          .all();
        const over = new Set<Candidate>();
        for (const [place, run] of newest.entries()) {
          if (run.kept !== null) continue;
          const isOld = days !== undefined && run.endedAt !== null && run.endedAt <= now - days * DAY_MS;
          if (isOld || (runs !== undefined && place >= runs)) over.add(run);
        }
        const oldest = newest.filter(({ kept }) => kept === null).reverse();
        if (mb !== undefined) {
          const { database, unused, files } = usage();
          const surplus = database - unused + files - mb * MB;
          const ridsOf = (count: number) => oldest.slice(0, count).map(({ rid }) => rid);
          for (const run of oldest.slice(
            0,
            fewest(oldest.length, (count) => bytesOf(ridsOf(count)) >= surplus),
          ))
            over.add(run);
        }
        return oldest.filter((run) => over.has(run)).map(({ runId }) => runId);
      });
    },

    usage: () => db.guard(usage),
    compact: () =>
      db.guard(() => {
        db.raw.exec('VACUUM');
        db.raw.pragma('wal_checkpoint(TRUNCATE)');
      }),
  };
}

/** The smallest number up to `most` that is enough, or `most`; more is always enough where fewer are. */
function fewest(most: number, isEnough: (count: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
