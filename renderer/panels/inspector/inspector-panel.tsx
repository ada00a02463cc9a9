import { MousePointerClick } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { NodeInspector } from '../../inspector/node-inspector.tsx';
import { WorkflowInspector } from '../../inspector/workflow-inspector.tsx';
import { useActiveDocument } from '../../shell/studio-context.ts';
import { idsOf } from '../../state/items.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { t } from '../../strings/text.ts';
import { EmptyState } from '../../ui/empty-state.tsx';

export function InspectorPanel(): ReactNode {
  const open = useActiveDocument();
  if (!open) return <EmptyState icon={MousePointerClick} title={t('panel.inspector')} text={t('inspector.nothing')} />;
  return <Inspected open={open} />;
}

/** The node that is selected; the workflow itself when nothing is. */
function Inspected({ open }: { open: OpenDocument }): ReactNode {
  const { document } = open;
  const selection = useStore(document.store, (state) => state.selection);
  const nodes = useStore(document.store, (state) => state.doc.nodes);
  if (selection.size === 0) return <WorkflowInspector document={document} />;
  const [id = '', ...more] = idsOf(selection, 'node');
  const node = more.length === 0 ? nodes.get(id) : undefined;
  if (node) return <NodeInspector key={node.id} open={open} node={node} />;
  const title = t('inspector.many', { count: selection.size });
  return <EmptyState icon={MousePointerClick} title={title} text={t('inspector.manyText')} />;
}
