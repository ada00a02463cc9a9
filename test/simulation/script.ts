import { textHash } from './seeded-random.ts';

/** What the world does with one call or one question, the same in every life of the run and for the interpreter. */
export function scriptOf(key: string): {
  refuses: boolean;
  busy: number;
  decision: 'approve' | 'reject';
  /** At a breakpoint. */
  stop: 'continue' | 'step';
  /** What a person puts in place of what the step gets there. */
  edit: string | undefined;
} {
  const hash = textHash(key);
  return {
    refuses: hash % 29 === 0,
    busy: hash % 5 === 0 ? 1 + (hash % 2) : 0,
    decision: hash % 2 === 0 ? 'approve' : 'reject',
    stop: hash % 3 === 0 ? 'step' : 'continue',
    edit: hash % 7 < 2 ? `edited ${hash % 100}` : undefined,
  };
}
