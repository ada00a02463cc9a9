import { AppError, type ErrorWire } from '../../core/errors/app-error.ts';
import type { JsonObject } from '../../core/graph/json.ts';
import type { RunEvent, RunOrigin } from '../../core/run/events.ts';
import { THUMBS } from '../../core/run/feedback.ts';
import type { RunFilter, RunListItem, SnapshotRuns } from '../../core/run/run-list.ts';
import { findRun, readEvents, requireRun } from './event-rows.ts';
import type { LeaseKeeper, LeaseRow } from './lease-keeper.ts';
import type { SqliteDatabase } from './open-database.ts';
import type { CallRow, StepRow } from './projection.ts';

export interface RunLog {
  seq: number;
  at: number;
  step: string;
  level: string;
  message: string;
  data: JsonObject | null;
}

/** Rows after the event `after`, at most `limit` of them. */
export interface Page {
  after?: number;
  limit?: number;
}

/** Reading runs for lists and traces: from the projections, page by page. */
export interface RunStore {
  /** Newest first. */
  listRuns(filter?: RunFilter): RunListItem[];
  /** How many there are that fit, on all pages. */
  countRuns(filter?: RunFilter): number;
  /** The snapshots that runs were made from, the one used last first. */
  listSnapshots(limit: number): SnapshotRuns[];
  /** @throws AppError run.not_found */
  getRun(runId: string): RunListItem;
  hasRun(runId: string): boolean;
  /** Another text whenever anything was written to the store, by this process or another. Cheap enough to ask several times a second. */
  version(): string;
  /** In the order that they first appeared. */
  steps(runId: string, page?: Page): StepRow[];
  calls(runId: string, page?: Page): CallRow[];
  logs(runId: string, page?: Page): RunLog[];
  events(runId: string, page?: Page): RunEvent[];
}

const PAGE = 500;

/** When a run's first open wait is due. */
const DUE = "(SELECT min(due_at) FROM waits WHERE waits.rid = run_summaries.rid AND waits.state = 'open')";

/** Thumbs on a run: `feedback` is led to by its index over run and name. */
const thumbs = (value: boolean) =>
  `FROM feedback WHERE feedback.rid = run_summaries.rid AND name = '${THUMBS}' AND value = '${value}'`;

const SUMMARY = `
  SELECT runs.run_id AS runId, workflow_id AS workflowId, workflow_name AS workflowName, workflow_hash AS workflowHash,
    snapshot, engine, capture, origin, status, created_at AS createdAt, started_at AS startedAt, ended_at AS endedAt,
    starts, error, failed_step AS failedStep, succeeded, cached, failed, skipped, cancelled, retried, calls,
    input_tokens AS inputTokens, output_tokens AS outputTokens, nano_usd AS nanoUsd, unpriced_calls AS unpricedCalls,
    open_waits AS openWaits, (SELECT count(*) ${thumbs(true)}) AS up, (SELECT count(*) ${thumbs(false)}) AS down, ${DUE} AS dueAt, payloads, pinned, tags, owner, pid, process, host, lease_until
  FROM run_summaries JOIN runs USING (rid)`;

const SNAPSHOTS = `
  SELECT snapshot, count(*) AS runs, sum(status = 'succeeded') AS succeeded, sum(status = 'failed') AS failed,
    min(created_at) AS firstAt, max(created_at) AS lastAt
  FROM run_summaries GROUP BY snapshot ORDER BY max(rid) DESC LIMIT ?`;
const SNAPSHOT_THUMBS = `
  SELECT snapshot, sum(value = 'true') AS up, sum(value = 'false') AS down
  FROM feedback JOIN run_summaries USING (rid) WHERE name = '${THUMBS}' GROUP BY snapshot`;

type SummaryRow = Omit<RunListItem, 'origin' | 'error' | 'counts' | 'thumbs' | 'owner' | 'tags' | 'pinned'> &
  RunListItem['counts'] &
  RunListItem['thumbs'] &
  LeaseRow & { origin: string | null; error: string | null; tags: string | null; pinned: number };

function summaryOf(row: SummaryRow, held: boolean): RunListItem {
  const { succeeded, cached, failed, skipped, cancelled, retried, up, down, origin, error, tags, ...counted } = row;
  const { owner, pinned, pid: _, process: _process, host: _host, lease_until: _until, ...rest } = counted;
  return {
    ...rest,
    origin: origin === null ? null : (JSON.parse(origin) as RunOrigin),
    error: error === null ? null : (JSON.parse(error) as ErrorWire),
    thumbs: { up, down },
    tags: tags === null ? [] : (JSON.parse(tags) as string[]),
    pinned: pinned === 1,
    counts: { succeeded, cached, failed, skipped, cancelled, retried },
    owner: held ? owner : null,
  };
}

/** How long a run took; none while it has not ended. */
const TOOK = '(ended_at - created_at)';
const orders: { readonly [S in NonNullable<RunFilter['sort']>]: string } = {
  newest: 'run_summaries.rid DESC',
  oldest: 'run_summaries.rid',
  dearest: 'nano_usd DESC, run_summaries.rid DESC',
  longest: `${TOOK} DESC, run_summaries.rid DESC`,
};

/** A pattern for LIKE that finds the text itself, whatever signs it holds. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

const PAGED = 'WHERE rid = ? AND seq > ? ORDER BY seq LIMIT ?';
const STEPS = `
  SELECT seq, step, node, attempt, state, started_at AS startedAt, ended_at AS endedAt, end_seq AS endSeq,
    error_code AS errorCode, error_class AS errorClass, calls, input_tokens AS inputTokens,
    output_tokens AS outputTokens, nano_usd AS nanoUsd, cached_run AS cachedRun, memo FROM steps ${PAGED}`;
const CALLS = `
  SELECT seq, step, call, kind, effect, state, started_at AS startedAt, ended_at AS endedAt, provider, model,
    input_tokens AS inputTokens, output_tokens AS outputTokens, nano_usd AS nanoUsd, error_code AS errorCode,
    error_class AS errorClass FROM calls ${PAGED}`;
const LOGS = `SELECT seq, at, step, level, message, data FROM logs ${PAGED}`;

export function createRunStore(db: SqliteDatabase, leases: LeaseKeeper): RunStore {
  function page<Row>(sql: string, runId: string, { after = 0, limit = PAGE }: Page): Row[] {
    return db.guard(() => db.statement<Row>(sql).all(requireRun(db, runId).rid, after, limit));
  }

  function conditions(filter: RunFilter): { where: string; values: (string | number)[] } {
    const parts: string[] = [];
    const values: (string | number)[] = [];
    const add = (part: string, ...more: (string | number)[]): void => {
      parts.push(part);
      values.push(...more);
    };
    if (filter.workflowId !== undefined) add('workflow_id = ?', filter.workflowId);
    if (filter.status !== undefined) add('status = ?', filter.status);
    if (filter.dueBefore !== undefined) add(`status = 'waiting' AND ${DUE} <= ?`, filter.dueBefore);
    if (filter.thumb !== undefined) add(`EXISTS (SELECT 1 ${thumbs(filter.thumb === 'up')})`);
    if (filter.snapshots !== undefined)
      add('snapshot IN (SELECT value FROM json_each(?))', JSON.stringify(filter.snapshots));
    if (filter.tag !== undefined) add("tags LIKE ? ESCAPE '\\'", containing(JSON.stringify(filter.tag)));
    if (filter.since !== undefined) add('created_at >= ?', filter.since);
    if (filter.until !== undefined) add('created_at < ?', filter.until);
    if (filter.atLeastNanoUsd !== undefined) add('nano_usd >= ?', filter.atLeastNanoUsd);
    if (filter.atLeastMs !== undefined) add(`${TOOK} >= ?`, filter.atLeastMs);
    if (filter.pinned !== undefined) add('pinned = ?', filter.pinned ? 1 : 0);
    if (filter.before !== undefined) add('run_summaries.rid < ?', requireRun(db, filter.before).rid);
    if (filter.search !== undefined) {
      const like = containing(filter.search);
      const columns = ['runs.run_id', 'workflow_name', 'workflow_id', 'error'];
      add(`(${columns.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(' OR ')})`, like, like, like, like);
    }
    return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values };
  }

  return {
    listRuns(filter = {}) {
      return db.guard(() => {
        const { where, values } = conditions(filter);
        return db
          .statement<SummaryRow>(`${SUMMARY} ${where} ORDER BY ${orders[filter.sort ?? 'newest']} LIMIT ? OFFSET ?`)
          .all(...values, filter.limit ?? 50, filter.offset ?? 0)
          .map((row) => summaryOf(row, leases.isHeld(row)));
      });
    },
    countRuns(filter = {}) {
      return db.guard(() => {
        const { where, values } = conditions(filter);
        const sql = `SELECT count(*) AS runs FROM run_summaries JOIN runs USING (rid) ${where}`;
        return db.statement<{ runs: number }>(sql).get(...values)?.runs ?? 0;
      });
    },
    listSnapshots(limit) {
      return db.guard(() => {
        const said = db.statement<{ snapshot: string; up: number; down: number }>(SNAPSHOT_THUMBS).all();
        const thumbs = new Map(said.map(({ snapshot, up, down }) => [snapshot, { up, down }]));
        return db
          .statement<Omit<SnapshotRuns, 'thumbs'>>(SNAPSHOTS)
          .all(limit)
          .map((row) => ({ ...row, thumbs: thumbs.get(row.snapshot) ?? { up: 0, down: 0 } }));
      });
    },
    getRun(runId) {
      return db.guard(() => {
        const row = db.statement<SummaryRow>(`${SUMMARY} WHERE rid = ?`).get(requireRun(db, runId).rid);
        if (row === undefined) throw missingSummary(runId);
        return summaryOf(row, leases.isHeld(row));
      });
    },
    version: () =>
      db.guard(() => {
        const { own } = db.statement<{ own: number }>('SELECT total_changes() AS own').get() ?? { own: 0 };
        return `${db.raw.pragma('data_version', { simple: true })} ${own}`;
      }),
    hasRun: (runId) => db.guard(() => findRun(db, runId) !== undefined),
    steps: (runId, at = {}) => page<StepRow>(STEPS, runId, at),
    calls: (runId, at = {}) => page<CallRow>(CALLS, runId, at),
    logs: (runId, at = {}) =>
      page<Omit<RunLog, 'data'> & { data: string | null }>(LOGS, runId, at).map((row) => ({
        ...row,
        data: row.data === null ? null : (JSON.parse(row.data) as JsonObject),
      })),
    events: (runId, { after = 0, limit = PAGE } = {}) =>
      db.guard(() => readEvents(db, requireRun(db, runId), after, limit)),
  };
}

function missingSummary(runId: string): AppError {
  return new AppError('storage.corrupt', {
    message: `The summary of run ${runId} is missing.`,
    where: runId,
    remedy: 'Run `pipewright doctor --rebuild`: it is made again from the log.',
  });
}
