import { ArrowLeft, ArrowRight, CornerLeftUp, Layers2 } from 'lucide-react';
import { runsWorkflow } from '../nodes/runs-workflow.ts';
import { enterWorkflow } from '../state/enter-workflow.ts';
import { fileOf } from '../state/open-documents.ts';
import type { Studio } from '../state/studio.ts';
import type { Words } from '../strings/text.ts';
import { type Action, defineAction } from './action.ts';
import { needsOneNode, selectedNode } from './unavailable.ts';

export const actions: readonly Action[] = [
  defineAction({
    id: 'go.back',
    title: 'action.go.back',
    group: 'view',
    icon: ArrowLeft,
    keys: ['Alt+ArrowLeft', 'Mod+Shift+ArrowLeft'],
    unavailable: ({ places }) => (places.store.getState().at > 0 ? undefined : { key: 'unavailable.noBack' }),
    run: ({ places }) => places.back(),
  }),
  defineAction({
    id: 'go.forward',
    title: 'action.go.forward',
    group: 'view',
    icon: ArrowRight,
    keys: ['Alt+ArrowRight', 'Mod+Shift+ArrowRight'],
    unavailable({ places }) {
      const { visited, at } = places.store.getState();
      return at < visited.length - 1 ? undefined : { key: 'unavailable.noForward' };
    },
    run: ({ places }) => places.forward(),
  }),
  defineAction({
    id: 'go.in',
    title: 'action.go.in',
    group: 'view',
    icon: Layers2,
    keys: ['Enter', 'Alt+ArrowDown'],
    onCanvas: true,
    unavailable: needsSubflow,
    async run(studio) {
      const open = studio.documents.active();
      const node = selectedNode(studio);
      if (open && node !== undefined) await enterWorkflow(studio, open, node);
    },
  }),
  defineAction({
    id: 'go.out',
    title: 'action.go.out',
    group: 'view',
    icon: CornerLeftUp,
    keys: ['Alt+ArrowUp'],
    unavailable: (studio) => (isInside(studio) ? undefined : { key: 'unavailable.noOut' }),
    run: ({ places }) => places.out(),
  }),
  defineAction({
    id: 'select.none',
    title: 'action.select.none',
    group: 'edit',
    keys: ['Escape'],
    onCanvas: true,
    async run(studio) {
      const document = studio.documents.active()?.document;
      if (document && document.store.getState().selection.size > 0) document.select([]);
      else if (isInside(studio)) await studio.places.out();
    },
  }),
  defineAction({
    id: 'tabs.next',
    title: 'action.tabs.next',
    group: 'view',
    // The last one only reaches the desktop app: elsewhere it belongs to the browser.
    keys: ['Mod+]', 'Alt+PageDown', 'Mod+Tab'],
    inText: true,
    unavailable: needsTabs,
    run: ({ documents }) => documents.step(1),
  }),
  defineAction({
    id: 'tabs.previous',
    title: 'action.tabs.previous',
    group: 'view',
    keys: ['Mod+[', 'Alt+PageUp', 'Mod+Shift+Tab'],
    inText: true,
    unavailable: needsTabs,
    run: ({ documents }) => documents.step(-1),
  }),
  defineAction({
    id: 'tabs.reopen',
    title: 'action.tabs.reopen',
    group: 'file',
    keys: ['Alt+Shift+W', 'Mod+Shift+T'],
    unavailable: ({ documents }) =>
      documents.store.getState().closed.length > 0 ? undefined : { key: 'unavailable.noClosed' },
    run: ({ documents }) => documents.reopen(),
  }),
];

/** Whether what is shown was gone into through a node of another workflow. */
function isInside({ documents, places }: Studio): boolean {
  const shown = documents.shown();
  return shown !== undefined && places.trailOf(fileOf(shown)).length > 0;
}

/** For what is done to one node that runs another workflow. */
export function needsSubflow(studio: Studio): Words | undefined {
  const node = selectedNode(studio);
  const record =
    node === undefined ? undefined : studio.documents.active()?.document.store.getState().doc.nodes.get(node);
  if (!record) return needsOneNode(studio);
  return runsWorkflow(record) === undefined ? { key: 'unavailable.noSubflow' } : undefined;
}

function needsTabs({ documents }: Studio): Words | undefined {
  return documents.store.getState().tabs.length > 1 ? undefined : { key: 'unavailable.oneTab' };
}
