import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RunEvent } from '../../app/core/run/events.ts';

/** A run as the files have it, read without the product's own code and without writing. */
export interface RunOnDisk {
  runId: string;
  events: RunEvent[];
}

const fileOf = (folder: string) => join(folder, '.pipewright', 'pipewright.db');

function reading<T>(folder: string, work: (db: Database.Database) => T): T {
  const db = new Database(fileOf(folder), { readonly: true, timeout: 10_000 });
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** Runs in the order of their beginning, without those in `known`. */
export function runsOnDisk(folder: string, known: ReadonlySet<string> = new Set()): RunOnDisk[] {
  if (!existsSync(fileOf(folder))) return [];
  return reading(folder, (db) => {
    const runs = db.prepare<[], { rid: number; runId: string }>('SELECT rid, run_id AS runId FROM runs ORDER BY rid');
    const bodies = db.prepare<[number], string>('SELECT body FROM events WHERE rid = ? ORDER BY seq').pluck();
    return runs
      .all()
      .filter(({ runId }) => !known.has(runId))
      .map(({ rid, runId }) => ({ runId, events: bodies.all(rid).map((body) => JSON.parse(body) as RunEvent) }));
  });
}

/** Every row of every table, as text, but for the renewals of leases: what a process that may not write leaves alone. */
export function everythingOnDisk(folder: string): string {
  return reading(folder, (db) => {
    const names = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck();
    const rows = (name: string) => db.prepare<[], { [column: string]: unknown }>(`SELECT * FROM "${name}"`).all();
    return names
      .all()
      .flatMap((name) => [name, ...rows(name).map((row) => JSON.stringify({ ...row, lease_until: undefined }))])
      .join('\n');
  });
}

export const hasEnded = ({ events }: RunOnDisk): boolean =>
  ['run.finished', 'run.failed', 'run.cancelled'].includes(events.at(-1)?.type ?? '');

/** The process that began or resumed the run last. */
export function lastOwner({ events }: RunOnDisk): number | undefined {
  const started = events.findLast((event) => event.type === 'run.started');
  return started?.type === 'run.started' ? Number(started.owner.split(':').at(-1)) : undefined;
}

/** Steps with a call that was begun, and those whose call's answer is committed. */
export function callsOnDisk({ events }: RunOnDisk): { intended: Set<string>; committed: Set<string> } {
  const steps = (type: 'call.intended' | 'call.completed') =>
    new Set(events.flatMap((event) => (event.type === type ? [event.step] : [])));
  return { intended: steps('call.intended'), committed: steps('call.completed') };
}

/** The input `topic` of a run. */
export function topicOf({ events }: RunOnDisk): string {
  const created = events[0];
  const topic = created?.type === 'run.created' ? created.inputs['topic'] : undefined;
  return topic && 'value' in topic ? String(topic.value) : '';
}
