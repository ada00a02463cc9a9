import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { t } from '../strings/text.ts';
import { useCanvasDocument } from './canvas-context.ts';

/** A triangle on a node with which something is wrong. */
export function ProblemMark({ node }: { node: string }): ReactNode {
  const severity = useStore(useCanvasDocument().checking.store, ({ nodes }) => nodes.get(node));
  if (!severity) return null;
  return <TriangleAlert role="img" aria-label={t(`problems.${severity}`)} data-severity={severity} />;
}
