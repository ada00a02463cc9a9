import { Snowflake } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { t } from '../strings/text.ts';
import { useCanvasDocument } from './canvas-context.ts';

/** On a node whose outputs are pinned: it does not work in the next runs. */
export function PinMark({ node }: { node: string }): ReactNode {
  const isPinned = useStore(useCanvasDocument().debug.store, ({ pins }) => pins.has(node));
  return isPinned ? <Snowflake role="img" aria-label={t('node.mark.pinned')} data-pinned /> : null;
}
