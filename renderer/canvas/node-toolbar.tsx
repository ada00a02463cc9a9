import { useStore as useFlowStore } from '@xyflow/react';
import type { ReactNode } from 'react';
import { ActionButton } from '../shell/action-button.tsx';
import { t } from '../strings/text.ts';
import type { ItemBox } from './item-boxes.ts';
import styles from './node-toolbar.module.css';

const actions = ['run.to', 'edit.disable', 'edit.bypass', 'edit.lock', 'edit.duplicate', 'edit.delete'];

export interface NodeToolbarProps {
  boxes: ReadonlyMap<string, ItemBox>;
  selection: ReadonlySet<string>;
}

/** The commonest things to do with the one node that is selected, over it. */
export function NodeToolbar({ boxes, selection }: NodeToolbarProps): ReactNode {
  const [only] = selection;
  const box = selection.size === 1 && only !== undefined ? boxes.get(only) : undefined;
  return box?.item.type === 'node' ? <Over box={box} /> : null;
}

/** It stays within the canvas as long as anything of its node is seen. */
function Over({ box }: { box: ItemBox }): ReactNode {
  const [x, y, zoom] = useFlowStore(({ transform }) => transform);
  const width = useFlowStore((state) => state.width);
  const height = useFlowStore((state) => state.height);
  const [left, top] = [box.x * zoom + x, box.y * zoom + y];
  const isSeen = left < width && top < height && left + box.width * zoom > 0 && top + box.height * zoom > 0;
  if (!isSeen) return null;
  const across = `max(var(--space-2), min(${left}px, ${width}px - 100% - var(--space-2)))`;
  const down = `max(var(--space-2), ${top}px - 100% - var(--space-4))`;
  return (
    <div
      className={styles['bar']}
      style={{ transform: `translate(${across}, ${down})` }}
      role="toolbar"
      aria-label={t('node.toolbar')}
    >
      {actions.map((action) => (
        <ActionButton key={action} action={action} side="top" />
      ))}
    </div>
  );
}
