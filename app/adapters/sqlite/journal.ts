import { AppError } from '../../core/errors/app-error.ts';
import type { Json } from '../../core/graph/json.ts';
import type { Claim, Journal, JournalBatch } from '../../engine/journal.ts';
import { checksum, type PackedText, packText, unpackBytes } from './checked-text.ts';
import type { DecisionRows } from './decision-rows.ts';
import { findRun, insertEvents, type RunRow, readEvents, requireRun } from './event-rows.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
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
  const folds = new Map<number, Folded>();
  queue.onRollback(() => folds.clear());

  /** The fold up to the row's last event; undefined for a run that has none yet. */
  function foldOf(run: RunRow): Folded | undefined {
    const kept = folds.get(run.rid);
    if (kept?.lastSeq === run.last_seq) return kept;
    const projection = refold(db, run);
    if (projection === undefined) return undefined;
    // These rows are in the tables already.
    projection.changed = { steps: new Set(), calls: new Set(), waits: new Set(), logs: [] };
    return { lastSeq: run.last_seq, projection };
  }

  function writeEvents(run: RunRow, { content, texts }: StagedBatch): void {
    const { events } = content;
    const first = events[0];
    if (first === undefined) return;
    if (first.seq !== run.last_seq + 1) {
      throw new AppError('internal', {
        message: `Event ${first.seq} does not follow event ${run.last_seq}.`,
        where: content.runId,
      });
    }
    let fold = run.last_seq === 0 ? undefined : foldOf(run);
    insertEvents(db, { rid: run.rid, runId: content.runId }, first.seq, texts);
    const digests: string[] = [];
    for (const event of events) {
      if (fold === undefined) {
        if (event.type !== 'run.created') {
          throw new AppError('internal', { message: 'A run begins with run.created.', where: content.runId });
        }
        fold = { lastSeq: 0, projection: beginProjection(event) };
      } else {
        project(fold.projection, event);
      }
      collectDigests(event, digests);
      if (event.type === 'wait.decided') decisions.forget(run.rid, event.wait);
    }
    for (const digest of digests) values.addRef(run.rid, digest);
    if (fold === undefined) return;
    writeProjection(db, run.rid, fold.projection);
    fold.lastSeq = run.last_seq + events.length;
    folds.set(run.rid, fold);
    db.statement('UPDATE runs SET last_seq = ? WHERE rid = ?').run(fold.lastSeq, run.rid);
  }

  function writeBatch(run: RunRow, batch: StagedBatch): void {
    for (const value of batch.content.values) values.put(run.rid, value);
    writeEvents(run, batch);
    if (hasEnded(batch.content)) leases.release(run.rid, run.fence);
  }

  function letGo(rid: number): void {
    leases.drop(rid);
    folds.delete(rid);
  }

  return {
    async create({ owner, ...content }) {
      const batch = stage(content);
      const { runId } = content;
      const rid = await queue.submit(() => {
        if (findRun(db, runId) !== undefined) {
          throw new AppError('internal', { message: `The run "${runId}" exists already.`, where: runId });
        }
        const inserted = db.statement('INSERT INTO runs (run_id, last_seq, fence) VALUES (?, 0, 1)').run(runId);
        const rid = Number(inserted.lastInsertRowid);
        leases.take(rid, 1, owner);
        writeBatch({ rid, run_id: runId, last_seq: 0, fence: 1, owner, payloads: 'kept' }, batch);
        return rid;
      });
      if (hasEnded(content)) letGo(rid);
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
        const run = requireRun(db, content.runId);
        if (run.fence !== content.fence) throw fenced(content.runId);
        writeBatch(run, batch);
        return run.rid;
      });
      if (hasEnded(content)) letGo(rid);
    },

    async release(runId, fence) {
      const rid = await queue.submit(() => {
        const run = requireRun(db, runId);
        if (run.fence !== fence) return undefined;
        leases.release(run.rid, fence);
        return run.rid;
      });
      if (rid !== undefined) letGo(rid);
    },

    async events(runId, afterSeq = 0) {
      return db.guard(() => readEvents(db, requireRun(db, runId), afterSeq));
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
