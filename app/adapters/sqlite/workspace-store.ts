import { join } from 'node:path';
import type { Journal } from '../../engine/journal.ts';
import { backUp } from './backup.ts';
import { BlobFiles } from './blob-files.ts';
import { type CacheStore, createCacheStore } from './cache-store.ts';
import { DecisionRows } from './decision-rows.ts';
import { createDoctor, type Doctor } from './doctor.ts';
import { createFeedbackStore, type FeedbackStore } from './feedback-store.ts';
import { createHousekeeping, type Housekeeping } from './housekeeping.ts';
import { createSqliteJournal } from './journal.ts';
import { LeaseKeeper, type LeaseOptions } from './lease-keeper.ts';
import { openDatabase, type SqliteDatabase } from './open-database.ts';
import { PersonalCipher } from './personal-cipher.ts';
import { isProcessGone, ownProcess } from './process-identity.ts';
import { createRetention, type Retention } from './retention.ts';
import { createReviewStore, type ReviewStore } from './review-store.ts';
import { createRunStore, type RunStore } from './run-store.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';
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
  /** For tests and tools; everything else goes through the parts below. */
  database: SqliteDatabase;
  journal: Journal;
  runs: RunStore;
  reviews: ReviewStore;
  feedback: FeedbackStore;
  cache: CacheStore;
  sessions: SessionStore;
  retention: Retention;
  housekeeping: Housekeeping;
  doctor: Doctor;
  /** Copies the store into a new folder while it is in use. @throws AppError workspace.exists, storage.* */
  backUp(folder: string): { blobs: number };
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
  const blobs = new BlobFiles(join(folder, 'blobs'));
  const cipher = new PersonalCipher(keyFile);
  const values = new ValueStore(db, blobs, cipher);
  const decisions = new DecisionRows(db, cipher);
  const leases = new LeaseKeeper(db, queue, { now, ttlMs: LEASE_MS, identity: ownProcess(), isProcessGone, ...lease });
  return {
    database: db,
    journal: createSqliteJournal({ db, queue, values, decisions, leases }),
    runs: createRunStore(db, leases),
    reviews: createReviewStore({ db, queue, values, decisions }),
    feedback: createFeedbackStore({ db, queue, cipher, now }),
    cache: createCacheStore(db, queue, now),
    sessions: createSessionStore({ db, queue, cipher, now }),
    retention: createRetention(db, queue, values),
    housekeeping: createHousekeeping(db, queue, values),
    doctor: createDoctor(db, queue, values),
    backUp: (target) => backUp(db, blobs, target),
    close() {
      if (!db.raw.open) return;
      leases.close();
      queue.flush();
      db.close();
    },
  };
}
