import { useConnection } from '@xyflow/react';
import type { ReactNode } from 'react';
import { connectionFault, directed } from '../nodes/connection.ts';
import { say, t } from '../strings/text.ts';
import { useCanvasDocument } from './canvas-context.ts';
import { portOfHandle } from './flow-graph.ts';
import styles from './refusal.module.css';

/** Why the wire that is being drawn may not end where the pointer is. */
export function Refusal(): ReactNode {
  const { document } = useCanvasDocument();
  const reason = useConnection((drawn) => {
    if (!drawn.inProgress || !drawn.toHandle || drawn.isValid !== false) return undefined;
    const from = portOfHandle(drawn.fromHandle.nodeId, drawn.fromHandle.id);
    const to = portOfHandle(drawn.toHandle.nodeId, drawn.toHandle.id);
    if (!from || !to) return undefined;
    const wire = directed(from, to);
    if (!wire) return t('connect.noPort');
    const fault = connectionFault(document.store.getState().doc, wire);
    return fault && say(fault);
  });
  if (reason === undefined) return null;
  return (
    <div className={styles['refusal']} role="status">
      {reason}
    </div>
  );
}
