import { oc } from '@orpc/contract';
import * as z from 'zod';
import { errorMap } from './wire-error.ts';

/** What every procedure of the contract begins with: each may fail with any code of the closed table. */
export const procedure = oc.errors(errorMap);

/** For procedures that take nothing: still strict, so that a caller's mistake shows. */
export const Nothing = z.strictObject({});

/**
 * A workflow by name, or by its path inside the workspace. A client cannot point outside it.
 */
export const WorkflowReference = z
  .string()
  .min(1)
  .max(300)
  .refine((path) => !/^[/\\~]|^[A-Za-z]:|\\|\0/.test(path) && !path.split('/').includes('..'), {
    error: 'Give a name or a path inside the workspace.',
  });

/** The last part of a path that an editor may write: no step upwards, nothing hidden, no sign that a system forbids. */
const part = String.raw`(?![. ])[^/\\:*?"<>|\u0000-\u001f\u007f]{1,120}`;
const fileIn = (folder: string, ending: string, example: string) =>
  z
    .string()
    .max(300)
    .regex(new RegExp(`^${folder}/(?:${part}/){0,8}${part}${ending}$`), {
      error: `Give a path in the workspace such as ${example}.`,
    });

/** A workflow file of the workspace, by its path. */
export const WorkflowFile = fileIn('workflows', String.raw`\.flow\.json`, 'workflows/answer.flow.json');
export const PromptPath = fileIn('prompts', String.raw`\.md`, 'prompts/answer.md');
export const DatasetPath = fileIn('datasets', String.raw`\.jsonl`, 'datasets/questions.jsonl');
/** SHA-256 of a file's bytes. */
export const FileHash = z.string().regex(/^[0-9a-f]{64}$/);

/** What lies on the disk. */
export const DiskVersion = z.strictObject({ hash: z.string(), modifiedAt: z.number() });

/** An id as a person may shorten it: the beginning or the end of one, or `last`. */
export const Reference = z.string().min(1).max(100);
export const Name = z.string().min(1).max(100);
export const StepPath = z.string().min(1).max(1000);
/** Epoch milliseconds. */
export const Time = z.number();
