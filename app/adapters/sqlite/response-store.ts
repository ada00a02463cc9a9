import { rmSync } from 'node:fs';
import type { KeptFilter, KeptResponse, KeptRow, KeptTotals, ResponseShelf } from '../../core/cache/kept-responses.ts';
import { checksum, checksumSeed, type PackedText, packText, unpackBytes } from './checked-text.ts';
import { openDatabase } from './open-database.ts';
import { responseMigrations } from './response-migrations.ts';
import { WriteQueue } from './write-queue.ts';

export interface ResponseStoreOptions {
  file: string;
  /** Bytes that all kept answers may take together. */
  maxBytes: number;
  /** Epoch milliseconds. */
  now: () => number;
}

/** What a row takes besides its body. */
const ROW_BYTES = 400;
/** One answer may take this share of all room, so that it does not drive everything else out. */
const LARGEST_SHARE = 0.1;
/** How far room is made when there is none: making it a little at a time would do so at every write. */
const ROOM_LEFT = 0.95;
const EVICTED_AT_ONCE = 64;

const FACTS = `kind, profile, provider, model, workflow_id AS workflowId, node, scope, nano_usd AS nanoUsd`;
const ROW = `key, ${FACTS}, bytes, stored_at AS storedAt, expires_at AS expiresAt, used_at AS usedAt, hits`;
const BODY = 'form, checksum, body, stored_at AS storedAt';
const PUT = `
INSERT INTO response (key, kind, profile, provider, model, workflow_id, node, scope, nano_usd, form, checksum, body, bytes, stored_at, expires_at, used_at)
VALUES (:key, :kind, :profile, :provider, :model, :workflowId, :node, :scope, :nanoUsd, :form, :checksum, :body, :bytes, :at, :expiresAt, :at)
ON CONFLICT (key) DO UPDATE SET nano_usd = excluded.nano_usd, form = excluded.form, checksum = excluded.checksum,
  body = excluded.body, bytes = excluded.bytes, stored_at = excluded.stored_at, expires_at = excluded.expires_at,
  used_at = excluded.used_at, hits = 0`;

type BodyRow = PackedText & { checksum: number; storedAt: number };

/**
 * Kept answers in a SQLite file of their own, which may be deleted at any time. Commits do not wait for the disk: what a
 * power cut takes is asked again. A checksum bound to the key stands over each answer.
 *
 * @throws AppError storage.*
 */
export function openResponseStore({ file, maxBytes, now }: ResponseStoreOptions): ResponseShelf {
  const db = openDatabase({ file, migrations: responseMigrations, synchronous: 'NORMAL', expendable: true });
  const queue = new WriteQueue(db);

  function unpack(key: string, row: BodyRow | undefined): KeptResponse | undefined {
    if (row === undefined || checksum(row.body, checksumSeed(key)) !== row.checksum) return undefined;
    return JSON.parse(unpackBytes(row).toString('utf8')) as KeptResponse;
  }

  /** Drops what is stale, then what was not used for longest, until there is room again. */
  function makeRoom(): void {
    const taken = () => db.statement<{ bytes: number }>('SELECT bytes FROM room').get()?.bytes ?? 0;
    if (taken() <= maxBytes) return;
    db.statement('DELETE FROM response WHERE expires_at <= ?').run(now());
    const oldest = db.statement(
      'DELETE FROM response WHERE key IN (SELECT key FROM response ORDER BY used_at, key LIMIT ?)',
    );
    while (taken() > maxBytes) {
      const over = taken() - maxBytes * ROOM_LEFT;
      const average = taken() / (db.statement<{ n: number }>('SELECT count(*) AS n FROM response').get()?.n ?? 1);
      if (oldest.run(Math.max(1, Math.min(EVICTED_AT_ONCE, Math.floor(over / average)))).changes === 0) break;
    }
  }

  return {
    async take(key) {
      const at = now();
      const row = db.guard(() =>
        db.statement<BodyRow>(`SELECT ${BODY} FROM response WHERE key = ? AND expires_at > ?`).get(key, at),
      );
      const kept = unpack(key, row);
      if (kept === undefined || row === undefined) return undefined;
      // Nobody waits for the count, and a hit is none the worse when it fails.
      queue
        .submit(() => db.statement('UPDATE response SET used_at = ?, hits = hits + 1 WHERE key = ?').run(at, key))
        .catch(() => undefined);
      return { ...kept, storedAt: row.storedAt };
    },

    async put(key, kept, facts, ttlMs) {
      const { form, body } = packText(JSON.stringify(kept));
      const bytes = body.length + ROW_BYTES;
      if (bytes > maxBytes * LARGEST_SHARE) return;
      const at = now();
      const none = { workflowId: null, node: null, scope: null, nanoUsd: null };
      const row = {
        ...{ ...none, ...facts, key, form, body, bytes, at },
        checksum: checksum(body, checksumSeed(key)),
        expiresAt: at + ttlMs,
      };
      await queue.submit(() => {
        db.statement(PUT).run(row);
        makeRoom();
      });
    },

    list(filter, limit) {
      queue.flush();
      const { where, values } = condition(filter, now());
      const sql = `SELECT ${ROW} FROM response ${where} ORDER BY stored_at DESC, key LIMIT ?`;
      return db.guard(() =>
        db
          .statement<NullableRow>(sql)
          .all(...values, limit)
          .map(present),
      );
    },

    totals(filter) {
      queue.flush();
      const { where, values } = condition(filter, now());
      const sql = `SELECT count(*) AS entries, coalesce(sum(bytes), 0) AS bytes, coalesce(sum(hits), 0) AS hits,
        coalesce(sum(hits * nano_usd), 0) AS savedNanoUsd FROM response ${where}`;
      return db.guard(() => db.statement<KeptTotals>(sql).get(...values) as KeptTotals);
    },

    find(beginning) {
      const sql = `SELECT ${ROW} FROM response WHERE substr(key, 1, ?) = ? LIMIT 2`;
      return db.guard(() => db.statement<NullableRow>(sql).all(beginning.length, beginning).map(present));
    },

    read: (key) =>
      db.guard(() => unpack(key, db.statement<BodyRow>(`SELECT ${BODY} FROM response WHERE key = ?`).get(key))),

    async clear(filter) {
      const { where, values } = condition(filter, now());
      const removed = await queue.submit(() => db.statement(`DELETE FROM response ${where}`).run(...values).changes);
      // What was removed must not be left in free pages of the file.
      if (removed > 0) db.guard(() => db.raw.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)'));
      return removed;
    },

    close() {
      if (!db.raw.open) return;
      queue.flush();
      db.close();
    },
  };
}

/** Removes the file: for one that cannot be opened any more. All that was in it can be asked again. */
export function removeResponses(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}

type NullableRow = { [K in keyof KeptRow]: KeptRow[K] | null };

/** A row without the columns that hold nothing. */
const present = (row: NullableRow): KeptRow =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as KeptRow;

const columns: { [K in Exclude<keyof KeptFilter, 'expired' | 'storedBefore'>]-?: string } = {
  workflowId: 'workflow_id',
  node: 'node',
  profile: 'profile',
  scope: 'scope',
};

function condition(filter: KeptFilter, at: number): { where: string; values: (string | number)[] } {
  const terms: string[] = [];
  const values: (string | number)[] = [];
  for (const [name, column] of Object.entries(columns)) {
    const value = filter[name as keyof typeof columns];
    if (value === undefined) continue;
    terms.push(`${column} = ?`);
    values.push(value);
  }
  if (filter.expired !== undefined) {
    terms.push(filter.expired ? 'expires_at <= ?' : 'expires_at > ?');
    values.push(at);
  }
  if (filter.storedBefore !== undefined) {
    terms.push('stored_at < ?');
    values.push(filter.storedBefore);
  }
  return { where: terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`, values };
}
