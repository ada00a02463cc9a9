import { CircleFadingArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { outdatedNode } from '../state/outdated-nodes.ts';
import { t } from '../strings/text.ts';
import { useCanvasDocument } from './canvas-context.ts';

/** On a node that its file has in an older version of its type. */
export function OutdatedMark({ node }: { node: string }): ReactNode {
  const from = useStore(useCanvasDocument().document.store, (state) => outdatedNode(state, node)?.from);
  if (from === undefined) return null;
  const label = t('node.mark.outdated', { from });
  return (
    <span title={label}>
      <CircleFadingArrowUp role="img" aria-label={label} data-outdated />
    </span>
  );
}
