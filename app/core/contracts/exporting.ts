import * as z from 'zod';
import { importedName, Requires } from '../export/exported-workflow.ts';
import { limits, Workflow } from '../graph/workflow.ts';
import { procedure, WorkflowReference } from './procedure.ts';

const Files = z.array(z.string());

const ExportedText = z.strictObject({
  /** What the file is usually called. */
  name: z.string(),
  text: z.string(),
  workflow: z.strictObject({ id: z.string(), name: z.string() }),
  hash: z.string(),
  /** Workflows and prompts that it holds, by their paths. */
  holds: z.strictObject({ workflows: Files, prompts: Files }),
  /** What whoever runs it must supply. */
  requires: Requires,
});
export type ExportedText = z.infer<typeof ExportedText>;

const ImportReport = z.strictObject({
  file: z.string(),
  written: Files,
  same: Files,
  renamed: z.record(z.string(), z.string()),
  added: z.strictObject({ profiles: Files, collections: Files, tables: Files }),
  kept: Files,
  /** Profiles that reach a provider and are left out, as the file has them. */
  leftOut: z.record(z.string(), z.record(z.string(), z.json())),
});
export type ImportReport = z.infer<typeof ImportReport>;

const ImportPreview = z.strictObject({
  /** The workflow that is run, for a drawing. */
  workflow: Workflow,
  /** Release that wrote it. */
  pipewright: z.string(),
  hash: z.string(),
  requires: Requires,
  /** What is there already with another content: it is not overwritten, so what is imported needs new names. */
  inTheWay: Files,
  /** What importing would do; under new names where something is in the way. */
  report: ImportReport,
});
export type ImportPreview = z.infer<typeof ImportPreview>;

/** What the workflow is to be called here; without one as the file has it. */
const As = z.string().regex(importedName).exactOptional();

/** The text of an exported workflow, from anybody. Larger ones are imported by the command. */
const Text = z.string().min(1).max(limits.bytes);

export const exportingContract = {
  /** A workflow with all that it needs but keys and documents, as the text of one file. */
  make: procedure.input(z.strictObject({ workflow: WorkflowReference })).output(ExportedText),
  /** What an exported workflow is, what it asks for, and what importing it would do. Keeps and runs nothing. */
  preview: procedure
    .input(z.strictObject({ text: Text, withProfiles: z.boolean().default(false), as: As }))
    .output(ImportPreview),
  /**
   * Puts it into the workspace; nothing that is there is overwritten, and nothing is granted. Profiles that reach a
   * provider come along only `withProfiles`; with `rename`, what is in the way makes what is imported get new names.
   */
  take: procedure
    .input(
      z.strictObject({
        text: Text,
        withProfiles: z.boolean().default(false),
        rename: z.boolean().default(false),
        as: As,
      }),
    )
    .output(ImportReport),
};
