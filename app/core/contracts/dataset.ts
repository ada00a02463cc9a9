import * as z from 'zod';
import { DatasetCase } from '../dataset/dataset-case.ts';
import { expectations } from '../dataset/expectations.ts';
import { DatasetPath, Nothing, procedure, Reference } from './procedure.ts';

const CaseRequest = {
  run: Reference,
  reference: z.string().max(200_000).exactOptional(),
  expect: z.enum(expectations).exactOptional(),
  why: z.string().max(10_000).exactOptional(),
  tags: z.array(z.string().min(1).max(100)).max(50).exactOptional(),
};

export const datasetContract = {
  /** Dataset files of the workspace. */
  list: procedure.input(Nothing).output(z.array(z.string())),
  /** The cases of a dataset, and the lines that are none. */
  read: procedure.input(z.strictObject({ file: DatasetPath })).output(
    z.strictObject({
      cases: z.array(z.strictObject({ line: z.int(), case: DatasetCase })),
      faults: z.array(z.strictObject({ line: z.int(), message: z.string() })),
    }),
  ),
  /** The case that a run makes. Writes nothing. */
  prepare: procedure.input(z.strictObject(CaseRequest)).output(
    z.strictObject({
      case: DatasetCase,
      /** Members that hold what looks like personal data. */
      personal: z.array(z.string()),
      referenceFrom: z.enum(['given', 'correction', 'output']).nullable(),
    }),
  ),
  /** Writes a case into a dataset, which is made when it is not there. */
  add: procedure
    .input(
      z.strictObject({
        ...CaseRequest,
        file: DatasetPath,
        /** What becomes of what looks like personal data; without a word nothing is written. */
        personal: z.enum(['redact', 'keep']).exactOptional(),
        /** Puts it in place of a case of the same run or the same inputs. */
        update: z.boolean().exactOptional(),
      }),
    )
    .output(z.strictObject({ file: z.string(), line: z.int(), case: DatasetCase, updated: z.boolean() })),
};
