import { PackageOpen, PackagePlus } from 'lucide-react';
import { extraction } from '../commands/extraction.ts';
import { unpack } from '../state/convert-subflow.ts';
import { openOverlay, type Studio } from '../state/studio.ts';
import type { Words } from '../strings/text.ts';
import { type Action, defineAction } from './action.ts';
import { needsSubflow } from './go-actions.ts';
import { needsSelection, selectedNode } from './unavailable.ts';

export const actions: readonly Action[] = [
  defineAction({
    id: 'subflow.extract',
    title: 'action.subflow.extract',
    group: 'edit',
    icon: PackagePlus,
    keys: ['Mod+Shift+E'],
    unavailable: (studio) => needsSelection(studio) ?? reasonAgainst(studio),
    run: (studio) => openOverlay(studio, 'extract-subflow'),
  }),
  defineAction({
    id: 'subflow.unpack',
    title: 'action.subflow.unpack',
    group: 'edit',
    icon: PackageOpen,
    unavailable: needsSubflow,
    async run(studio) {
      const open = studio.documents.active();
      const node = selectedNode(studio);
      if (open && node !== undefined) await unpack(studio, open, node);
    },
  }),
];

/** Why what is selected cannot be a workflow of its own. */
function reasonAgainst({ documents }: Studio): Words | undefined {
  const state = documents.active()?.document.store.getState();
  const piece = state && extraction(state.doc, state.selection);
  return piece && 'refused' in piece ? piece.refused : undefined;
}
