import { useStore as useFlowStore } from '@xyflow/react';
import { Hand, Map as MapIcon, Maximize, Minus, MousePointer2, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { ActionButton } from '../shell/action-button.tsx';
import { useStudio } from '../shell/studio-context.ts';
import styles from './canvas.module.css';
import { TypeLegend } from './type-legend.tsx';

/** Zoom and what the pointer does. */
export function CanvasTools(): ReactNode {
  const { view } = useStudio();
  const percent = useFlowStore(({ transform }) => Math.round(transform[2] * 100));
  const pointer = useStore(view, (state) => state.pointer);
  const minimap = useStore(view, (state) => state.minimap);
  return (
    <div className={styles['tools']}>
      <ActionButton action="view.select" icon={MousePointer2} side="top" aria-pressed={pointer === 'select'} />
      <ActionButton action="view.hand" icon={Hand} side="top" aria-pressed={pointer === 'pan'} />
      <ActionButton action="view.zoomOut" icon={Minus} side="top" />
      <span className={styles['zoom']}>{percent} %</span>
      <ActionButton action="view.zoomIn" icon={Plus} side="top" />
      <ActionButton action="view.fit" icon={Maximize} side="top" />
      <ActionButton action="view.minimap" icon={MapIcon} side="top" aria-pressed={minimap} />
      <TypeLegend />
    </div>
  );
}
