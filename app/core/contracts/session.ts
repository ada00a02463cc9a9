import * as z from 'zod';
import { procedure, Time } from './procedure.ts';

const Space = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
const Key = z.strictObject({ space: Space, session: z.string().min(1).max(200) });

const SessionInfo = z.strictObject({
  space: z.string(),
  session: z.string(),
  turns: z.int(),
  /** Turns that a summary covers. */
  summarised: z.int(),
  /** Some of it is encrypted, and is not shown. */
  personal: z.boolean(),
  createdAt: Time,
  usedAt: Time,
});
export type SessionInfo = z.infer<typeof SessionInfo>;

const ShownSession = z.strictObject({
  ...SessionInfo.shape,
  /** The last turns, oldest first. What is personal has no words. */
  history: z.array(
    z.strictObject({
      turn: z.int(),
      at: Time,
      runId: z.string(),
      personal: z.boolean(),
      user: z.string().exactOptional(),
      assistant: z.string().exactOptional(),
    }),
  ),
});
export type ShownSession = z.infer<typeof ShownSession>;

/** Conversations that workflows keep. */
export const sessionContract = {
  /** The last used first. */
  list: procedure
    .input(z.strictObject({ space: Space.exactOptional(), limit: z.int().min(1).max(1000).default(100) }))
    .output(z.array(SessionInfo)),
  /** What was said in one; null where nothing was yet. */
  show: procedure
    .input(z.strictObject({ ...Key.shape, limit: z.int().min(1).max(1000).default(100) }))
    .output(ShownSession.nullable()),
  /** Removes a conversation for good and overwrites what it held. Runs that read it keep what they read. */
  remove: procedure.input(Key).output(z.strictObject({ removed: z.boolean() })),
};
