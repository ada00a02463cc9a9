import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { AppError, toAppError } from '../../core/errors/app-error.ts';
import { type RunRow, readEvents } from './event-rows.ts';
import type { SqliteDatabase } from './open-database.ts';
import { projectionTables, rewriteProjection } from './refold.ts';
import { storageError } from './storage-error.ts';
import type { ValueStore } from './value-store.ts';
import type { WriteQueue } from './write-queue.ts';

export interface Finding {
  check: 'database' | 'events' | 'values' | 'projections' | 'files';
  message: string;
  where: string;
  remedy: string;
}

export interface Doctor {
  /** Looks at everything and changes nothing. Reads every event and every value. */
  check(): Promise<Finding[]>;
  /** Makes all projections again from the log. Runs whose log is damaged keep their old rows and are returned. */
  rebuildProjections(): Promise<{ runs: number; damaged: Finding[] }>;
  /** Removes files that no row names and what interrupted writes left. @returns their names */
  sweepFiles(): Promise<string[]>;
}

const ALL_RUNS = 'SELECT rid, run_id, last_seq, fence, owner, payloads FROM runs ORDER BY rid';

const finding = (check: Finding['check'], error: AppError): Finding => ({
  check,
  message: error.message,
  where: error.where ?? '',
  remedy: error.remedy ?? '',
});

/** Rolls a transaction back after its answer is known. */
class Rehearsal extends Error {}

export function createDoctor(db: SqliteDatabase, queue: WriteQueue, values: ValueStore): Doctor {
  const runs = (): RunRow[] => db.statement<RunRow>(ALL_RUNS).all();

  function checkDatabase(): Finding[] {
    return db
      .statement<{ integrity_check: string }>('PRAGMA integrity_check')
      .all()
      .filter(({ integrity_check }) => integrity_check !== 'ok')
      .map(({ integrity_check }) => ({
        check: 'database',
        message: `SQLite reports: ${integrity_check}`,
        where: db.file,
        remedy: 'Restore the workspace from a backup; an index alone can be mended by REINDEX.',
      }));
  }

  function attempt(check: Finding['check'], where: string, work: () => void): Finding[] {
    try {
      work();
      return [];
    } catch (error) {
      return [finding(check, toAppError(storageError(error, where)))];
    }
  }

  /** One hash over all rows of the projections of a run. */
  function fingerprint(rid: number): string {
    const hash = createHash('sha256');
    for (const table of projectionTables) {
      const order = table === 'run_summaries' ? 'rid' : 'seq';
      const rows = db.statement(`SELECT * FROM ${table} WHERE rid = ? ORDER BY ${order}`).all(rid);
      hash.update(JSON.stringify(rows));
    }
    return hash.digest('hex');
  }

  async function checkProjection(run: RunRow): Promise<Finding[]> {
    let differs = false;
    await queue
      .submit(() => {
        const before = fingerprint(run.rid);
        rewriteProjection(db, run);
        differs = fingerprint(run.rid) !== before;
        throw new Rehearsal();
      })
      .catch((error: unknown) => {
        if (!(error instanceof AppError && error.cause instanceof Rehearsal)) throw error;
      });
    if (!differs) return [];
    return [
      {
        check: 'projections',
        message: `The tables of run ${run.run_id} are not what its log gives.`,
        where: run.run_id,
        remedy: 'Run `pipewright doctor --rebuild`.',
      },
    ];
  }

  function strayFiles(): string[] {
    const { names, temporary } = values.files.list();
    const orphans = names.filter((name) => !values.isFileNamed(name)).map((name) => values.files.path(name));
    return [...orphans, ...temporary];
  }

  return {
    async check() {
      const findings: Finding[] = [];
      findings.push(...attempt('database', db.file, () => findings.push(...checkDatabase())));
      for (const run of db.guard(runs)) {
        const damage = attempt('events', run.run_id, () => readEvents(db, run));
        findings.push(...damage);
        if (damage.length === 0) findings.push(...(await checkProjection(run)));
        const value = attempt('values', run.run_id, () => {
          findings.push(...values.check(run.rid).map((error) => finding('values', error)));
        });
        findings.push(...value);
      }
      for (const path of db.guard(strayFiles)) {
        findings.push({
          check: 'files',
          message: 'A file is left over from an interrupted write.',
          where: path,
          remedy: 'Nothing is lost; `pipewright doctor --rebuild` removes it.',
        });
      }
      return findings;
    },
    async rebuildProjections() {
      return queue.submit(() => {
        for (const table of projectionTables) {
          db.statement(`DELETE FROM ${table} WHERE rid NOT IN (SELECT rid FROM runs)`).run();
        }
        const all = runs();
        const damaged = all.flatMap((run) => attempt('events', run.run_id, () => rewriteProjection(db, run)));
        return { runs: all.length - damaged.length, damaged };
      });
    },
    sweepFiles() {
      // Blob files are written inside transactions: while this one lasts, nothing that is found is still in use.
      return queue.submit(() => {
        const stray = strayFiles();
        for (const path of stray) rmSync(path, { force: true });
        return stray;
      });
    },
  };
}
