import { type RunRow, readEvents } from './event-rows.ts';
import type { SqliteDatabase } from './open-database.ts';
import { beginProjection, project, type RunProjection } from './projection.ts';
import { writeProjection } from './projection-writer.ts';

/** The tables that are folds of the log. */
export const projectionTables = ['run_summaries', 'steps', 'calls', 'waits', 'logs'] as const;

/** The whole log of a run folded anew. @throws AppError storage.corrupt */
export function refold(db: SqliteDatabase, run: RunRow): RunProjection | undefined {
  const [first, ...rest] = readEvents(db, run);
  if (first?.type !== 'run.created') return undefined;
  const projection = beginProjection(first);
  for (const event of rest) project(projection, event);
  return projection;
}

/** Replaces the projected rows of one run by those that its log gives. Inside a transaction. */
export function rewriteProjection(db: SqliteDatabase, run: RunRow): void {
  const projection = refold(db, run);
  for (const table of projectionTables) db.statement(`DELETE FROM ${table} WHERE rid = ?`).run(run.rid);
  if (projection !== undefined) writeProjection(db, run.rid, projection);
}
