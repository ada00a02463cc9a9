import { diffWordsWithSpace } from 'diff';
import type { Json } from '../../../app/core/graph/json.ts';

/** A piece of two texts laid over each other. */
export interface Piece {
  text: string;
  side: 'both' | 'before' | 'after';
}

/** Longer than people compare by eye; what is more alike than this is compared all the same. */
const MOST_MS = 300;

/** What differs between two values, word by word; undefined where that would take too long. Objects by their JSON. */
export function valueDifference(before: Json, after: Json): Piece[] | undefined {
  return diffWordsWithSpace(textOf(before), textOf(after), { timeout: MOST_MS })?.map(({ value, added, removed }) => ({
    text: value,
    side: added ? 'after' : removed ? 'before' : 'both',
  }));
}

/** A value as it is compared and shown. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
}
