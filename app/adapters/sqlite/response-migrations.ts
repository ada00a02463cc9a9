import type { Migration } from './migrations/migration.ts';

/** The file of kept answers. `room` is kept by triggers: a sum over all rows at every write would grow with the cache. */
export const responseMigrations: readonly Migration[] = [
  {
    number: 1,
    name: 'responses',
    sql: `
CREATE TABLE response (
  key TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  profile TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  workflow_id TEXT,
  node TEXT,
  scope TEXT,
  nano_usd INTEGER,
  form TEXT NOT NULL,
  checksum INTEGER NOT NULL,
  body BLOB NOT NULL,
  bytes INTEGER NOT NULL,
  stored_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  hits INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX response_by_use ON response (used_at, key);
CREATE INDEX response_by_end ON response (expires_at);
CREATE TABLE room (id INTEGER PRIMARY KEY CHECK (id = 1), bytes INTEGER NOT NULL) STRICT;
INSERT INTO room VALUES (1, 0);
CREATE TRIGGER response_in AFTER INSERT ON response BEGIN UPDATE room SET bytes = bytes + NEW.bytes; END;
CREATE TRIGGER response_out AFTER DELETE ON response BEGIN UPDATE room SET bytes = bytes - OLD.bytes; END;
CREATE TRIGGER response_anew AFTER UPDATE OF bytes ON response
BEGIN UPDATE room SET bytes = bytes - OLD.bytes + NEW.bytes; END;
`,
  },
];
