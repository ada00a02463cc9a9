import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { diskParts } from '../workspace/disk-parts.ts';
import { RunLimitsConfig } from '../workspace/workspace-config.ts';
import { Nothing, procedure } from './procedure.ts';
import { RunRemoval } from './run.ts';

const Keeping = z.strictObject({
  /** Days until payloads of ended runs go; 0: never. */
  payloadDays: z.int().min(0).max(3650),
  /** Which runs stay at all. */
  limits: RunLimitsConfig,
});
export type Keeping = z.infer<typeof Keeping>;

const Part = z.enum(diskParts);
const Cleaned = z.strictObject({
  part: Part,
  /** Runs, files or answers that went. */
  removed: z.int(),
  /** What the disk has back. */
  bytes: z.int(),
  /** Somebody stopped it before its end. */
  stopped: z.boolean(),
});
export type Cleaned = z.infer<typeof Cleaned>;

export const storageContract = {
  /** What the workspace's own data takes of the disk, by part, and what it keeps. */
  usage: procedure.input(Nothing).output(
    z.strictObject({
      parts: z.array(z.strictObject({ part: Part, bytes: z.int(), cleanable: z.boolean() })),
      runs: z.int(),
      /** Bytes of the database that hold nothing: a clean-up of the runs gives them back. */
      unused: z.int(),
      keeping: Keeping,
    }),
  ),
  /** What a clean-up of the runs would remove under these limits. Changes nothing. */
  preview: procedure.input(z.strictObject({ limits: RunLimitsConfig })).output(RunRemoval),
  /** Writes what is kept into pipewright.json. */
  keep: procedure.input(Keeping).output(z.strictObject({})),
  /** Cleans one part up. A reader who leaves stops it between two runs; what is gone is gone. */
  clean: procedure
    .input(z.strictObject({ part: Part }))
    .output(
      eventIterator(
        z.discriminatedUnion('type', [
          z.strictObject({ type: z.literal('progress'), done: z.int(), total: z.int() }),
          z.strictObject({ type: z.literal('report'), report: Cleaned }),
        ]),
      ),
    ),
};
