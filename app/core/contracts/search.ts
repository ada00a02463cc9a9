import * as z from 'zod';
import { limits } from '../graph/workflow.ts';
import { TextQuery } from '../search/text-query.ts';
import { TextPlace, textKinds } from '../search/workflow-texts.ts';
import { FileHash, PromptPath, procedure, WorkflowFile } from './procedure.ts';
import { CodeOfError } from './wire-error.ts';

const TextFile = z.union([WorkflowFile, PromptPath]);
const kinds = z.array(z.enum(textKinds)).min(1).max(textKinds.length);

const Hit = z.strictObject({
  place: TextPlace,
  kind: z.enum(textKinds),
  start: z.int(),
  end: z.int(),
  line: z.int(),
  /** What stands on the same line before and after it, as far as one wants to read. */
  before: z.string(),
  match: z.string(),
  after: z.string(),
});

/** The matches of one file. */
const FileHits = z.strictObject({
  file: z.string(),
  /** Name of the workflow; of a prompt its file. */
  title: z.string(),
  /** The version that was searched: a replacement names it. */
  hash: z.string(),
  hits: z.array(Hit),
  /** What the nodes that they stand in are called, by id. */
  nodes: z.record(z.string(), z.string()),
});
export type FileHits = z.infer<typeof FileHits>;

const Replaced = z.strictObject({
  file: z.string(),
  /** Matches that were replaced, and those that stay because the text may not stand there. */
  count: z.int(),
  left: z.int(),
  /** Why nothing was replaced: the file is another one now. */
  fault: z.strictObject({ code: CodeOfError, message: z.string(), remedy: z.string().exactOptional() }).exactOptional(),
});

export const searchContract = {
  /**
   * The matches in files as they lie on the disk, but for those that the caller has open. `more`: there are further ones
   * that are not told.
   */
  find: procedure
    .input(z.strictObject({ query: TextQuery, kinds, skip: z.array(z.string().max(300)).max(200).default([]) }))
    .output(z.strictObject({ files: z.array(FileHits), more: z.boolean() })),
  /**
   * Replaces matches in files that are still as they were searched; each is saved whole or not at all, and what it was is
   * in its local history. `only` names matches; without it all of the file are meant.
   */
  replace: procedure
    .input(
      z.strictObject({
        query: TextQuery,
        replacement: z.string().max(10_000),
        kinds,
        files: z
          .array(
            z.strictObject({
              file: TextFile,
              base: FileHash,
              only: z
                .array(z.strictObject({ place: TextPlace, start: z.int().min(0).max(limits.bytes) }))
                .max(10_000)
                .exactOptional(),
            }),
          )
          .min(1)
          .max(1000),
      }),
    )
    .output(z.array(Replaced)),
};
