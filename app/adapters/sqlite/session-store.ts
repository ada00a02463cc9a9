import type {
  CallOptions,
  MemoryCapability,
  SessionHistory,
  SessionKey,
  Turn,
} from '../../core/capabilities/capabilities.ts';
import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { checksum, packText, unpackBytes } from './checked-text.ts';
import type { SqliteDatabase } from './open-database.ts';
import { overwriting } from './overwriting.ts';
import type { PersonalCipher } from './personal-cipher.ts';
import type { WriteQueue } from './write-queue.ts';

export interface SessionInfo extends SessionKey {
  turns: number;
  /** Turns that a summary covers. */
  summarised: number;
  /** Some of it is encrypted. */
  personal: boolean;
  /** Epoch milliseconds. */
  createdAt: number;
  usedAt: number;
}

/** As people see it: what is personal stays closed. */
export interface ShownTurn {
  turn: number;
  at: number;
  runId: string;
  personal: boolean;
  user?: string;
  assistant?: string;
}

export interface ShownSession extends SessionInfo {
  /** All of them, oldest first. */
  history: ShownTurn[];
  summary?: { until: number; at: number; personal: boolean; text?: string };
}

export interface SessionStore extends MemoryCapability {
  read(request: SessionKey & { limit: number }, options?: CallOptions): Promise<SessionHistory>;
  append(request: SessionKey & { user: string; assistant: string }, options?: CallOptions): Promise<{ turn: number }>;
  summarise(request: SessionKey & { text: string; until: number }, options?: CallOptions): Promise<{ kept: boolean }>;
  /** The last used first. */
  list(about?: { session?: string; space?: string; limit?: number }): SessionInfo[];
  /** @throws AppError session.missing */
  show(key: SessionKey): ShownSession;
  /** Removes sessions for good and overwrites what they held; the answer is those that were there. */
  remove(keys: readonly SessionKey[]): Promise<SessionKey[]>;
}

interface SessionRow {
  sid: number;
  turns: number;
}
interface TextRow {
  turn: number;
  at: number;
  runId: string;
  form: 'text' | 'zstd' | 'sealed';
  checksum: number;
  body: Buffer;
}
type Part = 'turn' | 'summary';

const FIND = 'SELECT sid, turns FROM sessions WHERE space = ? AND session = ?';
const COLUMNS = 'turn, at, run_id AS runId, form, checksum, body';
const SUMMARY = `SELECT ${COLUMNS} FROM session_texts WHERE sid = ? AND part = 'summary'`;
const LAST_TURNS = `SELECT ${COLUMNS} FROM session_texts WHERE sid = ? AND part = 'turn' AND turn > ? ORDER BY turn DESC LIMIT ?`;
const OF_STEP = "SELECT turn FROM session_texts WHERE sid = ? AND run_id = ? AND step = ? AND part = 'turn'";
const PUT = `
  INSERT OR REPLACE INTO session_texts (sid, turn, part, run_id, step, at, form, checksum, body)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const LIST = `
  SELECT space, session, turns, created_at AS createdAt, used_at AS usedAt,
    COALESCE((SELECT turn FROM session_texts t WHERE t.sid = s.sid AND part = 'summary'), 0) AS summarised,
    EXISTS (SELECT 1 FROM session_texts t WHERE t.sid = s.sid AND form = 'sealed') AS personal
  FROM sessions s
  WHERE (:space IS NULL OR space = :space) AND (:session IS NULL OR session = :session)
  ORDER BY used_at DESC, sid DESC LIMIT :limit`;

/**
 * Conversations of the workspace. A turn belongs to the step that said it: the same step done again, after a crash or a
 * retry, replaces its turn and adds none. What steps marked personal say is encrypted, and no other step gets to see it.
 */
export function createSessionStore({
  db,
  queue,
  cipher,
  now,
}: {
  db: SqliteDatabase;
  queue: WriteQueue;
  cipher: PersonalCipher;
  now: () => number;
}): SessionStore {
  const find = ({ space, session }: SessionKey) => db.statement<SessionRow>(FIND).get(space, session);
  const place = (sid: number, part: Part, turn: number) => `session ${sid} ${part} ${turn}`;

  /** Inside a transaction. */
  function findOrMake(key: SessionKey): SessionRow {
    const at = now();
    db.statement('INSERT OR IGNORE INTO sessions (space, session, created_at, used_at) VALUES (?, ?, ?, ?)').run(
      key.space,
      key.session,
      at,
      at,
    );
    const row = find(key) as SessionRow;
    db.statement('UPDATE sessions SET used_at = ? WHERE sid = ?').run(at, row.sid);
    return row;
  }

  /** Inside a transaction. */
  function put(sid: number, part: Part, turn: number, value: string, about: CallOptions['about']): void {
    const { form, body } = about?.personal
      ? { form: 'sealed' as const, body: cipher.encrypt(value, place(sid, part, turn)) }
      : packText(value);
    db.statement(PUT).run(sid, turn, part, about?.runId ?? '', about?.step ?? '', now(), form, checksum(body), body);
  }

  function textOf(row: TextRow, sid: number, part: Part, key: SessionKey): string {
    const { form, body, turn } = row;
    try {
      if (checksum(body) !== row.checksum) throw new Error('checksum');
      return form === 'sealed'
        ? cipher.decrypt(body, place(sid, part, turn))
        : unpackBytes({ form, body }).toString('utf8');
    } catch (error) {
      if (isAppError(error)) throw error;
      throw new AppError('storage.corrupt', {
        message: `The ${part} ${turn} of a conversation is damaged, or was written with another key.`,
        where: nameOf(key),
        remedy: 'Restore the workspace from a backup, bring the key file back, or remove the session.',
      });
    }
  }

  function refusePersonal(rows: readonly TextRow[], key: SessionKey): void {
    if (!rows.some(({ form }) => form === 'sealed')) return;
    throw new AppError('memory.personal', {
      message: 'The conversation holds what a step marked personal said, and this step is not marked so.',
      where: nameOf(key),
      remedy: 'Mark the node personal, or use another session or space.',
    });
  }

  return {
    async read({ limit, ...key }, { about } = {}) {
      return db.guard(() => {
        const found = find(key);
        if (found === undefined) return { turns: [] };
        const { sid } = found;
        const summary = db.statement<TextRow>(SUMMARY).get(sid);
        const rows = db
          .statement<TextRow>(LAST_TURNS)
          .all(sid, summary?.turn ?? 0, limit)
          .reverse();
        if (about?.personal !== true) refusePersonal(summary === undefined ? rows : [summary, ...rows], key);
        return {
          turns: rows.map((row) => ({ turn: row.turn, ...saidIn(textOf(row, sid, 'turn', key)) })),
          ...(summary && { summary: { text: textOf(summary, sid, 'summary', key), until: summary.turn } }),
        };
      });
    },

    append: ({ user, assistant, ...key }, { about } = {}) =>
      queue.submit(() => {
        const { sid, turns } = findOrMake(key);
        const same = about && db.statement<{ turn: number }>(OF_STEP).get(sid, about.runId, about.step);
        const turn = same?.turn ?? turns + 1;
        put(sid, 'turn', turn, JSON.stringify({ user, assistant }), about);
        if (!same) db.statement('UPDATE sessions SET turns = ? WHERE sid = ?').run(turn, sid);
        return { turn };
      }),

    summarise: ({ text, until, ...key }, { about } = {}) =>
      queue.submit(() => {
        const { sid } = findOrMake(key);
        const before = db.statement<TextRow>(SUMMARY).get(sid);
        if (before !== undefined && before.turn > until) return { kept: false };
        db.statement("DELETE FROM session_texts WHERE sid = ? AND part = 'summary'").run(sid);
        put(sid, 'summary', until, text, about);
        return { kept: true };
      }),

    list: ({ session, space, limit = -1 } = {}) => list({ session: session ?? null, space: space ?? null, limit }),

    show(key) {
      return db.guard(() => {
        const [info] = list({ ...key, limit: 1 });
        const found = find(key);
        if (info === undefined || found === undefined) {
          throw new AppError('session.missing', {
            message: 'There is no such conversation.',
            where: nameOf(key),
            remedy: 'List them: pipewright sessions list',
          });
        }
        const { sid } = found;
        const summary = db.statement<TextRow>(SUMMARY).get(sid);
        const shown = ({ at, form, runId, turn }: TextRow) => ({ turn, at, runId, personal: form === 'sealed' });
        const history = db.statement<TextRow>(LAST_TURNS).all(sid, 0, -1).reverse();
        return {
          ...info,
          history: history.map((row) => ({
            ...shown(row),
            ...(row.form !== 'sealed' && saidIn(textOf(row, sid, 'turn', key))),
          })),
          ...(summary && {
            summary: {
              until: summary.turn,
              at: summary.at,
              personal: summary.form === 'sealed',
              ...(summary.form !== 'sealed' && { text: textOf(summary, sid, 'summary', key) }),
            },
          }),
        };
      });
    },

    remove: (keys) =>
      overwriting(db, () =>
        queue.submit(() => {
          const removed: SessionKey[] = [];
          for (const { space, session } of keys) {
            const found = find({ space, session });
            if (found === undefined) continue;
            db.statement('DELETE FROM session_texts WHERE sid = ?').run(found.sid);
            db.statement('DELETE FROM sessions WHERE sid = ?').run(found.sid);
            removed.push({ space, session });
          }
          return removed;
        }),
      ),
  };

  function list(about: { session: string | null; space: string | null; limit: number }): SessionInfo[] {
    return db.guard(() =>
      db
        .statement<Omit<SessionInfo, 'personal'> & { personal: number }>(LIST)
        .all(about)
        .map((row) => ({ ...row, personal: row.personal === 1 })),
    );
  }
}

const nameOf = ({ space, session }: SessionKey): string => `session ${session} of space ${space}`;
const saidIn = (text: string) => JSON.parse(text) as Omit<Turn, 'turn'>;
