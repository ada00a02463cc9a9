import type { CacheCapability } from '../../core/capabilities/capabilities.ts';
import type { Json } from '../../core/graph/json.ts';
import { checksum, type PackedText, packText, unpackBytes } from './checked-text.ts';
import type { SqliteDatabase } from './open-database.ts';
import type { WriteQueue } from './write-queue.ts';

export interface CacheStore extends CacheCapability {
  /** Removes what has expired; the answer is how many. */
  prune(): Promise<number>;
  /** Removes everything. */
  clear(): Promise<number>;
}

type CacheRow = PackedText & { checksum: number; storedAt: number; expiresAt: number };

const READ = 'SELECT form, checksum, body, stored_at AS storedAt, expires_at AS expiresAt FROM cache WHERE key = ?';
const WRITE =
  'INSERT OR REPLACE INTO cache (key, form, checksum, body, stored_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)';

/** The exact cache of the workspace. Its keys are hashes made by the node: no payload and no secret stands in them. */
export function createCacheStore(db: SqliteDatabase, queue: WriteQueue, now: () => number): CacheStore {
  return {
    async get({ key }) {
      return db.guard(() => {
        const row = db.statement<CacheRow>(READ).get(key);
        if (row === undefined || row.expiresAt <= now()) return null;
        // A damaged entry is as good as none: the value is computed again and replaces it.
        if (checksum(row.body) !== row.checksum) return null;
        const value = JSON.parse(unpackBytes(row).toString('utf8')) as Json;
        return { value, storedAt: row.storedAt, expiresAt: row.expiresAt };
      });
    },
    async put({ key, value, ttlMs }) {
      const { form, body } = packText(JSON.stringify(value));
      const at = now();
      await queue.submit(() => db.statement(WRITE).run(key, form, checksum(body), body, at, at + ttlMs));
      return { stored: true };
    },
    prune: () => queue.submit(() => db.statement('DELETE FROM cache WHERE expires_at <= ?').run(now()).changes),
    clear: () => queue.submit(() => db.statement('DELETE FROM cache').run().changes),
  };
}
