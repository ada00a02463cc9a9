import * as z from 'zod';
import { feedbackSources } from '../run/feedback.ts';
import { Name, procedure, Reference, StepPath, Time } from './procedure.ts';

const FeedbackValue = z.union([z.boolean(), z.number(), z.string().min(1).max(200)]);
const FeedbackId = z.string().min(1).max(100);

/** What somebody thought of a run, or of one output in it. */
export const Feedback = z.strictObject({
  id: z.string(),
  runId: z.string(),
  workflowId: z.string(),
  workflowName: z.string(),
  /** Null: the run as a whole. */
  target: z.strictObject({ step: StepPath, port: z.string().nullable() }).nullable(),
  name: z.string(),
  value: FeedbackValue,
  source: z.enum(feedbackSources),
  by: z.string(),
  at: Time,
  note: z.string().nullable(),
  correction: z.json().nullable(),
  /** `personal` ones come with `show` alone. */
  words: z.enum(['none', 'kept', 'personal', 'purged']),
});

export const feedbackContract = {
  /**
   * Keeps what somebody thinks of an output, in place of what they said of it before under the same name. Without a
   * `target` it is about the answer of the run.
   */
  give: procedure
    .input(
      z.strictObject({
        run: Reference,
        target: z.strictObject({ step: StepPath, port: Name.exactOptional() }).nullable().exactOptional(),
        name: Name.exactOptional(),
        value: FeedbackValue,
        note: z.string().max(10_000).exactOptional(),
        correction: z.json().exactOptional(),
        by: z.string().min(1).max(200),
      }),
    )
    .output(Feedback),
  /** Newest first. */
  list: procedure
    .input(
      z.strictObject({
        run: Reference.exactOptional(),
        workflowId: z.string().max(100).exactOptional(),
        name: Name.exactOptional(),
        value: FeedbackValue.exactOptional(),
        since: Time.exactOptional(),
        limit: z.int().min(1).max(1000).default(200),
      }),
    )
    .output(z.array(Feedback)),
  /** With its words also where they are personal. */
  show: procedure.input(z.strictObject({ id: FeedbackId })).output(Feedback),
  /** Takes it back for good. */
  remove: procedure.input(z.strictObject({ id: FeedbackId })).output(z.strictObject({})),
};
