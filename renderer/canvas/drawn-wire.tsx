import { type ConnectionLineComponentProps, getBezierPath } from '@xyflow/react';
import type { ReactNode } from 'react';
import { portAt } from '../nodes/ports-of.ts';
import { useCanvasDocument } from './canvas-context.ts';
import { portOfHandle } from './flow-graph.ts';
import styles from './wire.module.css';

/** The wire that follows the pointer, in the colour of what would flow. */
export function DrawnWire(props: ConnectionLineComponentProps): ReactNode {
  const { fromX, fromY, toX, toY, fromPosition, toPosition, fromHandle, connectionStatus } = props;
  const { document } = useCanvasDocument();
  const from = portOfHandle(fromHandle.nodeId, fromHandle.id);
  const node = from && document.store.getState().doc.nodes.get(from.node);
  const type = from && node ? portAt(node, from.side, from.port)?.type : undefined;
  const [path] = getBezierPath({
    sourceX: fromX,
    sourceY: fromY,
    targetX: toX,
    targetY: toY,
    sourcePosition: fromPosition,
    targetPosition: toPosition,
  });
  return (
    <g data-port-type={type ?? 'any'}>
      <path className={styles['drawn']} d={path} data-valid={connectionStatus !== 'invalid'} />
    </g>
  );
}
