import { AppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import type { Json, JsonObject } from '../../core/graph/json.ts';
import type { Decision } from '../../core/graph/values.ts';
import type { ReviewDecision, ReviewTask, StoredReviewTask } from '../../core/run/review-task.ts';
import type { Journal } from '../../engine/journal.ts';

/** What this service needs of the store of review tasks. */
export interface ReviewTasks {
  /** Oldest first, without what is personal. */
  tasks(filter?: { open?: boolean; runId?: string; limit?: number }): StoredReviewTask[];
  /** With what is personal. */
  task(wait: string, runId?: string): StoredReviewTask;
  decide(request: ReviewDecision): Promise<{ runId: string; applied: boolean }>;
}

export interface DecideRequest {
  action: string;
  values?: { [field: string]: Json };
  by: string;
  comment?: string;
  /** Of what the person saw; by default of what there is now. */
  payloadHash?: string;
}

export interface ReviewService {
  /** Open tasks, or all, oldest first; of personal ones only `show` says what they ask. */
  list(filter?: { all?: boolean; runId?: string }): ReviewTask[];
  /** The task with what it is about: a person must see it to decide. @throws AppError run.decision */
  show(task: string): Promise<ReviewTask & { payload: Json }>;
  /**
   * Checks the values against the form and keeps the decision; the run takes it up when it goes on. The same decision
   * twice has one effect.
   * @throws AppError run.decision
   */
  decide(task: string, request: DecideRequest): Promise<{ runId: string; applied: boolean }>;
}

const SHORTEST = 4;

export interface ReviewPorts {
  tasks: ReviewTasks;
  journal: Journal;
  now: () => number;
  /** Whether values may stand in place of what a step got that is stopped at. @throws AppError run.decision */
  checkEdits(task: StoredReviewTask, values: { [field: string]: Json }): Promise<void>;
  /** A decision has been kept. */
  decided(runId: string): Promise<void>;
}

export function createReviewService(ports: ReviewPorts): ReviewService {
  const { tasks, journal, now } = ports;

  /** By whole id, by its beginning, or `last` for the newest open one. */
  function find(reference: string): StoredReviewTask {
    const all = tasks.tasks({ limit: 1000 });
    const newest = reference === 'last' ? all.findLast(({ state }) => state === 'open') : undefined;
    if (newest) return tasks.task(newest.wait, newest.runId);
    const piece = reference.replace(/^wait_/, '');
    const fitting = piece.length < SHORTEST ? [] : all.filter(({ wait }) => wait.startsWith(`wait_${piece}`));
    const waits = [...new Set(fitting.map(({ wait }) => wait))];
    if (waits.length === 1 && waits[0] !== undefined) return tasks.task(waits[0]);
    if (waits.length > 1) {
      throw new AppError('run.decision', {
        message: `“${reference}” fits ${waits.length} tasks: ${waits.join(', ')}.`,
        where: reference,
        remedy: 'Give more of the id.',
      });
    }
    throw new AppError('review.not_found', {
      message: `There is no review task “${reference}”.${didYouMean(
        reference,
        all.map(({ wait }) => wait),
      )}`,
      where: reference,
      remedy: 'See `pipewright review list`.',
    });
  }

  return {
    list: ({ all = false, runId } = {}) =>
      tasks.tasks({ open: !all, ...(runId !== undefined && { runId }), limit: 1000 }).map(withoutPayload),
    async show(reference) {
      const { payload, ...task } = find(reference);
      return { ...task, payload: 'value' in payload ? payload.value : await journal.value(payload.digest, task.runId) };
    },
    async decide(reference, { action, values = {}, by, comment, payloadHash }) {
      const task = find(reference);
      if (!task.actions.includes(action)) {
        throw new AppError('run.decision', {
          message: `“${action}” is not one of the actions of this task.${didYouMean(action, task.actions)}`,
          where: `review task ${task.wait}`,
          remedy: `Choose one of: ${task.actions.join(', ')}.`,
        });
      }
      if (task.kind === 'breakpoint') await ports.checkEdits(task, values);
      if (task.form) await checkValues(task.wait, task.form, values);
      const decision: Decision = { action, values, by, ...(comment !== undefined && { comment }), at: now() };
      const kept = await tasks.decide({
        wait: task.wait,
        runId: task.runId,
        payloadHash: payloadHash ?? task.payloadHash,
        decision,
      });
      await ports.decided(task.runId);
      return kept;
    },
  };
}

function withoutPayload({ payload: _payload, ...task }: StoredReviewTask): ReviewTask {
  return task;
}

async function checkValues(wait: string, form: JsonObject, values: { [field: string]: Json }): Promise<void> {
  const { compileJsonSchema } = await import('../../core/text/json-schema.ts');
  const issues = (await compileJsonSchema(form, `form of review task ${wait}`))(values);
  const [first] = issues;
  if (!first) return;
  throw new AppError('run.decision', {
    message: `The values do not fit the form: ${issues.map(({ path, message }) => `${path} ${message}`).join('; ')}.`,
    where: `review task ${wait} at ${first.path}`,
    remedy: 'Give each field with --value name=…; `pipewright review show` prints the form.',
    data: { issues: issues.map((issue) => ({ ...issue })) },
  });
}
