import { Handle, type NodeProps, Position } from '@xyflow/react';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { editGroup } from '../commands/edit-group.ts';
import { t } from '../strings/text.ts';
import { knownColor } from '../theme/colors.ts';
import { useCanvasDocument } from './canvas-context.ts';
import { GROUP_PORTS, type GroupItem as Item } from './flow-graph.ts';
import styles from './note-item.module.css';

/** A frame round nodes; collapsed one box in their place, at which their wires end. */
export const GroupItem = memo(function GroupItem({ data, selected }: NodeProps<Item>): ReactNode {
  const { document } = useCanvasDocument();
  const { id, title, color, nodes, collapsed = false } = data.record;
  const Picture = collapsed ? ChevronRight : ChevronDown;
  const label = t(collapsed ? 'group.expandNamed' : 'group.collapseNamed', { title });
  return (
    <div className={styles['group']} data-selected={selected} data-collapsed={collapsed} data-color={knownColor(color)}>
      <div className={styles['groupHead']}>
        <button
          type="button"
          className={`${styles['fold']} nodrag`}
          aria-label={label}
          aria-expanded={!collapsed}
          title={label}
          onClick={() => document.run(editGroup, { group: id, collapsed: !collapsed })}
        >
          <Picture aria-hidden />
        </button>
        <span className={styles['groupTitle']}>{title}</span>
        {collapsed && <span className={styles['count']}>{t('group.count', { count: nodes.length })}</span>}
      </div>
      {collapsed && (
        <>
          <Handle id={GROUP_PORTS.in} type="target" position={Position.Left} isConnectable={false} />
          <Handle id={GROUP_PORTS.out} type="source" position={Position.Right} isConnectable={false} />
        </>
      )}
    </div>
  );
});
