import * as z from 'zod';
import { DiskVersion, FileHash, Nothing, PromptPath, procedure } from './procedure.ts';

export const PromptListItem = z.strictObject({ file: z.string(), bytes: z.int(), modifiedAt: z.number() });

/** A prompt file as an editor opens it. */
const OpenedPrompt = z.strictObject({
  ...DiskVersion.shape,
  file: z.string(),
  text: z.string(),
  description: z.string().nullable(),
  variables: z.array(z.string()),
  /** Why it cannot be used as it is. */
  fault: z
    .strictObject({ message: z.string(), where: z.string().nullable(), remedy: z.string().nullable() })
    .nullable(),
});

export const promptContract = {
  list: procedure.input(Nothing).output(z.array(PromptListItem)),
  read: procedure.input(z.strictObject({ file: PromptPath })).output(OpenedPrompt),
  /** As `workflow.save`: `base` is the hash of the version that the text was made from, null for a new file. */
  save: procedure
    .input(z.strictObject({ file: PromptPath, text: z.string().max(1_000_000), base: FileHash.nullable() }))
    .output(DiskVersion),
};
