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

/** An id as a person may shorten it: the beginning or the end of one, or `last`. */
export const Reference = z.string().min(1).max(100);
export const Name = z.string().min(1).max(100);
export const StepPath = z.string().min(1).max(1000);
/** Epoch milliseconds. */
export const Time = z.number();
