import { join } from 'node:path';
import type { Journal } from '../../engine/journal.ts';
import { BlobFiles } from './blob-files.ts';
import { createSqliteJournal } from './journal.ts';
import { LeaseKeeper, type LeaseOptions } from './lease-keeper.ts';
import { openDatabase } from './open-database.ts';
import { PersonalCipher } from './personal-cipher.ts';
import { isProcessGone, ownProcess } from './process-identity.ts';
import { ValueStore } from './value-store.ts';
import { WriteQueue } from './write-queue.ts';

const LEASE_MS = 10_000;

export interface WorkspaceStoreOptions {
  /** The `.pipewright` folder of the workspace. Made when missing. */
  folder: string;
  /** Key of personal payloads, in the profile of the user and never in the workspace. Made when first needed. */
  keyFile: string;
  now: () => number;
  busyTimeoutMs?: number;
  /** For tests. */
  lease?: Partial<LeaseOptions>;
}

export interface WorkspaceStore {
  journal: Journal;
  /** Writes what waits, gives back the runs that this process holds and closes the database. */
  close(): void;
}

/** @throws AppError storage.*; workspace.newer when a later release has written the database */
export function openWorkspaceStore(options: WorkspaceStoreOptions): WorkspaceStore {
  const { folder, keyFile, now, busyTimeoutMs, lease } = options;
  const db = openDatabase({
    file: join(folder, 'pipewright.db'),
    ...(busyTimeoutMs !== undefined && { busyTimeoutMs }),
  });
  const queue = new WriteQueue(db);
  const values = new ValueStore(db, new BlobFiles(join(folder, 'blobs')), new PersonalCipher(keyFile));
  const leases = new LeaseKeeper(db, queue, { now, ttlMs: LEASE_MS, identity: ownProcess(), isProcessGone, ...lease });
  return {
    journal: createSqliteJournal({ db, queue, values, leases }),
    close() {
      leases.close();
      queue.flush();
      db.close();
    },
  };
}
