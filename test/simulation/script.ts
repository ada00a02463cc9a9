import { textHash } from './seeded-random.ts';

/** What the world does with one call or one question, the same in every life of the run and for the interpreter. */
export function scriptOf(key: string): { refuses: boolean; busy: number; decision: 'approve' | 'reject' } {
  const hash = textHash(key);
  return {
    refuses: hash % 29 === 0,
    busy: hash % 5 === 0 ? 1 + (hash % 2) : 0,
    decision: hash % 2 === 0 ? 'approve' : 'reject',
  };
}
