import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';

const queries = {
  runs: 'SELECT run_id FROM run_summaries JOIN runs USING (rid) ORDER BY created_at DESC LIMIT ?',
  tasks: `SELECT wait FROM waits WHERE state = 'open' ORDER BY opened_at DESC LIMIT ?`,
};

/**
 * The newest ids in a database that is only looked at: nothing is made, brought up to date or locked.
 * @throws whatever SQLite says of a file that is not such a database
 */
export function recentIds(file: string, of: keyof typeof queries, limit: number): string[] {
  if (!existsSync(file)) return [];
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 50 });
  try {
    return db.prepare<[number], string>(queries[of]).pluck().all(limit);
  } finally {
    db.close();
  }
}
