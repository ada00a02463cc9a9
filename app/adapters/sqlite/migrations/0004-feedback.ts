import type { Migration } from './migration.ts';

/**
 * What people, programs and judges thought of runs. Not part of the log, and nothing that is rebuilt from it touches it. An
 * empty step stands for the run as a whole, an empty port for the whole step. Words about personal outputs are sealed.
 */
export const feedback: Migration = {
  number: 4,
  name: 'feedback',
  sql: `
CREATE TABLE feedback (
  fid INTEGER PRIMARY KEY,
  feedback TEXT NOT NULL UNIQUE,
  rid INTEGER NOT NULL REFERENCES runs (rid) ON DELETE CASCADE,
  step TEXT NOT NULL,
  port TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('person', 'program', 'judge')),
  author TEXT NOT NULL,
  at REAL NOT NULL,
  form TEXT NOT NULL CHECK (form IN ('none', 'text', 'zstd', 'sealed', 'purged')),
  checksum INTEGER,
  body BLOB,
  UNIQUE (rid, name, step, port, author)
) STRICT;
CREATE INDEX feedback_at ON feedback (at);
`,
};
