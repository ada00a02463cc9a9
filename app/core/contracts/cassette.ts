import * as z from 'zod';
import { Nothing, procedure, Reference } from './procedure.ts';
import { ShownError } from './run-signal.ts';

const CassetteName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,99}$/, 'A name of letters, digits, dots, dashes and underscores.');

const Difference = z.strictObject({
  kind: z.enum(['status', 'output', 'step', 'request', 'call', 'wait', 'value']),
  /** Step path, or name of an output; empty for the run. */
  at: z.string(),
  what: z.string().exactOptional(),
  recorded: z.string().exactOptional(),
  now: z.string().exactOptional(),
  changes: z
    .array(z.strictObject({ path: z.string(), before: z.json().exactOptional(), after: z.json().exactOptional() }))
    .exactOptional(),
});

const CassetteReport = z.strictObject({
  file: z.string(),
  name: z.string(),
  outcome: z.enum(['same', 'differs', 'updated', 'invalid']),
  workflow: z.strictObject({ id: z.string(), name: z.string(), file: z.string() }).exactOptional(),
  differences: z.array(Difference),
  began: z.string().exactOptional(),
  notes: z.array(z.string()),
  error: ShownError.exactOptional(),
  steps: z.int(),
  calls: z.int(),
  ms: z.number(),
});

export const cassetteContract = {
  /** The cassettes in the folder `tests` of the workspace. */
  list: procedure.input(Nothing).output(z.array(z.strictObject({ name: z.string(), file: z.string() }))),
  /** Makes `tests/NAME.cassette.json` of a run that has ended, or that waits for a person. */
  record: procedure
    .input(
      z.strictObject({
        run: Reference,
        name: CassetteName,
        /** All data of the run is made up: what looks personal stays in. */
        invented: z.boolean().default(false),
        replace: z.boolean().default(false),
      }),
    )
    .output(
      z.strictObject({
        file: z.string(),
        runId: z.string(),
        workflow: z.strictObject({ id: z.string(), name: z.string() }),
        status: z.enum(['succeeded', 'failed', 'waiting']),
        steps: z.int(),
        calls: z.int(),
        bytes: z.int(),
      }),
    ),
  /** Tries cassettes against the workflows as they are now, offline; without names all of them. */
  test: procedure
    .input(
      z.strictObject({
        cassettes: z.array(CassetteName).max(1000).exactOptional(),
        update: z.boolean().default(false),
      }),
    )
    .output(
      z.strictObject({
        cassettes: z.array(CassetteReport),
        same: z.int(),
        differs: z.int(),
        updated: z.int(),
        invalid: z.int(),
        ms: z.number(),
      }),
    ),
};
