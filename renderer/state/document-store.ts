import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Workflow } from '../../app/core/graph/workflow.ts';
import { type Command, isRefusal } from '../commands/command.ts';
import type { Words } from '../strings/text.ts';
import { type Doc, docOf, workflowOf } from './document.ts';
import {
  bailTo,
  emptyHistory,
  type History,
  type Mark,
  mark,
  positionOf,
  record,
  redo,
  type Selection,
  START,
  seal,
  squashTo,
  undo,
} from './history.ts';
import { type ItemRef, itemOf } from './items.ts';
import { type Unlocked, withinLocks } from './locks.ts';
import { nodesOnDisk, type OlderNode } from './outdated-nodes.ts';
import { applyPatch, type Patch } from './patch.ts';
import { withDependents } from './with-dependents.ts';

/** What lies on the disk, as far as this window knows. */
export interface DiskVersion {
  /** SHA-256 of the file's bytes. */
  hash: string;
  modifiedAt: number;
  /** Nodes that it has in older versions of their types. */
  older?: ReadonlyMap<string, OlderNode>;
}

export interface DocumentState {
  /** Path in the workspace; changes when the file is renamed. */
  file: string;
  doc: Doc;
  history: History;
  selection: Selection;
  /** The version that this one was made from: a save names it, so that a newer one is never overwritten unseen. */
  base: DiskVersion;
  /** Position in the history that lies on the disk; none once that can no longer be reached. */
  savedAt: number | undefined;
  /** The nodes as they lie on the disk. */
  savedNodes: Doc['nodes'];
}

/** What a command did: `undefined` when it changed something or had nothing to do, else why it would not. */
export type Outcome = Words | undefined;

/** One open document. The only state that undo knows. */
export interface DocumentStore {
  readonly store: StoreApi<DocumentState>;
  run<A>(command: Command<A>, args: A): Outcome;
  undo(): void;
  redo(): void;
  /** What comes next is a step of its own, also where it would merge into the last. */
  seal(): void;
  mark(): Mark;
  /** What was done since the mark as one step. */
  squash(to: Mark, label: Words): void;
  /** As it was at the mark; nothing of what came since is left. */
  bail(to: Mark): void;
  select(items: Iterable<ItemRef>): void;
  isDirty(): boolean;
  /** The document of this position lies on the disk now. */
  saved(position: number, base: DiskVersion, nodes: Doc['nodes']): void;
  /** The file has another name now. */
  renamed(file: string): void;
  /** The document of the disk in place of this one, without a history. */
  reload(workflow: Workflow, base: DiskVersion): void;
  workflow(): Workflow;
}

/** `onLocked` is told why a command did nothing because of a lock, whoever ran it and whether they look. */
export function createDocumentStore(
  file: string,
  workflow: Workflow,
  base: DiskVersion,
  onLocked?: (reason: Words) => void,
): DocumentStore {
  const first = docOf(workflow);
  const store = createStore<DocumentState>(() => ({
    file,
    doc: first,
    history: emptyHistory,
    selection: new Set<string>(),
    base,
    savedAt: START,
    savedNodes: nodesOnDisk(first.nodes, base.older),
  }));
  const { getState, setState } = store;

  function move(patch: Patch, history: History, selection: Selection): void {
    const doc = applyPatch(getState().doc, patch)?.doc ?? getState().doc;
    setState({ doc, history, selection: present(doc, selection) });
  }

  return {
    store,
    run(command, args) {
      const { doc, history, selection } = getState();
      const edit = command.run(doc, args);
      if (edit === undefined) return undefined;
      if (isRefusal(edit)) return edit.refused;
      // Places that were worked out for nodes that had none are no edit of anybody's.
      const { patch, refused }: Unlocked =
        edit.capture === 'never' ? { patch: edit.patch } : withinLocks(doc, edit.patch);
      if (refused) {
        onLocked?.(refused);
        return refused;
      }
      const applied = applyPatch(doc, withDependents(doc, patch));
      const after = present(applied?.doc ?? doc, edit.select ?? selection);
      if (!applied) {
        if (edit.select) setState({ selection: after });
        return undefined;
      }
      const { capture, label, mergeKey } = edit;
      const step = { label, patch: applied.patch, inverse: applied.inverse, before: selection, after };
      setState({
        doc: applied.doc,
        selection: after,
        ...(capture !== 'never' && {
          history: record(history, { ...step, ...(capture === 'merge' && { mergeKey }) }),
        }),
      });
      return undefined;
    },
    undo() {
      const moved = undo(getState().history);
      if (moved) move(moved.entry.inverse, moved.history, moved.entry.before);
    },
    redo() {
      const moved = redo(getState().history);
      if (moved) move(moved.entry.patch, moved.history, moved.entry.after);
    },
    seal: () => setState(({ history }) => ({ history: seal(history) })),
    mark: () => mark(getState().history),
    squash(to, label) {
      const { history, savedAt } = getState();
      const squashed = squashTo(history, to, label);
      // A saved position inside the squashed steps is none any more; the newest of them is where we stand.
      const isHere = savedAt === positionOf(history);
      setState({ history: squashed, ...(isHere && { savedAt: positionOf(squashed) }) });
    },
    bail(to) {
      const bailed = bailTo(getState().history, to);
      if (bailed) move(bailed.inverse, bailed.history, getState().selection);
    },
    select: (items) => setState(({ doc }) => ({ selection: present(doc, items) })),
    isDirty: () => isDirty(getState()),
    saved: (position, disk, nodes) => setState({ savedAt: position, base: disk, savedNodes: nodes }),
    renamed: (name) => setState({ file: name }),
    reload: (other, disk) =>
      setState(({ selection }) => {
        const doc = docOf(other);
        return {
          doc,
          savedNodes: nodesOnDisk(doc.nodes, disk.older),
          history: emptyHistory,
          selection: present(doc, selection),
          base: disk,
          savedAt: START,
        };
      }),
    workflow: () => workflowOf(getState().doc),
  };
}

export function isDirty({ history, savedAt }: DocumentState): boolean {
  return savedAt !== positionOf(history);
}

/** Whether a node is not on the disk as it is here: where it stands does not matter. */
export function isChanged({ doc, savedNodes }: DocumentState, id: string): boolean {
  const [now, before] = [doc.nodes.get(id), savedNodes.get(id)];
  return now !== before && JSON.stringify(now) !== JSON.stringify(before);
}

/** Of these items those that the document has. */
function present(doc: Doc, items: Iterable<ItemRef>): Selection {
  const tables = { node: doc.nodes, note: doc.notes, group: doc.groups, edge: doc.edges };
  return new Set(
    [...items].filter((ref) => {
      const { kind, id } = itemOf(ref);
      return tables[kind].has(id);
    }),
  );
}
