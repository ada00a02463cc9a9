PRAGMA application_id=1347899988;
CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);
INSERT INTO "migrations" VALUES (1,'ledger','9009522171b84ebcdb070522d9cb4783a9b2236b98540b285fb9866c6190d85f','2026-11-30 12:08:10');
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
INSERT INTO "entries" VALUES (1,'answered',1796040490682.0,'run_mx384t1wnjcxwlzz','wf_ask','model','model',0,'chat','paid','openai-compatible','gpt-4o-mini',NULL,'["north"]',20,200,0,0,0,3060000,1,0,'profile',NULL,NULL,NULL,NULL);
CREATE TABLE entry_tags (
  tag TEXT NOT NULL,
  entry INTEGER NOT NULL,
  PRIMARY KEY (tag, entry)
) STRICT, WITHOUT ROWID;
INSERT INTO "entry_tags" VALUES ('north',1);
CREATE TABLE sums (
  key TEXT NOT NULL PRIMARY KEY,
  spent INTEGER NOT NULL,
  reserved INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "sums" VALUES ('day 2026-11-30',3060000,0);
INSERT INTO "sums" VALUES ('tag north',3060000,0);
INSERT INTO "sums" VALUES ('workflow wf_ask',3060000,0);
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
CREATE INDEX entries_at ON entries (at);
CREATE INDEX entries_run ON entries (run_id, node);
CREATE INDEX entries_workflow ON entries (workflow_id, at);
CREATE INDEX entries_open ON entries (id) WHERE state = 'open';
CREATE INDEX warnings_run ON warnings (run_id);
