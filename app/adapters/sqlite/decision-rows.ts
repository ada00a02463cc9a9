import { AppError } from '../../core/errors/app-error.ts';
import type { Decision } from '../../core/graph/values.ts';
import type { SqliteDatabase } from './open-database.ts';
import type { PersonalCipher } from './personal-cipher.ts';

/** Before base64. Other decisions are JSON objects, so the two cannot be mistaken for each other. */
const SEALED = 'sealed:';

const place = (rid: number, wait: string): string => `${rid} decision ${wait}`;

/** Where a decision is kept: of which run, for which wait and what the person saw. */
export interface DecisionPlace {
  rid: number;
  wait: string;
  payloadHash: string;
}

/** A decision counts only for what the person saw: a wait opened again with another payload does not take it. */
const PENDING = `
  SELECT decisions.wait AS wait, decisions.decision AS decision
  FROM decisions JOIN waits USING (rid, wait, payload_hash)
  WHERE decisions.rid = ? AND waits.state = 'open'
  ORDER BY decisions.rowid`;

/** Decisions that the log of their run does not hold yet; those about nodes marked personal are encrypted. */
export class DecisionRows {
  readonly #db: SqliteDatabase;
  readonly #cipher: PersonalCipher;

  constructor(db: SqliteDatabase, cipher: PersonalCipher) {
    this.#db = db;
    this.#cipher = cipher;
  }

  /** Inside a transaction. */
  put({ rid, wait, payloadHash }: DecisionPlace, decision: Decision, personal: boolean): void {
    const text = JSON.stringify(decision);
    const kept = personal ? `${SEALED}${this.#cipher.encrypt(text, place(rid, wait)).toString('base64')}` : text;
    this.#db
      .statement('INSERT OR REPLACE INTO decisions (rid, wait, payload_hash, decision) VALUES (?, ?, ?, ?)')
      .run(rid, wait, payloadHash, kept);
  }

  pending(rid: number): { wait: string; decision: Decision }[] {
    return this.#db
      .statement<{ wait: string; decision: string }>(PENDING)
      .all(rid)
      .map(({ wait, decision }) => ({ wait, decision: this.read(decision, rid, wait) }));
  }

  /**
   * The decision in the text of a row.
   * @throws AppError run.not_replayable without the key, storage.corrupt when damaged
   */
  read(text: string, rid: number, wait: string): Decision {
    if (!text.startsWith(SEALED)) return JSON.parse(text) as Decision;
    try {
      const bytes = Buffer.from(text.slice(SEALED.length), 'base64');
      return JSON.parse(this.#cipher.decrypt(bytes, place(rid, wait))) as Decision;
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('storage.corrupt', {
        message: 'A decision is damaged, or was written with another key.',
        where: `review task ${wait}`,
        remedy: 'Bring the key file back from the profile that wrote it, or restore the workspace from a backup.',
      });
    }
  }

  /** Inside a transaction. */
  forget(rid: number, wait: string): void {
    this.#db.statement('DELETE FROM decisions WHERE rid = ? AND wait = ?').run(rid, wait);
  }
}

/** Whether the text of a row can be read only with the key. */
export const isSealed = (text: string): boolean => text.startsWith(SEALED);
