import * as z from 'zod';
import { ModelPrice } from '../budget/prices.ts';
import { Name, Nothing, procedure } from './procedure.ts';
import { ProfileStatus } from './workspace.ts';

const ProfileDetails = z.strictObject({
  ...ProfileStatus.shape,
  /** Where its calls go: an origin. Null for a built-in one. */
  origin: z.string().nullable(),
  /** `workspace`: pipewright.json; `own`: given to this host. */
  from: z.enum(['workspace', 'own']),
  /** The secret that it names, and whether that is set. */
  secret: z.strictObject({ name: z.string(), set: z.boolean() }).nullable(),
  /** US dollars per million tokens; null: not known. */
  price: ModelPrice.nullable(),
  priceSource: z.string().nullable(),
  /** More for long prompts. */
  rises: z.boolean(),
  /** Tokens that prompt and answer may have together; null: not known. */
  contextWindow: z.int().nullable(),
});
export type ProfileDetails = z.infer<typeof ProfileDetails>;

const ProfileTest = z.strictObject({
  ms: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  nanoUsd: z.int(),
  priced: z.boolean(),
  said: z.string().nullable(),
  dimensions: z.int().nullable(),
});
export type ProfileTest = z.infer<typeof ProfileTest>;

export const profileContract = {
  /** Every profile with where it leads, what it costs and how it stands. Asks no provider anything. */
  list: procedure.input(Nothing).output(z.array(ProfileDetails)),
  /** A tiny real call by this profile alone. Its error is the provider's, with how to mend it. */
  test: procedure.input(z.strictObject({ profile: Name })).output(ProfileTest),
};
