import type { Migration } from './migrations/migration.ts';

/**
 * The ledger, a database of its own beside the journal: it also holds what is spent outside runs, and what a run never
 * heard of because it was cancelled. `entries`: one paid try of a call each; while it is `open`, `nano_usd` is what is
 * held back for it and `sums` names the sums that hold it. `sums`: what stands against a limit, kept for each key that a
 * limit was ever asked for. Amounts are integer nano-dollars, times epoch milliseconds.
 */
export const ledgerMigrations: readonly Migration[] = [
  {
    number: 1,
    name: 'ledger',
    sql: `
CREATE TABLE entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'failed', 'cancelled', 'lost')),
  at REAL NOT NULL,
  run_id TEXT,
  workflow_id TEXT,
  step TEXT,
  node TEXT,
  call INTEGER,
  kind TEXT NOT NULL,
  profile TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  prompt TEXT,
  tags TEXT NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cached_input_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  nano_usd INTEGER NOT NULL,
  price_known INTEGER NOT NULL,
  estimated INTEGER NOT NULL,
  price_version TEXT NOT NULL,
  sums TEXT,
  pid INTEGER,
  process TEXT,
  host TEXT
) STRICT;
CREATE INDEX entries_at ON entries (at);
CREATE INDEX entries_run ON entries (run_id, node);
CREATE INDEX entries_workflow ON entries (workflow_id, at);
CREATE INDEX entries_open ON entries (id) WHERE state = 'open';

CREATE TABLE entry_tags (
  tag TEXT NOT NULL,
  entry INTEGER NOT NULL,
  PRIMARY KEY (tag, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE sums (
  key TEXT NOT NULL PRIMARY KEY,
  spent INTEGER NOT NULL,
  reserved INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE warnings (
  key TEXT NOT NULL,
  limit_nano_usd INTEGER NOT NULL,
  what TEXT NOT NULL,
  source TEXT NOT NULL,
  spent_nano_usd INTEGER NOT NULL,
  at REAL NOT NULL,
  run_id TEXT,
  PRIMARY KEY (key, limit_nano_usd)
) STRICT, WITHOUT ROWID;
CREATE INDEX warnings_run ON warnings (run_id);
`,
  },
  {
    // The workflows that a node of another one runs: what is spent in them counts for them as well.
    number: 2,
    name: 'entry-workflows',
    sql: `
CREATE TABLE entry_workflows (
  workflow_id TEXT NOT NULL,
  entry INTEGER NOT NULL,
  PRIMARY KEY (workflow_id, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_workflows_entry ON entry_workflows (entry);
`,
  },
];
