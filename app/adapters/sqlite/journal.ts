import { AppError } from '../../core/errors/app-error.ts';
import type { Json } from '../../core/graph/json.ts';
import type { Claim, Journal, JournalBatch } from '../../engine/journal.ts';
import { checksum, type PackedText, packText, unpackBytes } from './checked-text.ts';
import type { DecisionRows } from './decision-rows.ts';
import { findRun, insertEvents, type RunRow, readEvents, readEventTexts, requireRun } from './event-rows.ts';
import { HELD_BY_NOBODY, type LeaseKeeper } from './lease-keeper.ts';
import type { SqliteDatabase } from './open-database.ts';
import { beginProjection, project, type RunProjection } from './projection.ts';
import { writeProjection } from './projection-writer.ts';
import { refold } from './refold.ts';
import { collectDigests } from './value-refs.ts';
import type { ValueStore } from './value-store.ts';
import type { WriteQueue } from './write-queue.ts';

export interface JournalParts {
  db: SqliteDatabase;
  queue: WriteQueue;
  values: ValueStore;
  decisions: DecisionRows;
  leases: LeaseKeeper;
}

/** The part of a run's fold that is kept between its batches. Trusted only while `lastSeq` is what the table says. */
interface Folded {
  rid: number;
  lastSeq: number;
  projection: RunProjection;
}

interface MemoRow {
  runId: string;
  endSeq: number;
}

const FIND_MEMO = `
  SELECT runs.run_id AS runId, steps.end_seq AS endSeq
  FROM steps JOIN runs USING (rid)
  WHERE steps.memo = ? AND steps.ended_at >= ? AND runs.payloads = 'kept'
  ORDER BY steps.ended_at DESC, steps.rid DESC, steps.end_seq DESC LIMIT 1`;

/** Moves a run on by a batch, if it stands where the batch begins and still belongs to who sends it. */
const ADVANCE = 'UPDATE runs SET last_seq = ? WHERE rid = ? AND last_seq = ? AND fence = ?';

/** The same for a batch that ends it, and gives it back. */
const ADVANCE_TO_END = `
  UPDATE runs SET last_seq = ?, ${HELD_BY_NOBODY} WHERE rid = ? AND last_seq = ? AND fence = ?`;
const CREATE = `
  INSERT INTO runs (run_id, last_seq, fence, owner, pid, process, host, lease_until) VALUES (?, ?, 1, ?, ?, ?, ?, ?)
  ON CONFLICT (run_id) DO NOTHING`;
const NOBODY: readonly unknown[] = [null, null, null, null, null];

type BatchContent = Pick<JournalBatch, 'runId' | 'events' | 'values'>;

/** A batch as it was when it was given: what the caller does to its objects afterwards changes nothing. */
interface StagedBatch {
  content: BatchContent;
  texts: string[];
}

function stage({ runId, events, values }: BatchContent): StagedBatch {
  const first = events[0]?.seq ?? 0;
  const gap = events.findIndex((event, index) => event.seq !== first + index);
  if (gap !== -1) {
    throw new AppError('internal', { message: `Event ${first + gap} of a batch is missing.`, where: runId });
  }
  return { content: { runId, events, values }, texts: events.map((event) => JSON.stringify(event)) };
}

const terminal: ReadonlySet<string> = new Set(['run.finished', 'run.failed', 'run.cancelled']);

/** A run whose last event is written needs no holder. */
const hasEnded = ({ events }: BatchContent): boolean => terminal.has(events.at(-1)?.type ?? '');

/** The journal of a workspace on SQLite. @see Journal for what each method promises */
export function createSqliteJournal({ db, queue, values, decisions, leases }: JournalParts): Journal {
  const folds = new Map<string, Folded>();
  queue.onRollback(() => folds.clear());

  /** The fold up to the row's last event; undefined for a run that has none yet. */
  function foldOf(run: RunRow): Folded | undefined {
    const kept = folds.get(run.run_id);
    if (kept?.rid === run.rid && kept.lastSeq === run.last_seq) return kept;
    const projection = refold(db, run);
    if (projection === undefined) return undefined;
    // These rows are in the tables already.
    projection.changed = { run: 'counts', steps: new Set(), calls: new Set(), waits: new Set(), logs: [] };
    return { rid: run.rid, lastSeq: run.last_seq, projection };
  }

  /** Adds events to the log of a run that has been moved on to the last of them. */
  function writeEvents(rid: number, before: Folded | undefined, { content, texts }: StagedBatch): void {
    const { runId, events } = content;
    let fold = before;
    insertEvents(db, { rid, runId }, events[0]?.seq ?? 0, texts);
    const digests: string[] = [];
    for (const event of events) {
      if (fold === undefined) {
        if (event.type !== 'run.created') {
          throw new AppError('internal', { message: 'A run begins with run.created.', where: runId });
        }
        fold = { rid, lastSeq: 0, projection: beginProjection(event) };
      } else {
        project(fold.projection, event);
      }
      collectDigests(event, digests);
      if (event.type === 'wait.decided') decisions.forget(rid, event.wait);
    }
    for (const digest of digests) values.addRef(rid, digest);
    if (fold === undefined) return;
    writeProjection(db, rid, fold.projection);
    fold.lastSeq = events.at(-1)?.seq ?? fold.lastSeq;
    folds.set(runId, fold);
  }

  function writeBatch(rid: number, before: Folded | undefined, batch: StagedBatch): void {
    for (const value of batch.content.values) values.put(rid, value);
    if (batch.content.events.length > 0) writeEvents(rid, before, batch);
  }

  /** Moves the run on in its own row, and gives it back where it ends. False where that row does not stand as given. */
  function advance(content: BatchContent, at: { rid: number; lastSeq: number; fence: number }): boolean {
    const { events } = content;
    const first = events[0];
    if (first === undefined || first.seq !== at.lastSeq + 1) return false;
    const last = at.lastSeq + events.length;
    const sql = hasEnded(content) ? ADVANCE_TO_END : ADVANCE;
    return db.statement(sql).run(last, at.rid, at.lastSeq, at.fence).changes === 1;
  }

  /** Of a run that this store did not write last, or where something is wrong. @throws AppError run.*, internal */
  function writeBehindOthers(batch: StagedBatch, fence: number): number {
    const { content } = batch;
    const run = requireRun(db, content.runId);
    if (run.fence !== fence) throw fenced(content.runId);
    const first = content.events[0];
    const fold = first === undefined || run.last_seq === 0 ? undefined : foldOf(run);
    if (first !== undefined && !advance(content, { rid: run.rid, lastSeq: run.last_seq, fence })) {
      throw new AppError('internal', {
        message: `Event ${first.seq} does not follow event ${run.last_seq}.`,
        where: content.runId,
      });
    }
    writeBatch(run.rid, fold, batch);
    return run.rid;
  }

  function letGo(runId: string, rid: number): void {
    leases.drop(rid);
    folds.delete(runId);
  }

  return {
    async create({ owner, ...content }) {
      const batch = stage(content);
      const { runId } = content;
      const rid = await queue.submit(() => {
        const { events } = content;
        if (events[0] !== undefined && events[0].seq !== 1) {
          throw new AppError('internal', { message: `Event ${events[0].seq} does not follow event 0.`, where: runId });
        }
        // One that ends where it begins needs no holder.
        const held = hasEnded(content) ? NOBODY : leases.columns(owner);
        const { changes, lastInsertRowid } = db.statement(CREATE).run(runId, events.length, ...held);
        if (changes === 0)
          throw new AppError('internal', { message: `The run "${runId}" exists already.`, where: runId });
        const rid = Number(lastInsertRowid);
        writeBatch(rid, undefined, batch);
        return rid;
      });
      if (hasEnded(content)) letGo(runId, rid);
      else leases.keep(rid, 1);
      return { fence: 1 };
    },

    async claim(runId, owner): Promise<Claim> {
      const { rid, fence, events } = await queue.submit(() => {
        const run = requireRun(db, runId);
        leases.assertFree(run.rid, runId);
        const fence = run.fence + 1;
        leases.take(run.rid, fence, owner);
        return { rid: run.rid, fence, events: readEvents(db, run) };
      });
      leases.keep(rid, fence);
      return { fence, events };
    },

    async append(content) {
      const batch = stage(content);
      const rid = await queue.submit(() => {
        const { runId, fence } = content;
        const fold = folds.get(runId);
        if (!fold || !advance(content, { rid: fold.rid, lastSeq: fold.lastSeq, fence })) {
          return writeBehindOthers(batch, fence);
        }
        writeBatch(fold.rid, fold, batch);
        return fold.rid;
      });
      if (hasEnded(content)) letGo(content.runId, rid);
    },

    async release(runId, fence) {
      const rid = await queue.submit(() => {
        const run = requireRun(db, runId);
        if (run.fence !== fence) return undefined;
        leases.release(run.rid, fence);
        return run.rid;
      });
      if (rid !== undefined) letGo(runId, rid);
    },

    async events(runId, afterSeq = 0) {
      return db.guard(() => readEvents(db, requireRun(db, runId), afterSeq));
    },

    async eventTexts(runId, afterSeq, limit) {
      return db.guard(() => readEventTexts(db, requireRun(db, runId), afterSeq, limit));
    },

    async value(digest, runId): Promise<Json> {
      return db.guard(() => JSON.parse(values.read(digest, findRun(db, runId)?.rid ?? 0)) as Json);
    },

    async putSnapshot(hash, text) {
      await queue.submit(() => {
        if (db.statement('SELECT 1 FROM snapshots WHERE hash = ?').get(hash) !== undefined) return;
        const { form, body } = packText(text);
        db.statement('INSERT INTO snapshots (hash, form, checksum, body) VALUES (?, ?, ?, ?)').run(
          hash,
          form,
          checksum(body),
          body,
        );
      });
    },

    async snapshot(hash) {
      return db.guard(() => {
        const row = db
          .statement<PackedText & { checksum: number }>('SELECT form, checksum, body FROM snapshots WHERE hash = ?')
          .get(hash);
        if (row === undefined || checksum(row.body) !== row.checksum) {
          throw new AppError('storage.corrupt', {
            message: `The snapshot of a workflow is ${row === undefined ? 'missing' : 'damaged'}.`,
            where: `snapshot ${hash}`,
            remedy: 'Run `pipewright doctor` for all that is damaged, and restore the workspace from a backup.',
          });
        }
        return unpackBytes(row).toString('utf8');
      });
    },

    async findMemo(key, since) {
      return db.guard(() => {
        const found = db.statement<MemoRow>(FIND_MEMO).get(key, since);
        if (found === undefined) return undefined;
        const event = readEvents(db, requireRun(db, found.runId), found.endSeq - 1, 1)[0];
        if (event?.type !== 'step.finished' || event.memo !== key) return undefined;
        return { runId: found.runId, step: event.step, at: event.at, outputs: event.outputs };
      });
    },

    async pendingDecisions(runId) {
      return db.guard(() => decisions.pending(requireRun(db, runId).rid));
    },
  };
}

function fenced(runId: string): AppError {
  return new AppError('run.fenced', {
    message: `The run "${runId}" was taken over by another process; this one may not write to it any more.`,
    where: runId,
    remedy: 'Nothing needs to be done: the other process goes on with it.',
  });
}
