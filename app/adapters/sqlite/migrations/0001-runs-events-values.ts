import type { Migration } from './migration.ts';

/**
 * The log (runs, events, values, snapshots), its projections (run_summaries, steps, calls, waits, logs) and the state
 * of the workspace (decisions, cache). `rid` is a run's short number inside this database; times are epoch milliseconds.
 * The projections bear no foreign keys: they are written on the hot path and can be rebuilt.
 */
export const runsEventsValues: Migration = {
  number: 1,
  name: 'runs-events-values',
  sql: `
CREATE TABLE runs (
  rid INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE,
  last_seq INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  owner TEXT,
  pid INTEGER,
  process TEXT,
  host TEXT,
  lease_until REAL,
  payloads TEXT NOT NULL DEFAULT 'kept' CHECK (payloads IN ('kept', 'purged'))
) STRICT;

CREATE TABLE events (
  rid INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (rid, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE stored_values (
  digest TEXT NOT NULL PRIMARY KEY,
  form TEXT NOT NULL CHECK (form IN ('text', 'zstd', 'file', 'purged')),
  body BLOB
) STRICT;

CREATE TABLE personal_values (
  rid INTEGER NOT NULL,
  digest TEXT NOT NULL,
  form TEXT NOT NULL CHECK (form IN ('row', 'file', 'purged')),
  body BLOB,
  file TEXT,
  PRIMARY KEY (rid, digest)
) STRICT;
CREATE INDEX personal_values_digest ON personal_values (digest);
CREATE INDEX personal_values_file ON personal_values (file) WHERE file IS NOT NULL;

CREATE TABLE value_refs (
  digest TEXT NOT NULL,
  rid INTEGER NOT NULL,
  PRIMARY KEY (digest, rid)
) STRICT, WITHOUT ROWID;
CREATE INDEX value_refs_rid ON value_refs (rid);

CREATE TABLE snapshots (
  hash TEXT NOT NULL PRIMARY KEY,
  form TEXT NOT NULL CHECK (form IN ('text', 'zstd')),
  checksum INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;

CREATE TABLE run_summaries (
  rid INTEGER PRIMARY KEY,
  workflow_id TEXT NOT NULL,
  workflow_name TEXT NOT NULL,
  workflow_hash TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  engine TEXT NOT NULL,
  capture TEXT NOT NULL,
  origin TEXT,
  status TEXT NOT NULL,
  created_at REAL NOT NULL,
  started_at REAL,
  ended_at REAL,
  starts INTEGER NOT NULL,
  error TEXT,
  failed_step TEXT,
  succeeded INTEGER NOT NULL,
  cached INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  retried INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  nano_usd INTEGER NOT NULL,
  unpriced_calls INTEGER NOT NULL,
  open_waits INTEGER NOT NULL
) STRICT;
CREATE INDEX run_summaries_workflow ON run_summaries (workflow_id, rid);
CREATE INDEX run_summaries_status ON run_summaries (status, rid);

CREATE TABLE steps (
  rid INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  step TEXT NOT NULL,
  node TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  state TEXT NOT NULL,
  started_at REAL NOT NULL,
  ended_at REAL,
  end_seq INTEGER,
  error_code TEXT,
  error_class TEXT,
  calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  nano_usd INTEGER NOT NULL,
  cached_run TEXT,
  memo TEXT,
  PRIMARY KEY (rid, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX steps_memo ON steps (memo, ended_at) WHERE memo IS NOT NULL;

CREATE TABLE calls (
  rid INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  step TEXT NOT NULL,
  call INTEGER NOT NULL,
  kind TEXT NOT NULL,
  effect TEXT,
  state TEXT NOT NULL,
  started_at REAL NOT NULL,
  ended_at REAL,
  provider TEXT,
  model TEXT,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  nano_usd INTEGER,
  error_code TEXT,
  error_class TEXT,
  PRIMARY KEY (rid, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE waits (
  rid INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  wait TEXT NOT NULL,
  step TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  payload TEXT NOT NULL,
  payload_hash TEXT NOT NULL,
  actions TEXT NOT NULL,
  form TEXT,
  due_at REAL,
  reason TEXT,
  opened_at REAL NOT NULL,
  closed_at REAL,
  decision TEXT,
  PRIMARY KEY (rid, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX waits_wait ON waits (wait);
CREATE INDEX waits_state ON waits (state, opened_at);

CREATE TABLE logs (
  rid INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at REAL NOT NULL,
  step TEXT NOT NULL,
  level TEXT NOT NULL,
  message TEXT NOT NULL,
  data TEXT,
  PRIMARY KEY (rid, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE decisions (
  rid INTEGER NOT NULL REFERENCES runs (rid),
  wait TEXT NOT NULL,
  payload_hash TEXT NOT NULL,
  decision TEXT NOT NULL,
  PRIMARY KEY (rid, wait)
) STRICT;

CREATE TABLE cache (
  key TEXT NOT NULL PRIMARY KEY,
  form TEXT NOT NULL CHECK (form IN ('text', 'zstd')),
  checksum INTEGER NOT NULL,
  body BLOB NOT NULL,
  stored_at REAL NOT NULL,
  expires_at REAL NOT NULL
) STRICT;
CREATE INDEX cache_expires ON cache (expires_at);
`,
};
