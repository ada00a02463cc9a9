import type { Studio } from '../state/studio.ts';
import type { Words } from '../strings/text.ts';

/** For what needs an open workflow. */
export function needsDocument({ documents }: Studio): Words | undefined {
  return documents.active() ? undefined : { key: 'unavailable.noWorkflow' };
}

/** For what is done to what is selected. */
export function needsSelection({ documents }: Studio): Words | undefined {
  const open = documents.active();
  if (!open) return { key: 'unavailable.noWorkflow' };
  return open.document.store.getState().selection.size > 0 ? undefined : { key: 'unavailable.noSelection' };
}

/** For what the canvas does. */
export function needsCanvas({ canvas }: Studio): Words | undefined {
  return canvas.getState().handle ? undefined : { key: 'unavailable.noWorkflow' };
}
