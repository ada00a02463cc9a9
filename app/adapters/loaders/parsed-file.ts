import * as z from 'zod';
import { Metadata } from '../../core/graph/values.ts';

/** What a parser makes of a file's bytes. Parents check it: a contained process may say anything. */
export const ParsedFile = z.strictObject({
  text: z.string(),
  title: z.string().max(1000).optional(),
  /** Offset in `text` of each page's first character. */
  pages: z.array(z.int().min(0)).optional(),
  metadata: Metadata,
});
export type ParsedFile = z.infer<typeof ParsedFile>;

/** One line of at most 300 characters, or nothing. */
export function asTitle(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const title = text.slice(0, 2000).toWellFormed().replaceAll(/\s+/g, ' ').trim().slice(0, 300).toWellFormed();
  return title === '' ? undefined : title;
}
