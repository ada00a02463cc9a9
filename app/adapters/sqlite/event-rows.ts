import { AppError } from '../../core/errors/app-error.ts';
import type { RunEvent } from '../../core/run/events.ts';
import { checksum, checksumSeed } from './checked-text.ts';
import type { SqliteDatabase } from './open-database.ts';
import { RowWriter } from './row-writer.ts';

interface EventRow {
  seq: number;
  checksum: number;
  body: string;
}

export interface RunRow {
  rid: number;
  run_id: string;
  last_seq: number;
  fence: number;
  owner: string | null;
  payloads: 'kept' | 'purged';
}

const RUN = 'SELECT rid, run_id, last_seq, fence, owner, payloads FROM runs WHERE run_id = ?';
const eventWriter = new RowWriter('events (rid, seq, checksum, body)', '(?, ?, ?, ?)');
const READ = 'SELECT seq, checksum, body FROM events WHERE rid = ? AND seq > ? ORDER BY seq';
const READ_PAGE = `${READ} LIMIT ?`;

export function findRun(db: SqliteDatabase, runId: string): RunRow | undefined {
  return db.statement<RunRow>(RUN).get(runId);
}

/** @throws AppError run.not_found */
export function requireRun(db: SqliteDatabase, runId: string): RunRow {
  const run = findRun(db, runId);
  if (run === undefined) {
    throw new AppError('run.not_found', {
      message: `There is no run "${runId}" in this workspace.`,
      where: runId,
      remedy: 'See `pipewright runs` for those there are.',
    });
  }
  return run;
}

/** Writes events whose texts the caller has made. Inside a transaction. */
export function insertEvents(
  db: SqliteDatabase,
  run: { rid: number; runId: string },
  first: number,
  texts: string[],
): void {
  const seed = checksumSeed(run.runId);
  const parameters: unknown[] = [];
  for (let i = 0; i < texts.length; i += 1) {
    const body = texts[i] as string;
    parameters.push(run.rid, first + i, checksum(body, seed), body);
  }
  eventWriter.write(db, parameters);
}

/**
 * The log of a run after `afterSeq`, at most `limit` events. Every row's checksum is verified, and that none is missing.
 * @throws AppError storage.corrupt naming run and event
 */
export function readEvents(db: SqliteDatabase, run: RunRow, afterSeq = 0, limit?: number): RunEvent[] {
  return readEventTexts(db, run, afterSeq, limit).map((text, index) =>
    readEvent(run.run_id, afterSeq + 1 + index, text),
  );
}

/** The same as the JSON texts that were written, verified alike. */
export function readEventTexts(db: SqliteDatabase, run: RunRow, afterSeq = 0, limit?: number): string[] {
  const rows =
    limit === undefined
      ? db.statement<EventRow>(READ).all(run.rid, afterSeq)
      : db.statement<EventRow>(READ_PAGE).all(run.rid, afterSeq, limit);
  const seed = checksumSeed(run.run_id);
  const texts = rows.map((row, index) => {
    if (row.seq !== afterSeq + 1 + index) throw corruptEvent(run.run_id, afterSeq + 1 + index, 'is missing');
    if (checksum(row.body, seed) !== row.checksum) throw corruptEvent(run.run_id, row.seq, 'is damaged');
    return row.body;
  });
  const last = afterSeq + rows.length;
  const complete = limit !== undefined && rows.length === limit;
  if (!complete && last < run.last_seq) throw corruptEvent(run.run_id, last + 1, 'is missing');
  return texts;
}

function readEvent(runId: string, seq: number, text: string): RunEvent {
  let event: RunEvent;
  try {
    event = JSON.parse(text) as RunEvent;
  } catch {
    throw corruptEvent(runId, seq, 'is damaged');
  }
  if (event.seq !== seq) throw corruptEvent(runId, seq, 'is damaged');
  return event;
}

function corruptEvent(runId: string, seq: number, what: string): AppError {
  return new AppError('storage.corrupt', {
    message: `Event ${seq} of run ${runId} ${what}.`,
    where: `${runId} event ${seq}`,
    remedy: 'Run `pipewright doctor` for all that is damaged, and restore the workspace from a backup.',
    data: { run: runId, seq },
  });
}
