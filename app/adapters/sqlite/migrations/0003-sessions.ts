import type { Migration } from './migration.ts';

/** Conversations: their turns, each of one step of a run, and the summary that stands for the first ones. */
export const sessions: Migration = {
  number: 3,
  name: 'sessions',
  sql: `
CREATE TABLE sessions (
  sid INTEGER PRIMARY KEY,
  space TEXT NOT NULL,
  session TEXT NOT NULL,
  created_at REAL NOT NULL,
  used_at REAL NOT NULL,
  turns INTEGER NOT NULL DEFAULT 0,
  UNIQUE (space, session)
) STRICT;

CREATE TABLE session_texts (
  sid INTEGER NOT NULL,
  turn INTEGER NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('turn', 'summary')),
  run_id TEXT NOT NULL,
  step TEXT NOT NULL,
  at REAL NOT NULL,
  form TEXT NOT NULL CHECK (form IN ('text', 'zstd', 'sealed')),
  checksum INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (sid, part, turn)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX session_texts_step ON session_texts (sid, run_id, step) WHERE part = 'turn';
`,
};
