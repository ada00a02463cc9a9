import { insertEvents, type RunRow, readEvents, requireRun } from './event-rows.ts';
import type { SqliteDatabase } from './open-database.ts';
import { overwriting } from './overwriting.ts';
import { rewriteProjection } from './refold.ts';
import { withoutPayload } from './value-refs.ts';
import type { ValueStore } from './value-store.ts';
import type { WriteQueue } from './write-queue.ts';

export interface Retention {
  /**
   * Removes the payloads of runs that ended more than so many days ago, and keeps their steps, times and costs. What an
   * open run needs stays: values it names, and the runs that it was forked or rerun from.
   * @returns ids of the runs whose payloads are gone
   */
  purgePayloads(request: { olderThanDays: number; now: number }): Promise<string[]>;
  /**
   * The same for one run that has ended (`capture: off`); false while it or a run made from it is open. Unused bytes of
   * the database may hold copies of it until the next `purgePayloads`, which writes the whole file anew.
   */
  dropPayloads(runId: string): Promise<boolean>;
}

const DAY_MS = 86_400_000;
const OPEN = "('created', 'running', 'waiting')";

/** Ended, not yet purged, and no open run was made from it. */
const PURGEABLE = `
  SELECT runs.run_id AS runId FROM runs JOIN run_summaries AS summary USING (rid)
  WHERE runs.payloads = 'kept' AND summary.status NOT IN ${OPEN} AND summary.ended_at <= ?
    AND NOT EXISTS (
      SELECT 1 FROM run_summaries AS child
      WHERE child.status IN ${OPEN} AND json_extract(child.origin, '$.parent') = runs.run_id
    )`;

export function createRetention(db: SqliteDatabase, queue: WriteQueue, values: ValueStore): Retention {
  function isPurgeable(runId: string, endedUntil: number): boolean {
    return db.statement(`${PURGEABLE} AND runs.run_id = ?`).get(endedUntil, runId) !== undefined;
  }

  /** The log keeps its shape without payloads, and the projections follow it. */
  function purgeRun(run: RunRow): string[] {
    const texts = readEvents(db, run).map((event) => JSON.stringify(withoutPayload(event)));
    db.statement('DELETE FROM events WHERE rid = ?').run(run.rid);
    insertEvents(db, { rid: run.rid, runId: run.run_id }, 1, texts);
    db.statement('DELETE FROM decisions WHERE rid = ?').run(run.rid);
    // What was thought of it stays; what was written about its payloads goes with them.
    db.statement(
      "UPDATE feedback SET form = 'purged', checksum = NULL, body = NULL WHERE rid = ? AND form <> 'none'",
    ).run(run.rid);
    db.statement("UPDATE runs SET payloads = 'purged' WHERE rid = ?").run(run.rid);
    rewriteProjection(db, run);
    return values.purge(run.rid);
  }

  /** A transaction of its own for each run: a long purge keeps no other writer waiting. */
  async function purgeIf(runId: string, endedUntil: number): Promise<boolean> {
    const files = await queue.submit(() =>
      isPurgeable(runId, endedUntil) ? purgeRun(requireRun(db, runId)) : undefined,
    );
    if (files === undefined) return false;
    // After the rows are gone for good, and never a file that a row has come to name again.
    await queue.submit(() => {
      for (const name of files) if (!values.isFileNamed(name)) values.files.remove(name);
    });
    return true;
  }

  return {
    purgePayloads({ olderThanDays, now }) {
      const endedUntil = now - olderThanDays * DAY_MS;
      return overwriting(db, async () => {
        const purged: string[] = [];
        for (const { runId } of db.guard(() => db.statement<{ runId: string }>(PURGEABLE).all(endedUntil))) {
          if (await purgeIf(runId, endedUntil)) purged.push(runId);
        }
        // Page splits leave copies of rows in unused bytes, which no deletion overwrites: only a new file is free of them.
        db.guard(() => db.raw.exec('VACUUM'));
        return purged;
      });
    },
    dropPayloads(runId) {
      return overwriting(db, async () => {
        db.guard(() => requireRun(db, runId));
        return purgeIf(runId, Number.MAX_SAFE_INTEGER);
      });
    },
  };
}
