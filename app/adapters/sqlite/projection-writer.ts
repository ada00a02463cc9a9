import type { SqliteDatabase } from './open-database.ts';
import type { RunProjection } from './projection.ts';

const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));

/** `INSERT … ON CONFLICT … DO UPDATE` over every column that is no part of the key. */
function upsert(table: string, key: string, columns: string): string {
  const names = columns.split(' ');
  const keys = key.split(' ');
  const set = names.filter((name) => !keys.includes(name)).map((name) => `${name} = excluded.${name}`);
  const holders = names.map(() => '?').join(', ');
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${holders}) ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${set.join(', ')}`;
}

const RUN = upsert(
  'run_summaries',
  'rid',
  'rid workflow_id workflow_name workflow_hash snapshot engine capture origin status created_at started_at ended_at starts error failed_step succeeded cached failed skipped cancelled retried calls input_tokens output_tokens nano_usd unpriced_calls open_waits',
);
const STEP = upsert(
  'steps',
  'rid seq',
  'rid seq step node attempt state started_at ended_at end_seq error_code error_class calls input_tokens output_tokens nano_usd cached_run memo',
);
const CALL = upsert(
  'calls',
  'rid seq',
  'rid seq step call kind effect state started_at ended_at provider model input_tokens output_tokens nano_usd error_code error_class',
);
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

function writeRun(db: SqliteDatabase, rid: number, { run }: RunProjection): void {
  const { created, counts } = run;
  db.statement(RUN).run(
    rid,
    created.workflowId,
    created.workflowName,
    created.workflowHash,
    created.snapshot,
    created.engine,
    created.capture,
    json(created.origin),
    run.status,
    created.at,
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
  );
}

function writeSteps(db: SqliteDatabase, rid: number, { changed }: RunProjection): void {
  if (changed.steps.size === 0) return;
  const statement = db.statement(STEP);
  for (const row of changed.steps) {
    statement.run(
      rid,
      row.seq,
      row.step,
      row.node,
      row.attempt,
      row.state,
      row.startedAt,
      row.endedAt,
      row.endSeq,
      row.errorCode,
      row.errorClass,
      row.calls,
      row.inputTokens,
      row.outputTokens,
      row.nanoUsd,
      row.cachedRun,
      row.memo,
    );
  }
  changed.steps.clear();
}

function writeCalls(db: SqliteDatabase, rid: number, { changed }: RunProjection): void {
  for (const row of changed.calls) {
    db.statement(CALL).run(
      rid,
      row.seq,
      row.step,
      row.call,
      row.kind,
      row.effect,
      row.state,
      row.startedAt,
      row.endedAt,
      row.provider,
      row.model,
      row.inputTokens,
      row.outputTokens,
      row.nanoUsd,
      row.errorCode,
      row.errorClass,
    );
  }
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
