import { BaseEdge, type EdgeProps, getBezierPath, getSmoothStepPath } from '@xyflow/react';
import { memo, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { useStudio } from '../shell/studio-context.ts';
import type { WireItem } from './flow-graph.ts';
import styles from './wire.module.css';

/** Wider than what is seen, so that a pointer hits it. */
const HIT_WIDTH = 18;

export const Wire = memo(function Wire(props: EdgeProps<WireItem>): ReactNode {
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data, selected = false } = props;
  const shape = useStore(useStudio().view, (view) => view.wires);
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  const [path] = shape === 'curved' ? getBezierPath(ends) : getSmoothStepPath({ ...ends, borderRadius: 10 });
  return (
    <g data-port-type={data?.portType}>
      <BaseEdge path={path} className={styles['wire'] ?? ''} interactionWidth={HIT_WIDTH} data-selected={selected} />
    </g>
  );
});
