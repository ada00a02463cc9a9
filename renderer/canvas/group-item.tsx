import type { NodeProps } from '@xyflow/react';
import { memo, type ReactNode } from 'react';
import { knownColor } from '../theme/colors.ts';
import type { GroupItem as Item } from './flow-graph.ts';
import styles from './note-item.module.css';

export const GroupItem = memo(function GroupItem({ data, selected }: NodeProps<Item>): ReactNode {
  const { title, color } = data.record;
  return (
    <div className={styles['group']} data-selected={selected} data-color={knownColor(color)}>
      <div className={styles['groupTitle']}>{title}</div>
    </div>
  );
});
