import { diffWordsWithSpace } from 'diff';

/** A piece of two texts laid over each other. */
export interface Piece {
  text: string;
  side: 'both' | 'before' | 'after';
}

/** Texts that differ in more places are other texts: their difference would help nobody. */
const MOST_EDITS = 2000;
/** Longer nobody waits for a comparison. */
const MOST_MS = 300;

/** What differs between two texts, word by word; undefined where they have too little in common to tell. */
export function diffWords(before: string, after: string): Piece[] | undefined {
  const parts = diffWordsWithSpace(before, after, { maxEditLength: MOST_EDITS, timeout: MOST_MS });
  return parts?.map(({ value, added, removed }) => ({
    text: value,
    side: added ? 'after' : removed ? 'before' : 'both',
  }));
}
