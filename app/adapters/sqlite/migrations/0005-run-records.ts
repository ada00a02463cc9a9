import type { Migration } from './migration.ts';

/** What runs are found and kept by: their tags, as the log has them, and whether somebody wants one never removed. */
export const runRecords: Migration = {
  number: 5,
  name: 'run-records',
  sql: `
ALTER TABLE runs ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1));
ALTER TABLE run_summaries ADD COLUMN tags TEXT;
UPDATE run_summaries SET tags = (
  SELECT json_extract(body, '$.tags') FROM events WHERE events.rid = run_summaries.rid AND seq = 1
);
`,
};
