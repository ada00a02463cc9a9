import * as z from 'zod';
import { Workflow } from '../graph/workflow.ts';
import { FileHash, Nothing, procedure, Time, WorkflowFile } from './procedure.ts';

/** Which window left it: one window's unsaved work never takes the place of another's. */
const Slot = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);

const RecoveryItem = z.strictObject({
  file: z.string(),
  slot: z.string(),
  /** Hash of the version on the disk that the work was made from. */
  base: z.string(),
  at: Time,
});
export type RecoveryItem = z.infer<typeof RecoveryItem>;

/** Unsaved work, kept so that a crash of the window, the browser or the host does not lose it. */
export const recoveryContract = {
  put: procedure
    .input(z.strictObject({ file: WorkflowFile, slot: Slot, base: FileHash, workflow: Workflow }))
    .output(Nothing),
  /** Newest first. */
  list: procedure.input(Nothing).output(z.array(RecoveryItem)),
  get: procedure
    .input(z.strictObject({ file: WorkflowFile, slot: Slot }))
    .output(z.strictObject({ ...RecoveryItem.shape, workflow: Workflow })),
  /** Nothing happens when there is none. */
  drop: procedure.input(z.strictObject({ file: WorkflowFile, slot: Slot })).output(Nothing),
};
