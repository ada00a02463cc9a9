import type { SqliteDatabase } from './open-database.ts';
import type { RunProjection, StepRow } from './projection.ts';
import { RowWriter } from './row-writer.ts';

const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));

/** Overwrites every column of a row that is there already but those of its key. */
function overwrite(key: string, columns: string): string {
  const keys = key.split(' ');
  const others = columns.split(' ').filter((name) => !keys.includes(name));
  return ` ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${others.map((name) => `${name} = excluded.${name}`).join(', ')}`;
}

const listed = (columns: string): string => columns.split(' ').join(', ');
const holders = (columns: string): string => columns.replaceAll(/\w+/g, '?').split(' ').join(', ');

/** `INSERT … ON CONFLICT … DO UPDATE` over every column that is no part of the key. */
const upsert = (table: string, key: string, columns: string): string =>
  `INSERT INTO ${table} (${listed(columns)}) VALUES (${holders(columns)})${overwrite(key, columns)}`;

/** The same for many rows of a table whose key is `rid seq`; `row` holds constants for what such rows have in common. */
const upserts = (table: string, columns: string, row = `(${holders(columns)})`): RowWriter =>
  new RowWriter(`${table} (${listed(columns)})`, row, overwrite('rid seq', columns));

/** What the first event says of a run, and no later one changes. */
const fixed = 'rid workflow_id workflow_name workflow_hash snapshot engine capture origin created_at tags'.split(' ');
const counted =
  'started_at ended_at starts error failed_step succeeded cached failed skipped cancelled retried calls input_tokens output_tokens nano_usd unpriced_calls open_waits'.split(
    ' ',
  );
const NEW_RUN = upsert('run_summaries', 'rid', [...counted, 'status', ...fixed].join(' '));
/** Columns that are indexed are named only where they change: naming one writes its index anew. */
const updateRun = (columns: readonly string[]) =>
  `UPDATE run_summaries SET ${columns.map((name) => `${name} = ?`).join(', ')} WHERE rid = ?`;
const RUN = updateRun(counted);
const RUN_IN_OTHER_STATE = updateRun([...counted, 'status']);
const STEP =
  'rid seq step node attempt started_at calls state ended_at end_seq error_code error_class input_tokens output_tokens nano_usd cached_run memo';
const steps = upserts('steps', STEP);
const begunSteps = upserts(
  'steps',
  STEP,
  "(?, ?, ?, ?, ?, ?, ?, 'running', NULL, NULL, NULL, NULL, 0, 0, 0, NULL, NULL)",
);
const plainSteps = new RowWriter(
  'steps (rid, seq, step, node, attempt, state, started_at, ended_at, end_seq, error_code, error_class, calls, input_tokens, output_tokens, nano_usd, cached_run, memo)',
  "(?, ?, ?, ?, 1, 'succeeded', ?, ?, ?, NULL, NULL, 0, 0, 0, 0, NULL, ?)",
);
const CALL =
  'rid seq step call kind effect started_at state ended_at provider model input_tokens output_tokens nano_usd error_code error_class';
const calls = upserts('calls', CALL);
const begunCalls = upserts('calls', CALL, "(?, ?, ?, ?, ?, ?, ?, 'running', NULL, NULL, NULL, 0, 0, NULL, NULL, NULL)");
const WAIT = upsert(
  'waits',
  'rid seq',
  'rid seq wait step kind state title payload payload_hash actions form due_at reason opened_at closed_at decision sealed sealed_decision',
);
const LOG = upsert('logs', 'rid seq', 'rid seq at step level message data');

/** Writes what the fold has changed since the last time. Inside the transaction of the events. */
export function writeProjection(db: SqliteDatabase, rid: number, projection: RunProjection): void {
  writeRun(db, rid, projection);
  writeSteps(db, rid, projection);
  writeCalls(db, rid, projection);
  writeWaits(db, rid, projection);
  writeLogs(db, rid, projection);
}

function writeRun(db: SqliteDatabase, rid: number, projection: RunProjection): void {
  const { run, changed } = projection;
  const { created, counts } = run;
  const columns = [
    run.startedAt,
    run.endedAt,
    run.starts,
    json(run.error),
    run.failedStep,
    counts.succeeded,
    counts.cached,
    counts.failed,
    counts.skipped,
    counts.cancelled,
    counts.retried,
    run.calls,
    run.inputTokens,
    run.outputTokens,
    run.nanoUsd,
    run.unpricedCalls,
    run.openWaits,
  ];
  if (changed.run === 'counts') db.statement(RUN).run(...columns, rid);
  else if (changed.run === 'status') db.statement(RUN_IN_OTHER_STATE).run(...columns, run.status, rid);
  else {
    db.statement(NEW_RUN).run(
      ...columns,
      run.status,
      rid,
      created.workflowId,
      created.workflowName,
      created.workflowHash,
      created.snapshot,
      created.engine,
      created.capture,
      json(created.origin),
      created.at,
      json(created.tags),
    );
  }
  changed.run = 'counts';
}

function writeSteps(db: SqliteDatabase, rid: number, { changed }: RunProjection): void {
  const plain: unknown[] = [];
  const begun: unknown[] = [];
  const others: unknown[] = [];
  for (const row of changed.steps) {
    if (isPlain(row)) {
      plain.push(rid, row.seq, row.step, row.node, row.startedAt, row.endedAt, row.endSeq, row.memo);
      continue;
    }
    const rows = isBegun(row) ? begun : others;
    rows.push(rid, row.seq, row.step, row.node, row.attempt, row.startedAt, row.calls);
    if (rows === begun) continue;
    others.push(row.state, row.endedAt, row.endSeq, row.errorCode, row.errorClass);
    others.push(row.inputTokens, row.outputTokens, row.nanoUsd, row.cachedRun, row.memo);
  }
  plainSteps.write(db, plain);
  begunSteps.write(db, begun);
  steps.write(db, others);
  changed.steps.clear();
}

/** Begun and ended by one event, so not yet in the table, at the first attempt and without a call: as most steps are. */
function isPlain({ seq, endSeq, state, attempt, calls, cachedRun }: StepRow): boolean {
  return seq === endSeq && state === 'succeeded' && attempt === 1 && calls === 0 && cachedRun === null;
}

/** At work, and nothing that it called for has been answered yet. */
function isBegun({ state, inputTokens, outputTokens, nanoUsd }: StepRow): boolean {
  return state === 'running' && inputTokens === 0 && outputTokens === 0 && nanoUsd === 0;
}

function writeCalls(db: SqliteDatabase, rid: number, { changed }: RunProjection): void {
  const begun: unknown[] = [];
  const ended: unknown[] = [];
  for (const row of changed.calls) {
    const rows = row.state === 'running' ? begun : ended;
    rows.push(rid, row.seq, row.step, row.call, row.kind, row.effect, row.startedAt);
    if (rows === begun) continue;
    ended.push(row.state, row.endedAt, row.provider, row.model, row.inputTokens, row.outputTokens);
    ended.push(row.nanoUsd, row.errorCode, row.errorClass);
  }
  begunCalls.write(db, begun);
  calls.write(db, ended);
  changed.calls.clear();
}

function writeWaits(db: SqliteDatabase, rid: number, { changed }: RunProjection): void {
  for (const row of changed.waits) {
    const { waiting } = row;
    db.statement(WAIT).run(
      rid,
      row.seq,
      waiting.wait,
      waiting.step,
      waiting.kind,
      row.state,
      waiting.title,
      JSON.stringify(waiting.payload),
      waiting.payloadHash,
      JSON.stringify(waiting.actions),
      json(waiting.form),
      waiting.dueAt ?? null,
      waiting.reason ?? null,
      waiting.at,
      row.closedAt,
      json(row.decided?.decision),
      json(waiting.sealed),
      json(row.decided?.sealed),
    );
  }
  changed.waits.clear();
}

function writeLogs(db: SqliteDatabase, rid: number, { changed }: RunProjection): void {
  for (const log of changed.logs) {
    db.statement(LOG).run(rid, log.seq, log.at, log.step, log.level, log.message, json(log.data));
  }
  changed.logs.length = 0;
}
