import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { actionEntries } from '../shell/action-entries.ts';
import { useStudio } from '../shell/studio-context.ts';
import { type Point, selectedNodes } from '../state/graph-queries.ts';
import { PointMenu } from '../ui/point-menu.tsx';
import { useCanvasDocument } from './canvas-context.ts';

const single = ['run.to', 'run.from', 'run.breakpoint', 'edit.connect', 'edit.rename'];
const several = ['arrange.left', 'arrange.top', 'arrange.center', 'arrange.middle', 'arrange.horizontally'];
const always = ['edit.copy', 'edit.duplicate', 'edit.group', 'edit.disable', 'edit.delete', 'edit.deleteJoin'];

/** What can be done to what is selected. */
export function ItemMenu({ at, onClose }: { at: Point; onClose: () => void }): ReactNode {
  const studio = useStudio();
  const { document } = useCanvasDocument();
  const { doc, selection } = useStore(document.store);
  const nodes = [...selectedNodes(doc, selection)];
  const own = nodes.length === 1 ? single : nodes.length > 1 ? several : [];
  return <PointMenu at={at} onClose={onClose} groups={[actionEntries(studio, own), actionEntries(studio, always)]} />;
}
