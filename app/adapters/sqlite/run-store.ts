import { AppError, type ErrorWire } from '../../core/errors/app-error.ts';
import type { JsonObject } from '../../core/graph/json.ts';
import type { RunEvent, RunOrigin } from '../../core/run/events.ts';
import type { RunFilter, RunListItem } from '../../core/run/run-list.ts';
import { readEvents, requireRun } from './event-rows.ts';
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
  /** @throws AppError run.not_found */
  getRun(runId: string): RunListItem;
  /** In the order that they first appeared. */
  steps(runId: string, page?: Page): StepRow[];
  calls(runId: string, page?: Page): CallRow[];
  logs(runId: string, page?: Page): RunLog[];
  events(runId: string, page?: Page): RunEvent[];
}

const PAGE = 500;

/** When a run's first open wait is due. */
const DUE = "(SELECT min(due_at) FROM waits WHERE waits.rid = run_summaries.rid AND waits.state = 'open')";

const SUMMARY = `
  SELECT runs.run_id AS runId, workflow_id AS workflowId, workflow_name AS workflowName, workflow_hash AS workflowHash,
    snapshot, engine, capture, origin, status, created_at AS createdAt, started_at AS startedAt, ended_at AS endedAt,
    starts, error, failed_step AS failedStep, succeeded, cached, failed, skipped, cancelled, retried, calls,
    input_tokens AS inputTokens, output_tokens AS outputTokens, nano_usd AS nanoUsd, unpriced_calls AS unpricedCalls,
    open_waits AS openWaits, ${DUE} AS dueAt, payloads, owner, pid, process, host, lease_until
  FROM run_summaries JOIN runs USING (rid)`;

type SummaryRow = Omit<RunListItem, 'origin' | 'error' | 'counts' | 'owner'> &
  RunListItem['counts'] &
  LeaseRow & { origin: string | null; error: string | null };

function summaryOf(row: SummaryRow, held: boolean): RunListItem {
  const { succeeded, cached, failed, skipped, cancelled, retried, origin, error, ...counted } = row;
  const { owner, pid: _, process: _process, host: _host, lease_until: _until, ...rest } = counted;
  return {
    ...rest,
    origin: origin === null ? null : (JSON.parse(origin) as RunOrigin),
    error: error === null ? null : (JSON.parse(error) as ErrorWire),
    counts: { succeeded, cached, failed, skipped, cancelled, retried },
    owner: held ? owner : null,
  };
}

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
    if (filter.since !== undefined) add('created_at >= ?', filter.since);
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
          .statement<SummaryRow>(`${SUMMARY} ${where} ORDER BY run_summaries.rid DESC LIMIT ?`)
          .all(...values, filter.limit ?? 50)
          .map((row) => summaryOf(row, leases.isHeld(row)));
      });
    },
    getRun(runId) {
      return db.guard(() => {
        const row = db.statement<SummaryRow>(`${SUMMARY} WHERE rid = ?`).get(requireRun(db, runId).rid);
        if (row === undefined) throw missingSummary(runId);
        return summaryOf(row, leases.isHeld(row));
      });
    },
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
