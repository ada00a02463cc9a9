import { createHash } from 'node:crypto';
import { AppError } from '../../core/errors/app-error.ts';
import type { StoredValue } from '../../engine/journal.ts';
import type { BlobFiles } from './blob-files.ts';
import { type PackedText, packText, unpackBytes } from './checked-text.ts';
import type { SqliteDatabase } from './open-database.ts';
import type { PersonalCipher } from './personal-cipher.ts';
import { PURGED_DIGEST } from './value-refs.ts';

/** Values above this many bytes become files. */
const FILE_FROM = 1024 * 1024;

interface PlainRow {
  form: 'text' | 'zstd' | 'file' | 'purged';
  body: Buffer | null;
}
interface PersonalRow {
  rid: number;
  form: 'row' | 'file' | 'purged';
  body: Buffer | null;
  file: string | null;
}

const place = (rid: number, digest: string): string => `${rid} ${digest}`;

/** The values beside the log: shared by digest, except personal ones, which are encrypted and kept run by run. */
export class ValueStore {
  readonly files: BlobFiles;
  readonly #db: SqliteDatabase;
  readonly #cipher: PersonalCipher;

  constructor(db: SqliteDatabase, files: BlobFiles, cipher: PersonalCipher) {
    this.#db = db;
    this.files = files;
    this.#cipher = cipher;
  }

  /** Inside a transaction. */
  put(rid: number, value: StoredValue): void {
    this.addRef(rid, value.digest);
    if (value.personal) this.#putPersonal(rid, value);
    else this.#putPlain(value);
  }

  /** A run that names a value keeps it from retention. Inside a transaction. */
  addRef(rid: number, digest: string): void {
    this.#db.statement('INSERT OR IGNORE INTO value_refs (digest, rid) VALUES (?, ?)').run(digest, rid);
  }

  /**
   * @param rid the run that names the value: its own personal copy comes first, then what is shared
   * @throws AppError run.not_replayable when purged, storage.corrupt when missing or damaged
   */
  read(digest: string, rid: number): string {
    const plain = this.#db.statement<PlainRow>('SELECT form, body FROM stored_values WHERE digest = ?').get(digest);
    const personal = this.#db
      .statement<PersonalRow>(
        "SELECT rid, form, body, file FROM personal_values WHERE digest = ? ORDER BY form = 'purged', rid = ? DESC LIMIT 1",
      )
      .get(digest, rid);
    if (personal !== undefined && personal.form !== 'purged') return this.#readPersonal(digest, personal);
    if (plain !== undefined && plain.form !== 'purged') return this.#readPlain(digest, plain);
    if (digest === PURGED_DIGEST || plain !== undefined || personal !== undefined) throw purged(digest);
    throw damaged(digest, 'is missing');
  }

  /** What is wrong with the values that a run names, for doctor. Those that this machine has no key for pass. */
  check(rid: number): AppError[] {
    const faults: AppError[] = [];
    for (const { digest } of this.#db
      .statement<{ digest: string }>('SELECT digest FROM value_refs WHERE rid = ?')
      .all(rid)) {
      try {
        this.read(digest, rid);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        if (error.code !== 'run.not_replayable') faults.push(error);
      }
    }
    return faults;
  }

  /**
   * Forgets what only this run names; what another names stays. Inside a transaction.
   * @returns names of files that may be removed once this is committed
   */
  purge(rid: number): string[] {
    const digests = this.#db.statement<{ digest: string }>('SELECT digest FROM value_refs WHERE rid = ?').all(rid);
    this.#db.statement('DELETE FROM value_refs WHERE rid = ?').run(rid);
    const files: string[] = [];
    for (const { digest } of digests) {
      if (this.#db.statement('SELECT 1 FROM value_refs WHERE digest = ?').get(digest) === undefined) {
        files.push(...this.#forget(digest));
      }
    }
    return files;
  }

  #forget(digest: string): string[] {
    const files = this.#db
      .statement<{ file: string }>(
        "SELECT digest AS file FROM stored_values WHERE digest = ? AND form = 'file' UNION SELECT file FROM personal_values WHERE digest = ? AND form = 'file'",
      )
      .all(digest, digest)
      .map(({ file }) => file);
    this.#db.statement("UPDATE stored_values SET form = 'purged', body = NULL WHERE digest = ?").run(digest);
    this.#db
      .statement("UPDATE personal_values SET form = 'purged', body = NULL, file = NULL WHERE digest = ?")
      .run(digest);
    return files;
  }

  /** Whether a row names this file. */
  isFileNamed(name: string): boolean {
    return (
      this.#db
        .statement(
          "SELECT 1 FROM stored_values WHERE digest = ? AND form = 'file' UNION ALL SELECT 1 FROM personal_values WHERE file = ?",
        )
        .get(name, name) !== undefined
    );
  }

  #putPlain({ digest, text }: StoredValue): void {
    const old = this.#db.statement<PlainRow>('SELECT form FROM stored_values WHERE digest = ?').get(digest);
    if (old !== undefined && old.form !== 'purged') return;
    const row: PlainRow = Buffer.byteLength(text) > FILE_FROM ? this.#toFile(text) : packText(text);
    this.#db
      .statement('INSERT OR REPLACE INTO stored_values (digest, form, body) VALUES (?, ?, ?)')
      .run(digest, row.form, row.body);
  }

  #toFile(text: string): PlainRow {
    // The name is the hash of the text, which is the digest: so reading needs no name.
    this.files.write(Buffer.from(text, 'utf8'));
    return { form: 'file', body: null };
  }

  #putPersonal(rid: number, { digest, text }: StoredValue): void {
    const old = this.#db
      .statement<PersonalRow>('SELECT form FROM personal_values WHERE rid = ? AND digest = ?')
      .get(rid, digest);
    if (old !== undefined && old.form !== 'purged') return;
    const bytes = this.#cipher.encrypt(text, place(rid, digest));
    const large = bytes.length > FILE_FROM;
    this.#db
      .statement('INSERT OR REPLACE INTO personal_values (rid, digest, form, body, file) VALUES (?, ?, ?, ?, ?)')
      .run(rid, digest, large ? 'file' : 'row', large ? null : bytes, large ? this.files.write(bytes) : null);
  }

  #readPlain(digest: string, row: PlainRow): string {
    let bytes: Buffer | undefined;
    if (row.form === 'file') bytes = this.files.read(digest);
    else {
      try {
        bytes = unpackBytes({ form: row.form, body: row.body ?? Buffer.alloc(0) } as PackedText);
      } catch {
        throw damaged(digest, 'is damaged');
      }
    }
    if (bytes === undefined) throw damaged(digest, 'is missing', this.files.path(digest));
    if (createHash('sha256').update(bytes).digest('hex') !== digest) throw damaged(digest, 'is damaged');
    return bytes.toString('utf8');
  }

  #readPersonal(digest: string, row: PersonalRow): string {
    const bytes = row.form === 'file' && row.file !== null ? this.files.read(row.file) : (row.body ?? undefined);
    if (bytes === undefined) throw damaged(digest, 'is missing', row.file ?? undefined);
    try {
      return this.#cipher.decrypt(bytes, place(row.rid, digest));
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw damaged(digest, 'is damaged, or was written with another key');
    }
  }
}

function purged(digest: string): AppError {
  return new AppError('run.not_replayable', {
    message: 'A payload of this run was purged, so it cannot be shown or replayed.',
    where: `value ${digest}`,
    remedy: 'Run the workflow again; keep payloads longer by a larger `retentionDays` or another `capture`.',
  });
}

function damaged(digest: string, what: string, file?: string): AppError {
  return new AppError('storage.corrupt', {
    message: `A stored value ${what}.`,
    where: file === undefined ? `value ${digest}` : `value ${digest} (${file})`,
    remedy: 'Run `pipewright doctor` for all that is damaged, and restore the workspace from a backup.',
  });
}
