import { AppError } from '../../core/errors/app-error.ts';
import { canonicalJson, type Json, type JsonObject } from '../../core/graph/json.ts';
import type { Decision } from '../../core/graph/values.ts';
import type { SealedWait, ValueRef, WaitKind } from '../../core/run/events.ts';
import type { ReviewDecision, StoredReviewTask } from '../../core/run/review-task.ts';
import { firstWords } from '../../core/text/first-words.ts';
import { type DecisionRows, isSealed } from './decision-rows.ts';
import type { SqliteDatabase } from './open-database.ts';
import type { WaitState } from './projection.ts';
import type { ValueStore } from './value-store.ts';
import type { WriteQueue } from './write-queue.ts';

export interface ReviewStore {
  /**
   * Oldest first; `open` leaves out what is decided, expired or closed. What is personal stays closed: such a task has
   * no form, no reason, and of its decision only who chose what and when, or nothing before the run has taken it.
   */
  tasks(filter?: { open?: boolean; runId?: string; limit?: number }): StoredReviewTask[];
  /**
   * With everything that a person must see, personal or not.
   * @throws AppError run.decision when there is no such wait, or several; run.not_replayable without the key
   */
  task(wait: string, runId?: string): StoredReviewTask;
  /**
   * Keeps a decision for the run. The same decision twice has one effect (`applied` is false the second time).
   * @throws AppError run.decision: unknown or already decided wait, changed payload, unknown action
   */
  decide(request: ReviewDecision): Promise<{ runId: string; applied: boolean }>;
}

interface TaskRow {
  rid: number;
  runId: string;
  workflowName: string;
  wait: string;
  step: string;
  kind: WaitKind;
  state: WaitState;
  title: string;
  payload: string;
  payloadHash: string;
  actions: string;
  form: string | null;
  dueAt: number | null;
  reason: string | null;
  openedAt: number;
  closedAt: number | null;
  decision: string | null;
  answer: string | null;
  sealed: string | null;
  sealedDecision: string | null;
}

/** A timer waits for no person. */
const ASKED = "waits.kind <> 'timer'";
const TASK = `
  SELECT waits.rid AS rid, runs.run_id AS runId, workflow_name AS workflowName, waits.wait AS wait, waits.step AS step,
    kind, state, title, payload, waits.payload_hash AS payloadHash, actions, form, due_at AS dueAt, reason,
    opened_at AS openedAt, closed_at AS closedAt, waits.decision AS decision, decisions.decision AS answer,
    waits.sealed AS sealed, waits.sealed_decision AS sealedDecision
  FROM waits JOIN runs USING (rid) JOIN run_summaries USING (rid)
    LEFT JOIN decisions ON decisions.rid = waits.rid AND decisions.wait = waits.wait
      AND decisions.payload_hash = waits.payload_hash`;

/** Longest beginning of what a task is about, and the largest value that is read for it, UTF-16 units. */
const ABOUT_LENGTH = 160;
const ABOUT_FROM = 65_536;

const parsed = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));

type PlainTask = Omit<StoredReviewTask, 'about'>;

function taskOf({ rid: _, answer, sealed: _sealed, sealedDecision: _closed, ...row }: TaskRow): PlainTask {
  const told = row.decision ?? (answer === null || isSealed(answer) ? null : answer);
  return {
    ...row,
    state: row.state === 'open' && answer !== null ? 'answered' : row.state,
    payload: JSON.parse(row.payload) as ValueRef,
    actions: JSON.parse(row.actions) as string[],
    form: parsed<JsonObject>(row.form),
    decision: parsed<Decision>(told),
  };
}

/** Two decisions are the same when they say the same, whenever they were made. */
const meaning = ({ action, values, by, comment }: Decision): string => canonicalJson({ action, values, by, comment });

function refused(wait: string, message: string, remedy: string): AppError {
  return new AppError('run.decision', { message, where: `review task ${wait}`, remedy });
}

export function createReviewStore(parts: {
  db: SqliteDatabase;
  queue: WriteQueue;
  values: ValueStore;
  decisions: DecisionRows;
}): ReviewStore {
  const { db, queue, values, decisions } = parts;

  function unsealed<T>(ref: string | null, rid: number): T | null {
    const parsedRef = parsed<ValueRef>(ref);
    if (parsedRef === null) return null;
    return 'value' in parsedRef ? (parsedRef.value as T) : (JSON.parse(values.read(parsedRef.digest, rid)) as T);
  }

  function decisionOf({ rid, wait, decision, answer, sealedDecision }: TaskRow): Decision | null {
    if (decision !== null) return unsealed<Decision>(sealedDecision, rid) ?? (JSON.parse(decision) as Decision);
    return answer === null ? null : decisions.read(answer, rid, wait);
  }

  function aboutOf({ payload }: PlainTask, { rid, sealed }: TaskRow): string | null {
    if (sealed !== null) return null;
    if ('value' in payload) return firstWords(payload.value, ABOUT_LENGTH) ?? null;
    if (payload.bytes > ABOUT_FROM) return null;
    try {
      return firstWords(JSON.parse(values.read(payload.digest, rid)) as Json, ABOUT_LENGTH) ?? null;
    } catch (error) {
      // A list still lists what was forgotten or damaged; whoever opens the task is told.
      if (error instanceof AppError) return null;
      throw error;
    }
  }

  function listed(row: TaskRow): StoredReviewTask {
    const task = taskOf(row);
    return { ...task, about: aboutOf(task, row) };
  }

  function opened(row: TaskRow): StoredReviewTask {
    const told = unsealed<SealedWait>(row.sealed, row.rid);
    const decision = decisionOf(row);
    return { ...listed(row), ...told, decision };
  }

  /** A wait that was opened again (a later attempt) hides the earlier one. */
  function find(wait: string, runId: string | undefined): TaskRow {
    const rows = db
      .statement<TaskRow>(`${TASK} WHERE ${ASKED} AND waits.wait = ? ORDER BY waits.rid, waits.seq`)
      .all(wait);
    const newest = new Map(
      rows.filter((row) => runId === undefined || row.runId === runId).map((row) => [row.rid, row]),
    );
    const [found, another] = [...newest.values()];
    if (found === undefined) {
      throw refused(wait, `There is no review task "${wait}".`, 'See `pipewright review list` for those there are.');
    }
    if (another !== undefined) {
      throw refused(wait, `Several runs have a review task "${wait}".`, 'Name the run as well.');
    }
    return found;
  }

  function keep(row: TaskRow, { payloadHash, decision }: ReviewDecision): boolean {
    const earlier = decisionOf(row);
    if (earlier !== null) {
      if (row.payloadHash === payloadHash && meaning(earlier) === meaning(decision)) return false;
      const message = `It was already decided: "${earlier.action}" by ${earlier.by}.`;
      throw refused(row.wait, message, 'A decision cannot be changed; fork the run at the step to go another way.');
    }
    if (row.state !== 'open') {
      const why = row.state === 'expired' ? 'its time ran out' : 'its run has ended';
      throw refused(row.wait, `It can no longer be decided: ${why}.`, 'Run the workflow again.');
    }
    if (row.payloadHash !== payloadHash) {
      const remedy = 'Look at the task again and decide on what it shows now.';
      throw refused(row.wait, 'What was to be reviewed has changed since it was shown.', remedy);
    }
    const actions = JSON.parse(row.actions) as string[];
    if (actions.length > 0 && !actions.includes(decision.action)) {
      throw refused(
        row.wait,
        `"${decision.action}" is not one of its actions.`,
        `Choose one of: ${actions.join(', ')}.`,
      );
    }
    decisions.put({ rid: row.rid, wait: row.wait, payloadHash }, decision, row.sealed !== null);
    return true;
  }

  return {
    tasks({ open = false, runId, limit = 200 } = {}) {
      return db.guard(() => {
        const parts = [
          ASKED,
          ...(open ? ["waits.state = 'open'"] : []),
          ...(runId === undefined ? [] : ['runs.run_id = ?']),
        ];
        return db
          .statement<TaskRow>(`${TASK} WHERE ${parts.join(' AND ')} ORDER BY opened_at, waits.rid, waits.seq LIMIT ?`)
          .all(...(runId === undefined ? [] : [runId]), limit)
          .map(listed);
      });
    },
    task: (wait, runId) => db.guard(() => opened(find(wait, runId))),
    decide(request) {
      return queue.submit(() => {
        const row = find(request.wait, request.runId);
        return { runId: row.runId, applied: keep(row, request) };
      });
    },
  };
}
