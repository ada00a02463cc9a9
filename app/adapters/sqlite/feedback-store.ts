import { AppError, isAppError } from '../../core/errors/app-error.ts';
import type {
  Feedback,
  FeedbackFilter,
  FeedbackGiven,
  FeedbackSource,
  FeedbackValue,
  FeedbackWords,
} from '../../core/run/feedback.ts';
import { checksum, checksumSeed, packText, unpackBytes } from './checked-text.ts';
import { requireRun } from './event-rows.ts';
import type { SqliteDatabase } from './open-database.ts';
import { overwriting } from './overwriting.ts';
import type { PersonalCipher } from './personal-cipher.ts';
import type { WriteQueue } from './write-queue.ts';

export interface FeedbackStore {
  /**
   * Keeps feedback in place of what the same author said before under the same name about the same target.
   * @param id of the feedback when it is new
   * @param personal seals its words
   * @throws AppError run.not_found; feedback.words where the run keeps no payloads, and so no words about them
   */
  give(given: FeedbackGiven, options: { id: string; personal: boolean }): Promise<Feedback>;
  /** Newest first. Words about personal outputs stay closed. */
  list(filter?: FeedbackFilter): Feedback[];
  /** With its words, personal or not. @throws AppError feedback.not_found; run.not_replayable without the key */
  show(id: string): Feedback;
  /** @throws AppError feedback.not_found */
  remove(id: string): Promise<void>;
}

interface Row {
  fid: number;
  id: string;
  runId: string;
  workflowId: string;
  workflowName: string;
  step: string;
  port: string;
  name: string;
  value: string;
  source: FeedbackSource;
  by: string;
  at: number;
  form: 'none' | 'text' | 'zstd' | 'sealed' | 'purged';
  checksum: number | null;
  body: Buffer | null;
}

const SELECT = `
  SELECT fid, feedback AS id, run_id AS runId, workflow_id AS workflowId, workflow_name AS workflowName, step, port, name,
    value, source, author AS by, at, form, checksum, body
  FROM feedback JOIN runs USING (rid) JOIN run_summaries USING (rid)`;
const PUT = `
  INSERT INTO feedback (feedback, rid, step, port, name, value, source, author, at, form, checksum, body)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (rid, name, step, port, author) DO UPDATE SET value = excluded.value, source = excluded.source,
    at = excluded.at, form = excluded.form, checksum = excluded.checksum, body = excluded.body`;

const noWords: FeedbackWords = { note: null, correction: null };
const MOST = 1000;
const shownWords = { none: 'none', text: 'kept', zstd: 'kept', sealed: 'personal', purged: 'purged' } as const;

/** Feedback lies beside the log: it is said by people at any time, also long after their run has ended. */
export function createFeedbackStore(parts: {
  db: SqliteDatabase;
  queue: WriteQueue;
  cipher: PersonalCipher;
  now: () => number;
}): FeedbackStore {
  const { db, queue, cipher, now } = parts;

  /** What the words are bound to: they mean nothing beside another output. */
  const placeOf = ({ runId, step, port, name, by }: Pick<Row, 'runId' | 'step' | 'port' | 'name' | 'by'>) =>
    `feedback ${JSON.stringify([runId, step, port, name, by])}`;

  function packed(words: FeedbackWords, place: string, personal: boolean) {
    if (words.note === null && words.correction === null) return { form: 'none', checksum: null, body: null };
    const text = JSON.stringify(words);
    const { form, body } = personal ? { form: 'sealed' as const, body: cipher.encrypt(text, place) } : packText(text);
    return { form, checksum: checksum(body, checksumSeed(place)), body };
  }

  function wordsOf(row: Row): FeedbackWords {
    const { form, body } = row;
    if (body === null || form === 'none' || form === 'purged') return noWords;
    const place = placeOf(row);
    try {
      if (checksum(body, checksumSeed(place)) !== row.checksum) throw new Error('checksum');
      const text = form === 'sealed' ? cipher.decrypt(body, place) : unpackBytes({ form, body }).toString('utf8');
      return JSON.parse(text) as FeedbackWords;
    } catch (error) {
      if (isAppError(error)) throw error;
      throw new AppError('storage.corrupt', {
        message: 'The words of a piece of feedback are damaged, or were written with another key.',
        where: `feedback ${row.id}`,
        remedy: 'Restore the workspace from a backup, bring the key file back, or remove this piece of feedback.',
      });
    }
  }

  function feedbackOf(row: Row, words: FeedbackWords): Feedback {
    const { fid: _, step, port, value, form, checksum: _sum, body: _body, ...rest } = row;
    return {
      ...rest,
      target: step === '' ? null : { step, port: port === '' ? null : port },
      value: JSON.parse(value) as FeedbackValue,
      words: shownWords[form],
      ...words,
    };
  }

  const closed = (row: Row) => feedbackOf(row, row.form === 'sealed' ? noWords : wordsOf(row));

  function find(id: string): Row {
    const row = db.statement<Row>(`${SELECT} WHERE feedback = ?`).get(id);
    if (row) return row;
    throw new AppError('feedback.not_found', {
      message: `There is no feedback “${id}”.`,
      where: id,
      remedy: 'See `pipewright feedback list`; it may have been taken back.',
    });
  }

  return {
    give(given, { id, personal }) {
      return queue.submit(() => {
        const { runId, target, name, value, source, by, note = null, correction = null } = given;
        const run = requireRun(db, runId);
        const [step, port] = [target?.step ?? '', target?.port ?? ''];
        const {
          form,
          checksum: sum,
          body,
        } = packed({ note, correction }, placeOf({ runId, step, port, name, by }), personal);
        if (form !== 'none' && run.payloads === 'purged') {
          throw new AppError('feedback.words', {
            message: 'The payloads of this run are gone, so no note or correction is kept beside it.',
            where: runId,
            remedy: 'Give the thumb alone, or run the workflow again and write about that run.',
          });
        }
        db.statement(PUT).run(
          ...[id, run.rid, step, port, name, JSON.stringify(value), source, by, now(), form, sum, body],
        );
        const row = db
          .statement<Row>(`${SELECT} WHERE feedback.rid = ? AND name = ? AND step = ? AND port = ? AND author = ?`)
          .get(run.rid, name, step, port, by) as Row;
        return feedbackOf(row, { note, correction });
      });
    },
    list({ runId, workflowId, name, value, since, limit = MOST } = {}) {
      return db.guard(() => {
        const conditions: [string, string | number | undefined][] = [
          ['runs.run_id = ?', runId],
          ['workflow_id = ?', workflowId],
          ['name = ?', name],
          ['value = ?', value === undefined ? undefined : JSON.stringify(value)],
          ['at >= ?', since],
        ];
        const given = conditions.filter(([, one]) => one !== undefined);
        const where = given.length === 0 ? '' : `WHERE ${given.map(([condition]) => condition).join(' AND ')}`;
        return db
          .statement<Row>(`${SELECT} ${where} ORDER BY at DESC, fid DESC LIMIT ?`)
          .all(...given.map(([, one]) => one), limit)
          .map(closed);
      });
    },
    show: (id) =>
      db.guard(() => {
        const row = find(id);
        return feedbackOf(row, wordsOf(row));
      }),
    remove: (id) =>
      overwriting(db, () =>
        queue.submit(() => {
          db.statement('DELETE FROM feedback WHERE fid = ?').run(find(id).fid);
        }),
      ),
  };
}
