import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { runsWorkflow } from '../nodes/runs-workflow.ts';
import { actionEntries } from '../shell/action-entries.ts';
import { useStudio } from '../shell/studio-context.ts';
import { type Point, selectedNodes } from '../state/graph-queries.ts';
import { itemOf } from '../state/items.ts';
import { PointMenu } from '../ui/point-menu.tsx';
import { useCanvasDocument } from './canvas-context.ts';

const single = ['run.to', 'run.from', 'edit.connect', 'edit.rename'];
const looks = ['run.breakpoint', 'debug.condition', 'debug.until'];
const several = ['arrange.left', 'arrange.top', 'arrange.center', 'arrange.middle', 'arrange.horizontally'];
const state = ['edit.disable', 'edit.bypass', 'edit.lock', 'edit.collapse'];
const wire = ['edit.bend'];
const always = ['edit.copy', 'edit.duplicate', 'edit.group', 'subflow.extract', 'edit.delete', 'edit.deleteJoin'];

/** What can be done to what is selected. */
export function ItemMenu({ at, onClose }: { at: Point; onClose: () => void }): ReactNode {
  const studio = useStudio();
  const { document } = useCanvasDocument();
  const { doc, selection } = useStore(document.store);
  const nodes = [...selectedNodes(doc, selection)];
  const record = doc.nodes.get(nodes[0] ?? '');
  const isSubflow = record !== undefined && runsWorkflow(record) !== undefined;
  const one = isSubflow ? ['go.in', 'subflow.unpack', ...single] : single;
  const [ref, another] = selection;
  const isWire = ref !== undefined && another === undefined && itemOf(ref).kind === 'edge';
  const own =
    nodes.length === 1
      ? [one, [...looks, 'debug.pin'], state]
      : nodes.length > 1
        ? [several, state]
        : isWire
          ? [looks, wire]
          : [wire];
  const groups = [...own, isWire ? ['edit.delete'] : always].map((ids) => actionEntries(studio, ids));
  return <PointMenu at={at} onClose={onClose} groups={groups} />;
}
