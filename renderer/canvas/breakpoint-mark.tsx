import { OctagonPause } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { t } from '../strings/text.ts';
import { useCanvasDocument } from './canvas-context.ts';

/** On a node before which runs stop. */
export function BreakpointMark({ node }: { node: string }): ReactNode {
  const isSet = useStore(useCanvasDocument().run.breakpoints, (nodes) => nodes.has(node));
  return isSet ? <OctagonPause role="img" aria-label={t('node.mark.breakpoint')} data-breakpoint /> : null;
}
