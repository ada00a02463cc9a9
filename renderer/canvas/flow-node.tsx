import { Handle, type NodeProps, Position } from '@xyflow/react';
import { EyeOff, FingerprintPattern, LockKeyhole, SkipForward } from 'lucide-react';
import { memo, type ReactNode, useContext } from 'react';
import { accepts, type Port } from '../../app/core/graph/ports.ts';
import type { PortSide } from '../nodes/ports-of.ts';
import { portAt } from '../nodes/ports-of.ts';
import { t } from '../strings/text.ts';
import { knownColor } from '../theme/colors.ts';
import { NodeIcon } from '../ui/node-icon.tsx';
import { BreakpointMark } from './breakpoint-mark.tsx';
import { DrawnFromContext, useCanvasDocument } from './canvas-context.ts';
import { ChangedMark } from './changed-mark.tsx';
import { ComparisonMark } from './comparison-mark.tsx';
import { handleId, type NodeItem } from './flow-graph.ts';
import styles from './flow-node.module.css';
import { isGone } from './node-parts.ts';
import { NodePreview } from './node-preview.tsx';
import type { PortList } from './node-size.ts';
import { NodeTitle } from './node-title.tsx';
import { OutdatedMark } from './outdated-mark.tsx';
import { PinMark } from './pin-mark.tsx';
import { ProblemMark } from './problem-mark.tsx';
import { RunBadge } from './run-badge.tsx';

/** A node on the canvas: what it is, what it is set to, and its ports. */
export const FlowNode = memo(function FlowNode({ data, selected }: NodeProps<NodeItem>): ReactNode {
  const { record, resolved, title, parts, color, locked } = data;
  const { rows, summary, isContainer, bodyTop } = parts;
  const { manifest } = resolved;
  return (
    <div
      className={styles['node']}
      data-selected={selected}
      data-disabled={record.disabled === true}
      data-bypassed={record.bypassed === true}
      data-container={isContainer}
      data-family={manifest?.family}
      data-color={knownColor(color)}
    >
      <div className={styles['head']}>
        <NodeIcon manifest={manifest} />
        <NodeTitle node={record.id} title={title} />
        <span className={styles['marks']}>
          <ChangedMark node={record.id} />
          <BreakpointMark at={record.id} />
          <PinMark node={record.id} />
          <OutdatedMark node={record.id} />
          <ProblemMark node={record.id} />
          {record.disabled && <EyeOff role="img" aria-label={t('node.mark.disabled')} />}
          {record.bypassed && <SkipForward role="img" aria-label={t('node.mark.bypassed')} />}
          {locked && <LockKeyhole role="img" aria-label={t('node.mark.locked')} />}
          {record.personal && <FingerprintPattern role="img" aria-label={t('node.mark.personal')} />}
        </span>
      </div>
      {summary !== undefined && (
        <div className={styles['summary']} title={summary}>
          {summary}
        </div>
      )}
      <div className={styles['rows']}>
        <Ports node={record.id} side="in" ports={rows.inputs} />
        <Ports node={record.id} side="out" ports={rows.outputs} />
      </div>
      <RunBadge node={record.id} />
      <ComparisonMark node={record.id} />
      {selected && <NodePreview node={record.id} />}
      {isContainer && (
        <div className={styles['body']} style={{ top: bodyTop }}>
          <Ports node={record.id} side="source" ports={rows.sources} />
          <Ports node={record.id} side="sink" ports={rows.sinks} />
        </div>
      )}
    </div>
  );
});

function Ports({ node, side, ports }: { node: string; side: PortSide; ports: PortList }): ReactNode {
  return (
    <div className={styles['column']} data-side={side}>
      {ports.map(([name, port]) => (
        <PortRow key={name} node={node} side={side} name={name} port={port} />
      ))}
    </div>
  );
}

function PortRow(props: { node: string; side: PortSide; name: string; port: Port }): ReactNode {
  const { node, side, name, port } = props;
  const isStart = side === 'out' || side === 'source';
  const fits = useFits(props);
  const about = [`${name}: ${port.type}`, port.help].filter(Boolean).join('\n');
  const shown = name.replace('config/', '');
  return (
    <div className={styles['port']} data-port-type={port.type} data-fits={fits} data-gone={isGone(port)} title={about}>
      <Handle
        id={handleId({ side, port: name })}
        type={isStart ? 'source' : 'target'}
        // Inside a container the flow runs from its left edge to its right one.
        position={side === 'in' || side === 'sink' ? Position.Left : Position.Right}
        className={styles['handle'] ?? ''}
        data-optional={side === 'in' && port.required !== true}
        data-inner={side === 'source' || side === 'sink' ? side : undefined}
        data-node={node}
        data-port={name}
        data-side={side}
      />
      <span>{shown}</span>
    </div>
  );
}

/** Whether the wire that is being drawn may lead here, by side and type; true while none is. */
function useFits({ node, side, port }: { node: string; side: PortSide; port: Port }): boolean {
  const { document } = useCanvasDocument();
  const from = useContext(DrawnFromContext);
  if (!from) return true;
  const record = document.store.getState().doc.nodes.get(from.node);
  const other = record && portAt(record, from.side, from.port);
  const isStart = (one: PortSide) => one === 'out' || one === 'source';
  if (!other || node === from.node || isStart(side) === isStart(from.side)) return false;
  return isStart(from.side) ? accepts(port.type, other.type) : accepts(other.type, port.type);
}
