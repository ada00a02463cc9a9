import type { Json } from '../../../app/core/graph/json.ts';

/** Whether a value is a list of words that can be written one a line. */
export function areWords(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && !item.includes('\n'));
}
