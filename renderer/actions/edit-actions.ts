import {
  Cable,
  CopyPlus,
  Group,
  Network,
  Redo2,
  SquareDashedMousePointer,
  TextCursorInput,
  Trash2,
  Undo2,
} from 'lucide-react';
import { arrangeNodes } from '../commands/arrange-nodes.ts';
import type { Command } from '../commands/command.ts';
import { duplicateItems } from '../commands/duplicate-items.ts';
import { groupItems } from '../commands/group-items.ts';
import { moveItems } from '../commands/move-items.ts';
import { removeItems } from '../commands/remove-items.ts';
import { arrange } from '../layout/arrange.ts';
import { type Point, selectedNodes } from '../state/graph-queries.ts';
import { type ItemRef, idsOf, itemRef } from '../state/items.ts';
import { openOverlay, type Studio } from '../state/studio.ts';
import { t, type Words } from '../strings/text.ts';
import { type Action, defineAction } from './action.ts';
import { needsDocument, needsOneNode, needsSelection, selectedNode } from './unavailable.ts';

/** How far arrow keys move something, and with Shift; a canvas moves faster than a node. */
const steps = { near: 5, far: 25, pan: 8, panFar: 16 };

export const actions: readonly Action[] = [
  defineAction({
    id: 'edit.undo',
    title: 'action.edit.undo',
    group: 'edit',
    icon: Undo2,
    keys: ['Mod+Z'],
    unavailable: (studio) => needsDocument(studio) ?? nothingTo(studio, 'past'),
    run: ({ documents }) => documents.active()?.document.undo(),
  }),
  defineAction({
    id: 'edit.redo',
    title: 'action.edit.redo',
    group: 'edit',
    icon: Redo2,
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    unavailable: (studio) => needsDocument(studio) ?? nothingTo(studio, 'future'),
    run: ({ documents }) => documents.active()?.document.redo(),
  }),
  defineAction({
    id: 'edit.delete',
    title: 'action.edit.delete',
    group: 'edit',
    icon: Trash2,
    keys: ['Delete', 'Backspace'],
    onCanvas: true,
    unavailable: needsSelection,
    run: (studio) => onSelection(studio, removeItems, (items) => ({ items })),
  }),
  defineAction({
    id: 'edit.deleteJoin',
    title: 'action.edit.deleteJoin',
    group: 'edit',
    keys: ['Mod+Delete', 'Mod+Backspace'],
    onCanvas: true,
    unavailable: needsSelection,
    run: (studio) => onSelection(studio, removeItems, (items) => ({ items, reconnect: true })),
  }),
  defineAction({
    id: 'edit.duplicate',
    title: 'action.edit.duplicate',
    group: 'edit',
    icon: CopyPlus,
    keys: ['Mod+D'],
    unavailable: needsSelection,
    run: (studio) => onSelection(studio, duplicateItems, (items) => ({ items, offset: { x: 30, y: 30 } })),
  }),
  defineAction({
    id: 'edit.selectAll',
    title: 'action.edit.selectAll',
    group: 'edit',
    icon: SquareDashedMousePointer,
    keys: ['Mod+A'],
    unavailable: needsDocument,
    run: selectAll,
  }),
  defineAction({
    id: 'edit.group',
    title: 'action.edit.group',
    group: 'edit',
    icon: Group,
    keys: ['Mod+G'],
    unavailable: needsSelection,
    run: (studio) => onSelection(studio, groupItems, (items) => ({ items, title: t('group.title') })),
  }),
  defineAction({
    id: 'edit.rename',
    title: 'action.edit.rename',
    group: 'edit',
    icon: TextCursorInput,
    keys: ['F2'],
    unavailable: needsOneNode,
    run: (studio) => studio.canvas.setState({ renaming: selectedNode(studio) }),
  }),
  defineAction({
    id: 'edit.connect',
    title: 'action.edit.connect',
    group: 'edit',
    icon: Cable,
    keys: ['C'],
    unavailable: needsOneNode,
    run: (studio) => openOverlay(studio, 'connect', selectedNode(studio)),
  }),
  defineAction({
    id: 'edit.tidy',
    title: 'action.edit.tidy',
    group: 'edit',
    icon: Network,
    keys: ['Shift+L'],
    unavailable: needsDocument,
    run: tidy,
  }),
  ...nudges(),
];

function nothingTo({ documents }: Studio, which: 'past' | 'future'): Words | undefined {
  const steps = documents.active()?.document.store.getState().history[which] ?? [];
  return steps.length > 0 ? undefined : { key: which === 'past' ? 'unavailable.noUndo' : 'unavailable.noRedo' };
}

/** Runs a command on what is selected, and tells why it would not. */
function onSelection<A>(studio: Studio, command: Command<A>, args: (items: ItemRef[]) => A): void {
  const document = studio.documents.active()?.document;
  const refused = document?.run(command, args([...document.store.getState().selection]));
  if (refused) studio.notices.tell(refused, { tone: 'warning' });
}

/** Everything; nothing, when everything is selected already. */
function selectAll({ documents }: Studio): void {
  const document = documents.active()?.document;
  if (!document) return;
  const { doc, selection } = document.store.getState();
  const all = [...doc.nodes.keys(), ...[...doc.notes.keys()].map((id) => itemRef('note', id))];
  document.select(all.every((ref) => selection.has(ref)) ? [] : all);
}

function tidy({ documents, canvas }: Studio): void {
  const document = documents.active()?.document;
  document?.run(arrangeNodes, { positions: arrange(document.store.getState().doc) });
  canvas.getState().handle?.fit();
}

/** Arrow keys move what is selected, and the canvas while nothing is. */
function nudges(): Action[] {
  const directions = { Left: { x: -1, y: 0 }, Right: { x: 1, y: 0 }, Up: { x: 0, y: -1 }, Down: { x: 0, y: 1 } };
  return Object.entries(directions).flatMap(([name, { x, y }]) =>
    [false, true].map((far) => {
      const step = far ? steps.far : steps.near;
      return defineAction({
        id: `edit.nudge${name}${far ? 'Far' : ''}`,
        title: `action.edit.nudge${name as keyof typeof directions}${far ? 'Far' : ''}`,
        group: 'edit',
        keys: [`${far ? 'Shift+' : ''}Arrow${name}`],
        onCanvas: true,
        unavailable: needsDocument,
        run: (studio) => nudge(studio, { x: x * step, y: y * step }, far),
      });
    }),
  );
}

function nudge(studio: Studio, by: Point, far: boolean): void {
  const document = studio.documents.active()?.document;
  if (!document) return;
  const { doc, selection } = document.store.getState();
  const nodes = selectedNodes(doc, selection);
  const notes = idsOf(selection, 'note');
  if (nodes.size === 0 && notes.length === 0) {
    const factor = far ? steps.panFar : steps.pan;
    studio.canvas.getState().handle?.panBy({ x: by.x * factor, y: by.y * factor });
    return;
  }
  const to = new Map<ItemRef, Point>();
  for (const id of nodes) {
    const parent = doc.nodes.get(id)?.parent;
    // What lies in a container that moves as well moves with it.
    if (parent !== undefined && nodes.has(parent)) continue;
    const { x = 0, y = 0 } = doc.positions.get(id) ?? {};
    to.set(id, { x: x + by.x, y: y + by.y });
  }
  for (const id of notes) {
    const note = doc.notes.get(id);
    if (note) to.set(itemRef('note', id), { x: note.x + by.x, y: note.y + by.y });
  }
  document.run(moveItems, { to, nudge: true });
}
