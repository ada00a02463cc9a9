import { idsOf } from '../state/items.ts';
import type { Studio } from '../state/studio.ts';
import type { Words } from '../strings/text.ts';

/** For what needs an open workflow. */
export function needsDocument({ documents }: Studio): Words | undefined {
  return documents.active() ? undefined : noDocument(documents);
}

function noDocument(documents: Studio['documents']): Words {
  return { key: documents.graph() ? 'frozen.refused' : 'unavailable.noWorkflow' };
}

/** For what is done to what is selected. */
export function needsSelection({ documents }: Studio): Words | undefined {
  const open = documents.active();
  if (!open) return noDocument(documents);
  return open.document.store.getState().selection.size > 0 ? undefined : { key: 'unavailable.noSelection' };
}

/** For what the canvas does. */
export function needsCanvas({ canvas }: Studio): Words | undefined {
  return canvas.getState().handle ? undefined : { key: 'unavailable.noWorkflow' };
}

/** The node that is selected, when it is one alone. */
export function selectedNode({ documents }: Studio): string | undefined {
  const ids = idsOf(documents.active()?.document.store.getState().selection ?? [], 'node');
  return ids.length === 1 ? ids[0] : undefined;
}

/** For what is done to one node. */
export function needsOneNode(studio: Studio): Words | undefined {
  return needsDocument(studio) ?? (selectedNode(studio) === undefined ? { key: 'unavailable.oneNode' } : undefined);
}
