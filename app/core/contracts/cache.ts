import * as z from 'zod';
import { Name, procedure, Time } from './procedure.ts';
import { ShownRef } from './run-signal.ts';

const filter = {
  workflowId: Name.exactOptional(),
  node: Name.exactOptional(),
  profile: Name.exactOptional(),
  scope: z.string().max(200).exactOptional(),
};

/** A kept answer without what it says. Money is integer nano-dollars. */
const kept = {
  key: z.string(),
  kind: z.string(),
  profile: z.string(),
  provider: z.string(),
  model: z.string(),
  workflowId: z.string().exactOptional(),
  node: z.string().exactOptional(),
  scope: z.string().exactOptional(),
  nanoUsd: z.int().exactOptional(),
  bytes: z.int(),
  storedAt: Time,
  expiresAt: Time,
  usedAt: Time,
  hits: z.int(),
};

export const cacheContract = {
  /** Answers of models that are kept for equal calls, newest first. */
  list: procedure.input(z.strictObject({ ...filter, limit: z.int().min(1).max(1000).default(100) })).output(
    z.strictObject({
      answers: z.array(z.strictObject(kept)),
      totals: z.strictObject({ entries: z.int(), bytes: z.int(), hits: z.int(), savedNanoUsd: z.int() }),
    }),
  ),
  /** One by the beginning of its key, with what it says under the capture setting of the workspace. */
  show: procedure
    .input(z.strictObject({ key: z.string().regex(/^[0-9a-f]{4,64}…?$/) }))
    .output(
      z.strictObject({ ...kept, response: z.union([ShownRef, z.strictObject({ withheld: z.literal('damaged') })]) }),
    ),
  clear: procedure
    .input(z.strictObject({ ...filter, expired: z.literal(true).exactOptional() }))
    .output(z.strictObject({ removed: z.int() })),
};
