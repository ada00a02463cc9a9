import type { Doc } from '../state/document.ts';
import type { ItemRef } from '../state/items.ts';
import type { Patch } from '../state/patch.ts';
import type { Words } from '../strings/text.ts';

/**
 * Whether an edit can be undone, said by the edit itself so that no caller can forget it. `now`: a step of its own.
 * `merge`: goes into the step before it when that has the same `mergeKey` (typing into one field). `never`: not undone
 * (places worked out for nodes that had none).
 */
export type Capture = 'now' | 'merge' | 'never';

export interface Edit {
  patch: Patch;
  capture: Capture;
  /** What was done, for “Undo …”. */
  label: Words;
  mergeKey?: string;
  /** What is selected afterwards; as it was, where this is left out. */
  select?: Iterable<ItemRef>;
}

/** An edit that cannot be made, and why. */
export interface Refusal {
  refused: Words;
}

/**
 * One way to change a document. Pure: the same document and arguments give the same edit, ids included; nothing else is
 * read. `undefined` when there is nothing to do.
 */
export interface Command<A> {
  readonly id: string;
  readonly run: (doc: Doc, args: A) => Edit | Refusal | undefined;
}

export function isRefusal(result: object): result is Refusal {
  return 'refused' in result;
}

export function defineCommand<A>(id: string, run: Command<A>['run']): Command<A> {
  return Object.freeze({ id, run });
}
