import * as z from 'zod';

/** What is looked for. */
export const TextQuery = z.strictObject({
  text: z.string().min(1).max(1000),
  matchCase: z.boolean().default(false),
  /** Only where no letter, digit or underscore stands beside it. */
  wholeWord: z.boolean().default(false),
  /** `text` is a regular expression in RE2 syntax. */
  regex: z.boolean().default(false),
});
export type TextQuery = z.infer<typeof TextQuery>;
