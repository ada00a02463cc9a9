import type { Words } from '../strings/text.ts';
import { followedBy, type Patch } from './patch.ts';

/** One step that undo takes back. */
export interface HistoryEntry {
  /** Changes whenever the entry does: a document is saved when the newest entry is the one that was saved. */
  readonly id: number;
  readonly label: Words;
  /** Later edits with the same key go into this entry as long as nothing else happens. */
  readonly mergeKey: string | undefined;
  readonly patch: Patch;
  readonly inverse: Patch;
  /** What was selected before and after. */
  readonly before: Selection;
  readonly after: Selection;
}

/** Items of the canvas by their reference (see state/items.ts). */
export type Selection = ReadonlySet<string>;

export interface History {
  readonly past: readonly HistoryEntry[];
  readonly future: readonly HistoryEntry[];
  /** The newest entry takes no more edits. */
  readonly sealed: boolean;
  readonly nextId: number;
}

/** The position of an untouched document. */
export const START = 0;
const MAX_ENTRIES = 1000;

export const emptyHistory: History = { past: [], future: [], sealed: true, nextId: START + 1 };

/** Where the document stands in its history: equal positions, equal documents. */
export function positionOf({ past }: History): number {
  return past.at(-1)?.id ?? START;
}

export interface Recorded {
  label: Words;
  mergeKey?: string | undefined;
  patch: Patch;
  inverse: Patch;
  before: Selection;
  after: Selection;
}

/** Adds a step, or lengthens the newest one where both have the same merge key. What had been undone is gone. */
export function record(history: History, { mergeKey, ...step }: Recorded): History {
  const { past, sealed, nextId } = history;
  const last = past.at(-1);
  const next = { future: [], sealed: false, nextId: nextId + 1 };
  if (!sealed && last && mergeKey !== undefined && last.mergeKey === mergeKey) {
    const merged: HistoryEntry = {
      id: nextId,
      label: step.label,
      mergeKey,
      patch: followedBy(last.patch, step.patch),
      // The older inverse wins: it leads back to before the first of them.
      inverse: followedBy(step.inverse, last.inverse),
      before: last.before,
      after: step.after,
    };
    return { ...next, past: [...past.slice(0, -1), merged] };
  }
  return { ...next, past: [...past.slice(1 - MAX_ENTRIES), { id: nextId, mergeKey, ...step }] };
}

/** Ends the newest step: what comes next is a step of its own. */
export function seal(history: History): History {
  return history.sealed ? history : { ...history, sealed: true };
}

export interface Move {
  history: History;
  entry: HistoryEntry;
}

/** The history after one undo, and the entry whose `inverse` is to be applied. */
export function undo(history: History): Move | undefined {
  const entry = history.past.at(-1);
  if (!entry) return undefined;
  const { past, future } = history;
  return { entry, history: { ...history, past: past.slice(0, -1), future: [entry, ...future], sealed: true } };
}

/** The history after one redo, and the entry whose `patch` is to be applied. */
export function redo(history: History): Move | undefined {
  const [entry, ...future] = history.future;
  if (!entry) return undefined;
  return { entry, history: { ...history, past: [...history.past, entry], future, sealed: true } };
}

/** A named place in the history, to squash or bail to. */
export type Mark = number;

export function mark(history: History): Mark {
  return positionOf(history);
}

/** The steps since a mark as one; the history as it is when the mark is gone or nothing happened since. */
export function squashTo(history: History, to: Mark, label: Words): History {
  const steps = since(history, to);
  const [first, ...rest] = steps;
  const last = rest.at(-1);
  if (!first || !last) return seal(history);
  const squashed: HistoryEntry = {
    id: history.nextId,
    label,
    mergeKey: undefined,
    patch: steps.map(({ patch }) => patch).reduce(followedBy),
    inverse: steps.map(({ inverse }) => inverse).reduceRight(followedBy),
    before: first.before,
    after: last.after,
  };
  const past = [...history.past.slice(0, -steps.length), squashed];
  return { ...history, past, nextId: history.nextId + 1, sealed: true };
}

/** Gives up the steps since a mark: the history without them, and the patch that leads back. No redo brings them back. */
export function bailTo(history: History, to: Mark): { history: History; inverse: Patch } | undefined {
  const steps = since(history, to);
  if (steps.length === 0) return undefined;
  const inverse = steps.map((step) => step.inverse).reduceRight(followedBy);
  return { inverse, history: { ...history, past: history.past.slice(0, -steps.length), sealed: true } };
}

function since({ past }: History, to: Mark): readonly HistoryEntry[] {
  if (to === START) return past;
  const at = past.findLastIndex(({ id }) => id === to);
  return at < 0 ? [] : past.slice(at + 1);
}
