import { MousePointerClick } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { FrozenInspector } from '../../inspector/frozen-inspector.tsx';
import { GroupInspector, NoteInspector } from '../../inspector/mark-inspector.tsx';
import { NodeInspector } from '../../inspector/node-inspector.tsx';
import { SeveralInspector } from '../../inspector/several-inspector.tsx';
import { WireInspector } from '../../inspector/wire-inspector.tsx';
import { WorkflowInspector } from '../../inspector/workflow-inspector.tsx';
import { useShownGraph } from '../../shell/studio-context.ts';
import type { FrozenGraph } from '../../state/frozen-graph.ts';
import { idsOf } from '../../state/items.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { t } from '../../strings/text.ts';
import { EmptyState } from '../../ui/empty-state.tsx';

export function InspectorPanel(): ReactNode {
  const open = useShownGraph();
  if (!open) return <EmptyState icon={MousePointerClick} title={t('panel.inspector')} text={t('inspector.nothing')} />;
  return <Inspected open={open} />;
}

/** The node that is selected; the workflow itself when nothing is. */
function Inspected({ open }: { open: OpenDocument | FrozenGraph }): ReactNode {
  const { document } = open;
  const selection = useStore(document.store, (state) => state.selection);
  const { nodes, edges, notes, groups } = useStore(document.store, (state) => state.doc);
  if (selection.size === 0 && open.kind === 'frozen')
    return <EmptyState icon={MousePointerClick} title={t('panel.inspector')} text={t('frozen.choose')} />;
  if (selection.size === 0) return <WorkflowInspector document={document} />;
  const [id = '', ...more] = idsOf(selection, 'node');
  const node = more.length === 0 ? nodes.get(id) : undefined;
  if (node && open.kind === 'frozen') return <FrozenInspector key={node.id} graph={open} node={node} />;
  if (node && open.kind === 'document') return <NodeInspector key={node.id} open={open} node={node} />;
  const several = [id, ...more].flatMap((one) => nodes.get(one) ?? []);
  if (several.length > 1 && open.kind === 'document')
    return <SeveralInspector open={open} nodes={several} count={selection.size} />;
  const [only = ''] = selection.size === 1 ? selection : [];
  const edge = edges.get(idsOf([only], 'edge')[0] ?? '');
  if (edge) return <WireInspector key={edge.id} graph={open} edge={edge} />;
  const note = notes.get(idsOf([only], 'note')[0] ?? '');
  if (note && open.kind === 'document') return <NoteInspector key={note.id} document={document} note={note} />;
  const group = groups.get(idsOf([only], 'group')[0] ?? '');
  if (group && open.kind === 'document') return <GroupInspector key={group.id} document={document} group={group} />;
  const title = t('inspector.many', { count: selection.size });
  return <EmptyState icon={MousePointerClick} title={title} text={t('inspector.manyText')} />;
}
