import * as z from 'zod';
import { Decision } from '../graph/values.ts';
import { Name, procedure, Reference, StepPath, Time } from './procedure.ts';
import { Facts, WaitKind } from './run-signal.ts';

export const ReviewTask = z.strictObject({
  runId: z.string(),
  workflowName: z.string(),
  wait: z.string(),
  step: StepPath,
  kind: WaitKind,
  /** `answered`: decided, and the run has not gone on yet. */
  state: z.enum(['open', 'answered', 'decided', 'expired', 'closed']),
  title: z.string(),
  /** The first words of what it is about; null where that is personal, large, forgotten or holds no text. */
  about: z.string().nullable(),
  payloadHash: z.string(),
  actions: z.array(z.string()),
  /** JSON Schema of the values that a decision gives. */
  form: Facts.nullable(),
  dueAt: Time.nullable(),
  reason: z.string().nullable(),
  openedAt: Time,
  closedAt: Time.nullable(),
  decision: Decision.nullable(),
});

export const reviewContract = {
  /** Open tasks, oldest first, or all. */
  list: procedure
    .input(z.strictObject({ all: z.boolean().default(false), runId: z.string().max(100).exactOptional() }))
    .output(z.array(ReviewTask)),
  /** A task with what it is about. */
  get: procedure
    .input(z.strictObject({ task: Reference }))
    .output(z.strictObject({ ...ReviewTask.shape, payload: z.json() })),
  /**
   * Keeps a decision; `run.resume` has it taken up. `payloadHash` says what the person saw: a decision about something
   * else is refused. The same decision twice has one effect.
   */
  decide: procedure
    .input(
      z.strictObject({
        task: Reference,
        action: Name,
        values: z.record(Name, z.json()).default({}),
        by: z.string().min(1).max(200),
        comment: z.string().max(10_000).exactOptional(),
        payloadHash: z.string().min(1).max(128),
      }),
    )
    .output(z.strictObject({ runId: z.string(), applied: z.boolean() })),
};
