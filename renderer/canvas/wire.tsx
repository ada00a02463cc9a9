import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, getSmoothStepPath } from '@xyflow/react';
import { Plus, X } from 'lucide-react';
import { memo, type ReactNode, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { removeItems } from '../commands/remove-items.ts';
import { useStudio } from '../shell/studio-context.ts';
import { itemOf } from '../state/items.ts';
import { t } from '../strings/text.ts';
import { useCanvasDocument } from './canvas-context.ts';
import type { WireItem } from './flow-graph.ts';
import styles from './wire.module.css';

/** Wider than what is seen, so that a pointer hits it. */
const HIT_WIDTH = 18;
/** Long enough to get from the wire to its buttons. */
const STAYS_MS = 300;

export const Wire = memo(function Wire(props: EdgeProps<WireItem>): ReactNode {
  const { id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data, selected = false } = props;
  const shape = useStore(useStudio().view, (view) => view.wires);
  const severity = useStore(useCanvasDocument().checking.store, ({ edges }) => edges.get(itemOf(id).id));
  const [isNear, setNear] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  const [path, x, y] = shape === 'curved' ? getBezierPath(ends) : getSmoothStepPath({ ...ends, borderRadius: 10 });
  const enter = () => {
    clearTimeout(timer.current);
    setNear(true);
  };
  const leave = () => {
    timer.current = setTimeout(() => setNear(false), STAYS_MS);
  };
  return (
    <g data-port-type={data?.portType} onPointerEnter={enter} onPointerLeave={leave}>
      <BaseEdge
        path={path}
        className={styles['wire'] ?? ''}
        interactionWidth={HIT_WIDTH}
        data-selected={selected}
        data-severity={severity}
      />
      {(isNear || selected) && (
        <EdgeLabelRenderer>
          <div
            className={`${styles['tools']} nodrag nopan`}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            onPointerEnter={enter}
            onPointerLeave={leave}
          >
            <WireTools edge={id} at={{ x, y }} />
          </div>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});

function WireTools({ edge, at }: { edge: string; at: { x: number; y: number } }): ReactNode {
  const { canvas } = useStudio();
  const { document } = useCanvasDocument();
  return (
    <>
      <button
        type="button"
        aria-label={t('wire.insert')}
        title={t('wire.insert')}
        onClick={({ clientX: x, clientY: y }) =>
          canvas.getState().handle?.openAddMenu({ x, y }, { place: at, edge: itemOf(edge).id })
        }
      >
        <Plus aria-hidden />
      </button>
      <button
        type="button"
        aria-label={t('wire.remove')}
        title={t('wire.remove')}
        onClick={() => document.run(removeItems, { items: [edge] })}
      >
        <X aria-hidden />
      </button>
    </>
  );
}
