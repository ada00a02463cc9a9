import { Shapes } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { placeNode } from '../../canvas/place-node.ts';
import { placeableTypes } from '../../nodes/fitting-types.ts';
import { NodeList } from '../../palette/node-list.tsx';
import { useActiveDocument, useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import { EmptyState } from '../../ui/empty-state.tsx';

/** The palette: dragged onto the canvas, or added by a click. */
export function NodesPanel(): ReactNode {
  const studio = useStudio();
  const open = useActiveDocument();
  const recent = useStore(studio.view, (view) => view.recent);
  if (!open) {
    const why = studio.documents.graph() ? 'frozen.refused' : 'unavailable.noWorkflow';
    return <EmptyState icon={Shapes} title={t('palette.title')} text={t(why)} />;
  }
  return (
    <NodeList types={placeableTypes()} recent={recent} draggable onPick={(type) => placeNode(studio, open, { type })} />
  );
}
