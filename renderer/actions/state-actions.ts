import { EyeOff, FoldVertical, LockKeyhole, SkipForward, Spline } from 'lucide-react';
import { editGroup } from '../commands/edit-group.ts';
import { BEND_BY, setBends } from '../commands/set-bends.ts';
import { setLock } from '../commands/set-lock.ts';
import { type SetFlagArgs, setNodeFlag } from '../commands/set-node-flag.ts';
import type { Doc } from '../state/document.ts';
import { ALL } from '../state/document.ts';
import { placeOf, selectedNodes } from '../state/graph-queries.ts';
import { idsOf } from '../state/items.ts';
import type { Studio } from '../state/studio.ts';
import type { Words } from '../strings/text.ts';
import { defineAction } from './action.ts';
import { needsDocument } from './unavailable.ts';

export const actions = [
  defineAction({
    id: 'edit.disable',
    title: 'action.edit.disable',
    group: 'edit',
    icon: EyeOff,
    keys: ['D'],
    unavailable: needsNodes,
    run: (studio) => toggleFlag(studio, 'disabled'),
  }),
  defineAction({
    id: 'edit.bypass',
    title: 'action.edit.bypass',
    group: 'edit',
    icon: SkipForward,
    keys: ['Mod+B'],
    unavailable: needsNodes,
    run: (studio) => toggleFlag(studio, 'bypassed'),
  }),
  defineAction({
    id: 'edit.lock',
    title: 'action.edit.lock',
    group: 'edit',
    icon: LockKeyhole,
    keys: ['L'],
    unavailable: needsNodes,
    run(studio) {
      const { document, nodes, doc } = about(studio);
      document?.run(setLock, { nodes, on: nodes.some((id) => !doc?.locks.has(id)) });
    },
  }),
  defineAction({
    id: 'edit.lockAll',
    title: 'action.edit.lockAll',
    group: 'edit',
    icon: LockKeyhole,
    keys: ['Mod+Shift+L'],
    unavailable: needsDocument,
    run(studio) {
      const { document, doc } = about(studio);
      document?.run(setLock, { nodes: 'all', on: doc?.locks.has(ALL) !== true });
    },
  }),
  defineAction({
    id: 'edit.collapse',
    title: 'action.edit.collapse',
    group: 'edit',
    icon: FoldVertical,
    keys: ['Alt+C'],
    unavailable: (studio) => needsDocument(studio) ?? (groupsOf(studio).length > 0 ? undefined : noGroup),
    run(studio) {
      const { document, doc } = about(studio);
      const groups = groupsOf(studio);
      const collapsed = groups.some((id) => doc?.groups.get(id)?.collapsed !== true);
      const mark = document?.mark();
      for (const group of groups) tell(studio, document?.run(editGroup, { group, collapsed }));
      if (mark !== undefined) document?.squash(mark, { key: collapsed ? 'group.collapse' : 'group.expand' });
      document?.select(groups.map((id) => `group:${id}`));
    },
  }),
  defineAction({
    id: 'edit.bend',
    title: 'action.edit.bend',
    group: 'edit',
    icon: Spline,
    keys: ['B'],
    unavailable: (studio) =>
      needsDocument(studio) ?? (selectedWire(studio) === undefined ? { key: 'unavailable.oneWire' } : undefined),
    run: bendWire,
  }),
];

const noGroup: Words = { key: 'unavailable.noGroup' };

/** The document and the nodes that are selected in it. */
function about({ documents }: Studio) {
  const document = documents.active()?.document;
  const { doc, selection } = document?.store.getState() ?? {};
  return { document, doc, selection, nodes: doc && selection ? [...selectedNodes(doc, selection)] : [] };
}

function needsNodes(studio: Studio): Words | undefined {
  return needsDocument(studio) ?? (about(studio).nodes.length > 0 ? undefined : { key: 'unavailable.noNode' });
}

/** The groups that are selected, and those that hold a node that is. */
function groupsOf(studio: Studio): string[] {
  const { doc, selection, nodes } = about(studio);
  if (!doc || !selection) return [];
  const chosen = new Set(idsOf(selection, 'group'));
  const isMember = ({ nodes: members }: { nodes: readonly string[] }) => members.some((id) => nodes.includes(id));
  return [...doc.groups.values()].filter((group) => chosen.has(group.id) || isMember(group)).map(({ id }) => id);
}

/** On for all of them, unless it is so already: then off. */
function toggleFlag(studio: Studio, flag: SetFlagArgs['flag']): void {
  const { document, doc, nodes } = about(studio);
  const on = nodes.some((id) => !isOn(doc, id, flag));
  tell(studio, document?.run(setNodeFlag, { nodes, flag, on }));
}

function isOn(doc: Doc | undefined, id: string, flag: SetFlagArgs['flag']): boolean {
  return doc?.nodes.get(id)?.[flag] === true;
}

/** The wire that is selected, when it is one alone. */
function selectedWire({ documents }: Studio): string | undefined {
  const [id, ...more] = idsOf(documents.active()?.document.store.getState().selection ?? [], 'edge');
  return more.length === 0 ? id : undefined;
}

/** Gives a wire a bend below its middle, and the focus to it: from there arrow keys move it. */
function bendWire(studio: Studio): void {
  const { document, doc } = about(studio);
  const edge = selectedWire(studio);
  const record = edge === undefined ? undefined : doc?.edges.get(edge);
  const middle = edge === undefined ? undefined : studio.canvas.getState().handle?.middleOf(edge);
  if (!document || !doc || !record || edge === undefined || !middle) return;
  const [source, target] = [doc.nodes.get(record.from.node), doc.nodes.get(record.to.node)];
  const frame = source?.id === target?.parent ? source?.id : source?.parent;
  const corner = frame === undefined ? { x: 0, y: 0 } : placeOf(doc, frame);
  const bends = doc.bends.get(edge) ?? [];
  const place = Math.floor(bends.length / 2);
  const at = { x: middle.x - corner.x, y: middle.y - corner.y + BEND_BY };
  const refused = document.run(setBends, { edge, bends: bends.toSpliced(place, 0, at) });
  tell(studio, refused);
  if (!refused)
    requestAnimationFrame(() =>
      requestAnimationFrame(() =>
        window.document.querySelector<HTMLElement>(`[data-bend="${CSS.escape(edge)}:${place}"]`)?.focus(),
      ),
    );
}

function tell({ notices }: Studio, refused: Words | undefined): void {
  if (refused) notices.tell(refused, { tone: 'warning' });
}
