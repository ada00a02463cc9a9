import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalSpaceAround,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalSpaceAround,
  type LucideIcon,
} from 'lucide-react';
import { type AlignArgs, alignItems } from '../commands/align-items.ts';
import { placeOf, selectedNodes } from '../state/graph-queries.ts';
import { idsOf, itemRef } from '../state/items.ts';
import type { Studio } from '../state/studio.ts';
import type { Words } from '../strings/text.ts';
import { defineAction } from './action.ts';
import { needsDocument } from './unavailable.ts';

const pictures: Readonly<Record<AlignArgs['to'], LucideIcon>> = {
  left: AlignStartVertical,
  center: AlignCenterVertical,
  right: AlignEndVertical,
  top: AlignStartHorizontal,
  middle: AlignCenterHorizontal,
  bottom: AlignEndHorizontal,
  horizontally: AlignHorizontalSpaceAround,
  vertically: AlignVerticalSpaceAround,
};

export const actions = (Object.keys(pictures) as AlignArgs['to'][]).map((to) =>
  defineAction({
    id: `arrange.${to}`,
    title: `action.arrange.${to}`,
    group: 'edit',
    icon: pictures[to],
    unavailable: needsSeveral,
    run: (studio) => align(studio, to),
  }),
);

function needsSeveral(studio: Studio): Words | undefined {
  const { doc, selection } = studio.documents.active()?.document.store.getState() ?? {};
  if (!doc || !selection) return needsDocument(studio);
  const count = selectedNodes(doc, selection).size + idsOf(selection, 'note').length;
  return count > 1 ? undefined : { key: 'unavailable.several' };
}

function align({ documents, canvas }: Studio, to: AlignArgs['to']): void {
  const document = documents.active()?.document;
  const handle = canvas.getState().handle;
  if (!document || !handle) return;
  const { doc, selection } = document.store.getState();
  const nodes = [...selectedNodes(doc, selection)];
  // Places count from a container's corner: only what lies in the same one can be lined up.
  const parents = new Set(nodes.map((id) => doc.nodes.get(id)?.parent));
  if (parents.size > 1) return;
  const [parent] = parents;
  const corner = parent === undefined ? { x: 0, y: 0 } : placeOf(doc, parent);
  const boxes: AlignArgs['boxes'] = new Map([
    ...nodes.map((id) => {
      const { x, y } = placeOf(doc, id);
      return [id, { x: x - corner.x, y: y - corner.y, ...handle.sizeOf(id) }] as const;
    }),
    ...idsOf(selection, 'note').flatMap((id) => {
      const note = doc.notes.get(id);
      const ref = itemRef('note', id);
      return note ? [[ref, { x: note.x, y: note.y, ...handle.sizeOf(ref) }] as const] : [];
    }),
  ]);
  document.run(alignItems, { boxes, to });
}
